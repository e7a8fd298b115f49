"""What happened to a ticket."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import cast

from sqlalchemy import bindparam, select

from app.db import db, fetch
from app.events.models import EventRecord
from app.events.queries import events_about
from app.knowledge.models import Category
from app.staff.models import Staff, Team
from app.tickets.errors import Change
from app.tickets.models import Message, MessageKind, Ticket

#: Events that count a ticket's version up, each by one, and what they change.
FIELD_OF_KIND = {
    "ticket:state_changed": "state",
    "ticket:assigned": "assignee",
    "ticket:priority_changed": "priority",
    "ticket:category_changed": "category",
    "ticket:team_changed": "team",
    "ticket:subject_changed": "subject",
    "ticket:resolution_set": "resolution",
    "ticket:snoozed": "snooze",
    "ticket:disposition_changed": "disposition",
    "ticket:parked": "hold",
    "ticket:merged_in": "merge",
    "ticket:split": "split",
    "ticket:split_off": "split",
    "ticket:confirmed": "confirmed",
}
#: Events that a conversation tells beside those.
TOLD_KINDS = {"ticket:reopen_dismissed": "thanks", "ticket:related": "relation"}

#: What need not be told when something else of the same moment says it.
SAID_BY = {
    "state": {"resolution", "hold", "disposition", "thanks", "confirmed"},
    "resolution": {"thanks", "confirmed"},
    "snooze": {"state", "hold", "disposition"},
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


def all_changes(ticket: Ticket) -> list[Change]:
    """Return everything about a ticket that its conversation can tell, oldest first."""
    events = events_about("ticket", ticket.id, kinds={*FIELD_OF_KIND, *TOLD_KINDS})
    return as_changes(events)


def told_changes(changes: Sequence[Change]) -> list[Change]:
    """Leave out what another change of the same moment says already."""
    fields: dict[datetime, set[str]] = {}
    for change in changes:
        fields.setdefault(change.at, set()).add(change.field)
    return [
        change for change in changes if not SAID_BY.get(change.field, set()) & fields[change.at]
    ]


def as_changes(events: Sequence[EventRecord]) -> list[Change]:
    """Put names to the ids in change events; one query for each kind of id that occurs."""
    actors = [event.actor_id for event in events if event.actor_kind == "staff"]
    people = _names(Staff, [*actors, *_values_of("assignee", events)])
    numbers = _numbers([event.data.get("into_id") for event in events])
    named = {
        "assignee": people,
        "category": _names(Category, _values_of("category", events)),
        "team": _names(Team, _values_of("team", events)),
    }
    return [
        Change(
            field=(field := _field(event)),
            old=_as_read(event.data.get("old"), named.get(field)),
            new=_as_read(event.data.get("new"), named.get(field)),
            who=people.get(event.actor_id or 0, "") if event.actor_kind == "staff" else "",
            at=event.at,
            detail=event.data.get("new_look_at")
            or str(event.data.get("other_number", ""))
            or numbers.get(event.data.get("into_id"), ""),
        )
        for event in events
        if event.kind != "ticket:resolution_set" or event.data["new"]
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


def _field(event: EventRecord) -> str:
    return FIELD_OF_KIND.get(event.kind) or TOLD_KINDS[event.kind]


def _values_of(field: str, events: Sequence[EventRecord]) -> list[object]:
    changed = [event.data for event in events if _field(event) == field]
    return [data[side] for data in changed for side in ("old", "new")]


def _numbers(ids: Iterable[object]) -> dict[object, str]:
    """Return the numbers of tickets by their keys, as they are read."""
    wanted = {key for key in ids if isinstance(key, int)}
    if not wanted:
        return {}
    rows = db.session.execute(select(Ticket.id, Ticket.number).where(Ticket.id.in_(wanted)))
    return {row.id: str(row.number) for row in rows}


def _as_read(value: object, names: Mapping[int, str] | None) -> str:
    if value is None:
        return ""
    return str(value) if names is None else names.get(cast(int, value), "")


def _names(
    kind: type[Staff] | type[Category] | type[Team], ids: Iterable[object]
) -> dict[int, str]:
    wanted = {key for key in ids if isinstance(key, int)}
    if not wanted:
        return {}
    return {row.id: row.name for row in fetch(_NAMES[kind], ids=sorted(wanted))}


#: Every look at a ticket asks these; built once.
_NAMES = {
    kind: select(kind.id, kind.name).where(kind.id.in_(bindparam("ids", expanding=True)))
    for kind in (Staff, Category, Team)
}
