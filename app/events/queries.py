"""Reading events back."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import select

from app.db import db
from app.events.models import EventRecord


def events_about(
    subject_kind: str, subject_id: int, *, kinds: Collection[str] = ()
) -> Sequence[EventRecord]:
    """Return the events of one thing, oldest first.

    :param kinds: only these kinds; empty means all.
    """
    query = select(EventRecord).where(
        EventRecord.subject_kind == subject_kind, EventRecord.subject_id == subject_id
    )
    if kinds:
        query = query.where(EventRecord.kind.in_(kinds))
    return db.session.scalars(query.order_by(EventRecord.id)).all()
