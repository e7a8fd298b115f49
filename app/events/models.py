"""The append-only table of domain events."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class EventRecord(Base):
    """One thing that happened; rows are added, never changed.

    :ivar kind: the event class's kind, such as ``"ticket:opened"``.
    :ivar subject_kind: what the event is about, such as ``"ticket"``.
    :ivar data: the remaining fields of the event.
    """

    __tablename__ = "events"
    __table_args__ = (
        Index("ix_events_subject", "subject_kind", "subject_id", "id"),
        Index("ix_events_kind_at", "kind", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    at: Mapped[datetime]
    actor_kind: Mapped[str]
    actor_id: Mapped[int | None]
    subject_kind: Mapped[str]
    subject_id: Mapped[int | None]
    data: Mapped[dict[str, Any]]
