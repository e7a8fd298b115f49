"""Tables of escalations, their tickets, the roles people take in them, and their deadlines."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class EscalationState(StrEnum):
    """How far it is. Closing comes after the review, which has states of its own."""

    RAISED = "raised"
    ACKNOWLEDGED = "acknowledged"
    INVESTIGATING = "investigating"
    MITIGATED = "mitigated"  # customers can work
    RESOLVED = "resolved"  # the cause is dealt with
    CLOSED = "closed"
    DECLINED = "declined"
    DUPLICATE = "duplicate"


class Severity(StrEnum):
    """How bad it is, by what customers suffer; `app.escalations.severities` has the words."""

    S1 = "s1"
    S2 = "s2"
    S3 = "s3"
    S4 = "s4"


class NoticedBy(StrEnum):
    """Who saw it first."""

    CUSTOMER = "customer"
    US = "us"


class NoticeScope(StrEnum):
    """Who reads the known-incident notice."""

    SITE = "site"  # everybody on its site; on all sites where it names none
    ACCOUNTS = "accounts"  # signed-in people of the accounts whose tickets are linked


class RecurrenceKind(StrEnum):
    """What an escalation that came again says about the earlier one."""

    KNOWN_UNPAID = "known_unpaid"  # an action of the earlier one is still open
    FIX_DID_NOT_HOLD = "fix_did_not_hold"  # its actions were done


class Verdict(StrEnum):
    """What a customer said when asked whether it is solved for them."""

    SOLVED = "solved"
    NOT_YET = "not_yet"


class Role(StrEnum):
    """What somebody does in an escalation."""

    OWNER = "owner"  # coordinates and decides
    COMMUNICATOR = "communicator"  # the customers' voice
    RESOLVER = "resolver"
    REPORTER = "reporter"
    SCRIBE = "scribe"


class DeadlineKind(StrEnum):
    """What is promised by when."""

    ACKNOWLEDGE = "acknowledge"
    UPDATE = "update"
    MITIGATE = "mitigate"
    RESOLVE = "resolve"
    REVIEW = "review"


class Escalation(Base):
    """Something that support cannot solve for a customer without engineering.

    Its stamps are first stamps: they stay when it is reopened.

    :ivar number: the public number, in sequence.
    :ivar area_id: what it is about, in the categories of the knowledge base.
    :ivar symptom: what customers see, in their words.
    :ivar question: what support needs to know of engineering.
    :ivar impact_started_at: since when customers suffer; may precede the report, set by people.
    :ivar raised_at: when it was escalated.
    :ivar told_at: when customers were first told something.
    :ivar declined_instead: what to do instead, for the one who raised it.
    :ivar recurrence_of_id: an earlier one that came again, confirmed by a person.
    :ivar notice: what those who may be affected read: language to text, ``""`` for all others;
        None for nothing.
    :ivar notice_scope: a :class:`NoticeScope`.
    :ivar notice_at: when its words were last changed.
    :ivar version: counts changes of title, severity, state and words, for conflict checks.
    """

    __tablename__ = "escalations"
    __table_args__ = (Index("ix_escalations_state_severity", "state", "severity", "raised_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(unique=True)
    title: Mapped[str]
    severity: Mapped[str]
    state: Mapped[str] = mapped_column(default=EscalationState.RAISED)
    area_id: Mapped[int | None] = mapped_column(
        ForeignKey("categories.id", ondelete="SET NULL"), index=True
    )
    site_id: Mapped[int | None] = mapped_column(ForeignKey("sites.id", ondelete="SET NULL"))
    symptom: Mapped[str]
    question: Mapped[str] = mapped_column(default="")
    workaround: Mapped[str] = mapped_column(default="")
    notice: Mapped[dict[str, Any] | None]
    notice_scope: Mapped[str] = mapped_column(default=NoticeScope.SITE, server_default="site")
    notice_at: Mapped[datetime | None]
    noticed_by: Mapped[str] = mapped_column(default=NoticedBy.CUSTOMER)
    impact_started_at: Mapped[datetime | None]
    raised_at: Mapped[datetime] = mapped_column(index=True)
    acknowledged_at: Mapped[datetime | None]
    mitigated_at: Mapped[datetime | None]
    resolved_at: Mapped[datetime | None]
    told_at: Mapped[datetime | None]
    reviewed_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    declined_reason: Mapped[str] = mapped_column(default="")
    declined_instead: Mapped[str] = mapped_column(default="")
    duplicate_of_id: Mapped[int | None] = mapped_column(ForeignKey("escalations.id"), index=True)
    recurrence_of_id: Mapped[int | None] = mapped_column(ForeignKey("escalations.id"), index=True)
    recurrence_kind: Mapped[str | None]
    version: Mapped[int] = mapped_column(default=1)


class EscalatedTicket(Base):
    """A ticket that an escalation is about.

    :ivar linked_by_id: None where the customer linked it with "me too".
    :ivar asked_at: when its customer was asked whether it is solved for them.
    """

    __tablename__ = "escalated_tickets"

    escalation_id: Mapped[int] = mapped_column(
        ForeignKey("escalations.id", ondelete="CASCADE"), primary_key=True
    )
    ticket_id: Mapped[int] = mapped_column(
        ForeignKey("tickets.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    linked_at: Mapped[datetime]
    linked_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    asked_at: Mapped[datetime | None]
    verdict: Mapped[str | None]
    verdict_at: Mapped[datetime | None]


class RoleHolding(Base):
    """That somebody has, or had, a role in an escalation."""

    __tablename__ = "escalation_roles"
    __table_args__ = (Index("ix_escalation_roles_staff", "staff_id", "renounced_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    escalation_id: Mapped[int] = mapped_column(
        ForeignKey("escalations.id", ondelete="CASCADE"), index=True
    )
    role: Mapped[str]
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    assumed_at: Mapped[datetime]
    renounced_at: Mapped[datetime | None]


class Deadline(Base):
    """Something an escalation owes by a time; each is met, or recorded as missed once.

    :ivar dropped_at: when it stopped being owed without being met: severity or state changed.
    """

    __tablename__ = "escalation_deadlines"
    __table_args__ = (Index("ix_escalation_deadlines_due", "met_at", "dropped_at", "due_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    escalation_id: Mapped[int] = mapped_column(
        ForeignKey("escalations.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[str]
    due_at: Mapped[datetime]
    warned_at: Mapped[datetime | None]
    breached_at: Mapped[datetime | None]
    met_at: Mapped[datetime | None]
    dropped_at: Mapped[datetime | None]
