"""Table of an escalation's timeline."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class EntryLevel(StrEnum):
    """Whether an entry is part of what is told, or of the record beside it."""

    STORY = "story"
    LOG = "log"


class TimelineEntry(Base):
    """One thing that happened around an escalation.

    :ivar happened_at: when it happened, which may be long before it was written down.
    :ivar source: where it comes from, such as ``event:812``; None for what people enter.
    :ivar path: the page that shows it, below the installation's own address.
    :ivar promoted_by_id: who chose another level than it had by itself.
    """

    __tablename__ = "escalation_timeline"
    __table_args__ = (
        UniqueConstraint("escalation_id", "source"),
        Index("ix_escalation_timeline_happened", "escalation_id", "happened_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    escalation_id: Mapped[int] = mapped_column(ForeignKey("escalations.id", ondelete="CASCADE"))
    level: Mapped[str]
    happened_at: Mapped[datetime]
    recorded_at: Mapped[datetime]
    text: Mapped[str]
    source: Mapped[str | None]
    path: Mapped[str] = mapped_column(default="")
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    promoted_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
