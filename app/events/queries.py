"""Reading events back."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import bindparam, select

from app.db import db
from app.events.models import EventRecord


def events_about(
    subject_kind: str, subject_id: int, *, kinds: Collection[str] = ()
) -> Sequence[EventRecord]:
    """Return the events of one thing, oldest first.

    :param kinds: only these kinds; empty means all.
    """
    values: dict[str, Any] = {"subject_kind": subject_kind, "subject_id": subject_id}
    if not kinds:
        return db.session.scalars(_ABOUT, values).all()
    return db.session.scalars(_ABOUT_OF_KINDS, values | {"kinds": sorted(kinds)}).all()


#: Every look at a ticket asks these; built once.
_ABOUT = (
    select(EventRecord)
    .where(
        EventRecord.subject_kind == bindparam("subject_kind"),
        EventRecord.subject_id == bindparam("subject_id"),
    )
    .order_by(EventRecord.id)
)
_ABOUT_OF_KINDS = _ABOUT.where(EventRecord.kind.in_(bindparam("kinds", expanding=True)))
