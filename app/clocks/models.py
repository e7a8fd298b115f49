"""Tables of what is promised, and of how each ticket stands with it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class ClockPolicy(Base):
    """What is promised on a site, or on all that have no policy of their own."""

    __tablename__ = "clock_policies"

    id: Mapped[int] = mapped_column(primary_key=True)
    site_id: Mapped[int | None] = mapped_column(ForeignKey("sites.id"), unique=True)


class ClockPolicyVersion(Base):
    """A policy from an instant on; versions are only ever added.

    :ivar targets: for each priority ``calendar`` (a key) and ``first_reply``, ``next_reply`` and
        ``resolution`` in open seconds or null. Empty hands the site back to the usual policy.
    :ivar warn_percent: share of a target after which we are warned.
    :ivar staff_id: who made it; None for the one that was delivered.
    """

    __tablename__ = "clock_policy_versions"
    __table_args__ = (UniqueConstraint("policy_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    policy_id: Mapped[int] = mapped_column(ForeignKey("clock_policies.id"))
    number: Mapped[int]
    effective_from: Mapped[datetime]
    targets: Mapped[dict[str, Any]]
    warn_percent: Mapped[int]
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class TicketCommitment(Base):
    """A commitment as it was last worked out from its ticket's events: a cache of them.

    The fields are those of :class:`app.clocks.commitments.Commitment`.

    :ivar warned_at: when its ticket's people were told that it will soon be due.
    """

    __tablename__ = "ticket_commitments"
    __table_args__ = (
        UniqueConstraint("ticket_id", "kind", "turn"),
        Index(
            "ix_ticket_commitments_running",
            "due_at",
            sqlite_where=text("state = 'running'"),
            postgresql_where=text("state = 'running'"),
        ),
        Index(
            "ix_ticket_commitments_warn",
            "warn_at",
            sqlite_where=text("state = 'running' AND warned_at IS NULL"),
            postgresql_where=text("state = 'running' AND warned_at IS NULL"),
        ),
        Index("ix_ticket_commitments_decided", "kind", "decided_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"))
    kind: Mapped[str]
    turn: Mapped[int]
    state: Mapped[str]
    exclusion: Mapped[str | None]
    started_at: Mapped[datetime]
    target_seconds: Mapped[int | None]
    due_at: Mapped[datetime | None]
    left_seconds: Mapped[int | None]
    is_open: Mapped[bool]
    is_manual: Mapped[bool]
    fulfilled_at: Mapped[datetime | None]
    decided_at: Mapped[datetime | None]
    matures_at: Mapped[datetime | None]
    breached_at: Mapped[datetime | None]
    warn_at: Mapped[datetime | None]
    warned_at: Mapped[datetime | None]
