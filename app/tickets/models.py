"""Tables of tickets, messages and request links."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base


class TicketState(StrEnum):
    """Who has the ball. Dispositions (spam, merged, duplicate) are not states."""

    NEW = "new"
    OPEN = "open"
    WAITING_CUSTOMER = "waiting_customer"
    ON_HOLD = "on_hold"
    SOLVED = "solved"
    CLOSED = "closed"


class Priority(StrEnum):
    """How soon. Customers cannot set it."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    URGENT = "urgent"


class Disposition(StrEnum):
    """Why a ticket is out of its normal life. Whatever has one is closed and in no rate."""

    SPAM = "spam"
    MERGED = "merged"
    DUPLICATE = "duplicate"
    DELETED = "deleted"


class Resolution(StrEnum):
    """How a ticket was resolved."""

    ANSWER = "answer"
    ARTICLE = "article"
    BUG = "bug"
    EDUCATION = "education"
    NO_REPLY = "no_reply"
    DUPLICATE = "duplicate"
    SELF = "self"


class Channel(StrEnum):
    """How a ticket arrived."""

    WIDGET = "widget"
    HELP = "help"
    API = "api"
    STAFF = "staff"
    MAIL = "mail"


class MessageKind(StrEnum):
    """Whether customers see it."""

    MESSAGE = "message"
    NOTE = "note"


