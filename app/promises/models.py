"""Tables of promises and of the dates they had before."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class PromiseState(StrEnum):
    """What became of a promise. A moved one is still to be kept, by its new date."""

    OPEN = "open"
    MOVED = "moved"
    BROKEN = "broken"
    KEPT = "kept"
    WITHDRAWN = "withdrawn"


#: Its date is still to come, as far as the clock has looked.
PENDING = (PromiseState.OPEN, PromiseState.MOVED)
#: Somebody still owes it to the customer.
OWED = (*PENDING, PromiseState.BROKEN)


class Promise(Base):
    """A dated commitment to a customer.

    :ivar due_at: by when, as it stands now.
    :ivar first_due_at: by when, as it was first said.
    :ivar owner_id: who keeps it; None is the whole team.
    :ivar customer_visible: the customer reads text and date on their request.
    :ivar message_id: the answer it was given with.
    :ivar moves: how often it got a new date.
    :ivar broken_at: the latest date that passed without it being kept. It stays on record.
    :ivar kept_at: when what was promised happened, which may be before somebody noted it.
    :ivar kept_message_id: the answer that kept it.
    :ivar reason: why it was taken back.
    :ivar day_notice_at: when its owner was reminded in the morning of the present date.
    :ivar hour_notice_at: when its owner was reminded shortly before the present date.
    :ivar set_aside_at: since when its ticket is spam or deleted, so that nobody waits for it.
    :ivar sequence: counts changes, for conflict checks and calendars.
    :ivar changed_at: when it last changed.
    """

    __tablename__ = "promises"
    __table_args__ = (
        Index("ix_promises_state_due", "state", "due_at"),
        Index("ix_promises_owner_due", "owner_id", "due_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), index=True)
    text: Mapped[str]
    due_at: Mapped[datetime]
    first_due_at: Mapped[datetime]
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    customer_visible: Mapped[bool]
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id", ondelete="SET NULL"))
    state: Mapped[str] = mapped_column(default=PromiseState.OPEN)
    moves: Mapped[int] = mapped_column(default=0)
    broken_at: Mapped[datetime | None]
    kept_at: Mapped[datetime | None]
    kept_message_id: Mapped[int | None] = mapped_column(
        ForeignKey("messages.id", ondelete="SET NULL")
    )
    reason: Mapped[str] = mapped_column(default="")
    day_notice_at: Mapped[datetime | None]
    hour_notice_at: Mapped[datetime | None]
    set_aside_at: Mapped[datetime | None]
    sequence: Mapped[int] = mapped_column(default=0)
    changed_at: Mapped[datetime]


class PromiseMove(Base):
    """A date that a promise had, and why it got another.

    :ivar was_broken: the old date had passed already.
    :ivar reason: for the team; customers see the new date only.
    """

    __tablename__ = "promise_moves"

    id: Mapped[int] = mapped_column(primary_key=True)
    promise_id: Mapped[int] = mapped_column(
        ForeignKey("promises.id", ondelete="CASCADE"), index=True
    )
    old_due_at: Mapped[datetime]
    new_due_at: Mapped[datetime]
    was_broken: Mapped[bool]
    reason: Mapped[str]
    moved_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))


class FeedScope(StrEnum):
    """Whose promises a calendar feed holds."""

    OWN = "own"
    TEAM = "team"


class PromiseFeed(Base):
    """A secret address under which a calendar programme reads promises. One a person and scope.

    :ivar staff_id: who made it; with `own` whose promises it holds.
    :ivar token_hash: SHA-256 of the 256-bit value in the address.
    """

    __tablename__ = "promise_feeds"
    __table_args__ = (UniqueConstraint("staff_id", "scope"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"))
    scope: Mapped[str]
    token_hash: Mapped[str] = mapped_column(unique=True)
