"""Tables of outgoing mail and of addresses that get none."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class MailState(StrEnum):
    """Life of an outgoing mail."""

    WAITING = "waiting"
    SENT = "sent"
    DEAD = "dead"  # refused for good, or given up after the last try
    HELD = "held"  # no mail server was configured
    BOUNCED = "bounced"  # taken by the server, then sent back or complained about
    SUPPRESSED = "suppressed"  # not tried: the address is known to get none


class MailKind(StrEnum):
    """Who speaks: decides how machines may treat the mail, and whether one can opt out."""

    ANSWER = "answer"  # a person's words
    AUTOMATIC = "automatic"  # confirmations, surveys, reminders


class SuppressionReason(StrEnum):
    """Why an address gets no mail."""

    BOUNCE = "bounce"
    COMPLAINT = "complaint"
    UNSUBSCRIBED = "unsubscribed"  # of automatic mail only


#: What a person should know of: these did not arrive.
FAILED_STATES = (MailState.DEAD, MailState.BOUNCED, MailState.SUPPRESSED)


class OutgoingMail(Base):
    """A mail to be sent, with its final Message-ID so that a repeat is recognisable.

    :ivar sender: ``Name <address>``; empty means the installation's.
    :ivar thread: Message-IDs of the conversation before it, oldest first.
    :ivar ticket_message_id: the answer it carries.
    :ivar with_files: whether the answer's files go along.
    :ivar state: see :class:`MailState`.
    :ivar tries: how often it was offered to the server.
    :ivar next_try_at: when it is offered again; None unless it waits after trouble.
    :ivar error: why it is not sent, without quoting the server: its answers may hold addresses.
    """

    __tablename__ = "outgoing_mail"

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[str] = mapped_column(default=MailKind.AUTOMATIC)
    sender: Mapped[str] = mapped_column(default="")
    to_address: Mapped[str] = mapped_column(index=True)
    subject: Mapped[str]
    text_body: Mapped[str]
    html_body: Mapped[str]
    thread: Mapped[list[str]] = mapped_column(JSON, default=list)
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"), index=True)
    ticket_message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"), index=True)
    with_files: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(default=MailState.WAITING, index=True)
    tries: Mapped[int] = mapped_column(default=0)
    next_try_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(default="")
    sent_at: Mapped[datetime | None]


class Suppression(Base):
    """An address that gets no mail, until staff allow it again.

    :ivar mail_id: the mail that showed it.
    """

    __tablename__ = "suppressions"
    __table_args__ = (UniqueConstraint("address", "reason"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    address: Mapped[str]
    reason: Mapped[str]
    mail_id: Mapped[int | None] = mapped_column(
        ForeignKey("outgoing_mail.id", ondelete="SET NULL"), index=True
    )