class Ticket(Base):
    """A customer's request.

    :ivar number: the public number, in sequence.
    :ivar customer_id: the identified customer; None for a visitor.
    :ivar requester_name: as given with the ticket; a claim unless `requester_verified`.
    :ivar requester_email: as given with the ticket, lower case.
    :ivar requester_verified: the address is vouched for by a signed token, the API or staff.
    :ivar context: what the person agreed to send along: page, browser, app version, fields.
    :ivar version: counts changes of state, assignee, priority, resolution and subject, for
        conflict checks.
    :ivar help_session_id: the help session whose trail it carries.
    :ivar customer_seen_at: when the customer last read the thread.
    :ivar category_id: what it is about, in the categories of the knowledge base.
    :ivar team_id: the team it is with, if not everybody's.
    :ivar disposition: why it is out of its normal life; None for almost all.
    :ivar merged_into_id: the ticket that goes on in its place.
    :ivar follow_up_of_id: the closed ticket it continues.
    :ivar hold_reason: why it is on hold; empty unless it is.
    :ivar look_at: when somebody wants to look at it again; None unless it is on hold.
    :ivar reopen_count: how often the customer opened it again, thank-yous aside.
    :ivar resolution: how it was resolved; None unless it is solved or closed.
    :ivar confirmed_at: when the requester said that it is solved; None if they have not, or it was
        opened again since.
    :ivar snoozed_until: when it comes back into the lists; None while it is in them.
    :ivar woken_at: when it last came back by itself.
    :ivar next_due_at: when what we owe first is due, passed or not; None if nothing runs.
    :ivar next_due_kind: what that is, a value of `CommitmentKind`.
    :ivar clocks_at: when that was last worked out; None if it has to be worked out anew.
    :ivar escalation_number: of the escalation it is part of; of several the worst that runs.
    :ivar promise_due_at: the first date by which something is owed to the customer, passed or not.
    """

    __tablename__ = "tickets"
    __table_args__ = (
        Index("ix_tickets_state_updated", "state", "updated_at", "id"),
        Index("ix_tickets_assignee_state", "assignee_id", "state", "updated_at"),
        Index("ix_tickets_updated", "updated_at", "id"),
        # One site's tickets, latest first.
        Index("ix_tickets_site_updated", "site_id", "updated_at", "id"),
        # Numbers of views are counted in the index alone, never in the much wider rows.
        Index(
            "ix_tickets_desk",
            "state",
            "snoozed_until",
            "assignee_id",
            "next_due_at",
            "disposition",
            "priority",
            "team_id",
            "site_id",
        ),
        Index(
            "ix_tickets_promise_due",
            "promise_due_at",
            sqlite_where=text("promise_due_at IS NOT NULL"),
            postgresql_where=text("promise_due_at IS NOT NULL"),
        ),
        Index(
            "ix_tickets_escalation",
            "escalation_number",
            sqlite_where=text("escalation_number IS NOT NULL"),
            postgresql_where=text("escalation_number IS NOT NULL"),
        ),
        Index(
            "ix_tickets_next_due",
            "next_due_at",
            "id",
            sqlite_where=text("next_due_at IS NOT NULL"),
            postgresql_where=text("next_due_at IS NOT NULL"),
        ),
        Index(
            "ix_tickets_clocks_unknown",
            "id",
            sqlite_where=text("clocks_at IS NULL"),
            postgresql_where=text("clocks_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    site_id: Mapped[int | None] = mapped_column(ForeignKey("sites.id"))
    channel: Mapped[str]
    subject: Mapped[str]
    state: Mapped[str] = mapped_column(default=TicketState.NEW)
    priority: Mapped[str] = mapped_column(default=Priority.NORMAL)
    assignee_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"), index=True)
    visitor_id: Mapped[int | None] = mapped_column(ForeignKey("visitors.id"), index=True)
    requester_name: Mapped[str] = mapped_column(default="")
    requester_email: Mapped[str] = mapped_column(default="", index=True)
    requester_verified: Mapped[bool] = mapped_column(default=False)
    locale: Mapped[str] = mapped_column(default="")
    context: Mapped[dict[str, Any]] = mapped_column(default=dict)
    help_session_id: Mapped[int | None]
    category_id: Mapped[int | None] = mapped_column(
        ForeignKey("categories.id", ondelete="SET NULL")
    )
    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id", ondelete="SET NULL"))
    disposition: Mapped[str | None]
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"), index=True)
    follow_up_of_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"), index=True)
    hold_reason: Mapped[str] = mapped_column(default="", server_default="")
    look_at: Mapped[datetime | None]
    reopen_count: Mapped[int] = mapped_column(default=0, server_default="0")
    resolution: Mapped[str | None]
    snoozed_until: Mapped[datetime | None]
    woken_at: Mapped[datetime | None]
    promise_due_at: Mapped[datetime | None]
    escalation_number: Mapped[int | None]
    next_due_at: Mapped[datetime | None]
    next_due_kind: Mapped[str | None]
    clocks_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime]
    last_customer_message_at: Mapped[datetime | None]
    last_staff_message_at: Mapped[datetime | None]
    customer_seen_at: Mapped[datetime | None]
    solved_at: Mapped[datetime | None]
    confirmed_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    assignee: Mapped[Staff | None] = relationship("Staff", lazy="raise_on_sql")  # type: ignore[name-defined]  # noqa: F821
    customer: Mapped[Customer | None] = relationship("Customer", lazy="raise_on_sql")  # type: ignore[name-defined]  # noqa: F821
    site: Mapped[Site | None] = relationship("Site", lazy="raise_on_sql")  # type: ignore[name-defined]  # noqa: F821
    messages: Mapped[list[Message]] = relationship(
        back_populates="ticket", order_by="Message.id", lazy="raise_on_sql"
    )


class Message(Base):
    """A public message or an internal note.

    :ivar author_kind: staff, customer, visitor or api.
    :ivar body: Markdown from staff, plain text from customers; both stored as typed.
    :ivar mail: what is known of the mail it came in (`MailFacts`); None if it came otherwise.
    """

    __tablename__ = "messages"
    __table_args__ = (Index("ix_messages_ticket", "ticket_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"))
    kind: Mapped[str] = mapped_column(default=MessageKind.MESSAGE)
    author_kind: Mapped[str]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    author_name: Mapped[str]
    body: Mapped[str]
    sent_at: Mapped[datetime]
    mail: Mapped[dict[str, Any] | None]
    ticket: Mapped[Ticket] = relationship(back_populates="messages", lazy="raise_on_sql")
    attachments: Mapped[list[Attachment]] = relationship(  # type: ignore[name-defined]  # noqa: F821
        "Attachment", order_by="Attachment.id", lazy="raise_on_sql"
    )


class RequestLink(Base):
    """A mailed address that opens one ticket to its requester.

    :ivar token_hash: SHA-256 of the 128-bit value in the link.
    """

    __tablename__ = "request_links"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class IdempotencyKey(Base):
    """A write that was answered already, so that its repeat gets the same answer.

    :ivar scope: who sent it (``token:<id>``, ``session:<id>``, ``staff:<id>``).
    :ivar request_hash: SHA-256 of what was asked; another request under the key is refused.
    :ivar response: what was answered.
    """

    __tablename__ = "idempotency_keys"
    __table_args__ = (
        UniqueConstraint("scope", "key"),
        Index("ix_idempotency_keys_created", "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    scope: Mapped[str]
    key: Mapped[str]
    request_hash: Mapped[str]
    response: Mapped[dict[str, Any]]


class TicketRead(Base):
    """Up to which message a member of staff has seen a ticket."""

    __tablename__ = "ticket_reads"
    __table_args__ = (UniqueConstraint("ticket_id", "staff_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"))
    last_message_id: Mapped[int]
