"""What happened to a ticket."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import select

from app.db import db
from app.events.models import EventRecord
from app.staff.models import Staff
from app.tickets.errors import Change
from app.tickets.models import Message, MessageKind, Ticket

#: Events that count a ticket's version up, each by one, and what they change.
FIELD_OF_KIND = {
    "ticket:state_changed": "state",
    "ticket:assigned": "assignee",
    "ticket:priority_changed": "priority",
}


def changes_since(ticket: Ticket, version: int) -> list[Change]:
    """Return the property changes after a version, oldest first.

    :param version: what somebody saw; higher than the present one gives nothing.
    """
    missed = ticket.version - version
    if missed <= 0:
        return []
    newest = (
        select(EventRecord)
        .where(
            EventRecord.subject_kind == "ticket",
            EventRecord.subject_id == ticket.id,
            EventRecord.kind.in_(FIELD_OF_KIND),
        )
        .order_by(EventRecord.id.desc())
        .limit(missed)
    )
    return as_changes(list(reversed(db.session.scalars(newest).all())))


def property_changes(ticket: Ticket) -> list[Change]:
    """Return all property changes of a ticket, oldest first."""
    return changes_since(ticket, 1)


def as_changes(events: Sequence[EventRecord]) -> list[Change]:
    """Put names to the ids in change events; one query for all of them."""
    names = _staff_names(
        [event.actor_id for event in events if event.actor_kind == "staff"]
        + [event.data[side] for event in events for side in ("old", "new")]
    )
    return [
        Change(
            field=FIELD_OF_KIND[event.kind],
            old=_as_read(event, "old", names),
            new=_as_read(event, "new", names),
            who=names.get(event.actor_id or 0, "") if event.actor_kind == "staff" else "",
            at=event.at,
        )
        for event in events
    ]


def messages_after(ticket_id: int, message_id: int) -> list[Message]:
    """Return the public messages of a ticket after one, oldest first."""
    return list(
        db.session.scalars(
            select(Message)
            .where(
                Message.ticket_id == ticket_id,
                Message.kind == MessageKind.MESSAGE,
                Message.id > message_id,
            )
            .order_by(Message.id)
        )
    )


def _as_read(event: EventRecord, side: str, names: dict[int, str]) -> str:
    value = event.data[side]
    if event.kind == "ticket:assigned":
        return "" if value is None else names.get(value, "")
    return str(value)


def _staff_names(ids: Iterable[object]) -> dict[int, str]:
    wanted = {key for key in ids if isinstance(key, int)}
    if not wanted:
        return {}
    rows = db.session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(wanted)))
    return {row.id: row.name for row in rows}
