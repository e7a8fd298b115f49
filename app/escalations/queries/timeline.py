"""The timeline of an escalation: what happened by itself, and what people wrote down.

What happened by itself is read from the events, which never change; only words that people add,
and the level they choose for something, are rows of the timeline's own table.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from sqlalchemy import select

from app.db import db
from app.escalations.event_words import LEVELS, Names, event_text
from app.escalations.lines import Line
from app.escalations.models import EntryLevel, Escalation, TimelineEntry
from app.escalations.queries.releases import release_lines
from app.escalations.queries.trails import deflection_lines, ticket_lines, with_numbers
from app.events.models import EventRecord
from app.knowledge.models import Category
from app.staff.models import Staff

#: Gives lines of one kind; whoever knows of another kind, such as who was on duty, adds one.
Source = Callable[[Escalation, Names], Iterable[Line]]


def timeline(escalation: Escalation) -> list[Line]:
    """Return the story and the log of an escalation in order of time."""
    rows = db.session.scalars(
        select(TimelineEntry).where(TimelineEntry.escalation_id == escalation.id)
    ).all()
    names = with_numbers(escalation, _names())
    lines = [line for source in SOURCES for line in source(escalation, names)]
    chosen = {row.source: row.level for row in rows if row.source is not None}
    lines = [
        replace(line, level=chosen[line.key], promoted=True) if line.key in chosen else line
        for line in lines
    ]
    lines += _written(rows, names)
    # Stable: at the same moment the order in which it was recorded holds.
    return sorted(lines, key=lambda line: line.happened_at)


def _names() -> Names:
    return Names(
        staff={row.id: row.name for row in db.session.execute(select(Staff.id, Staff.name))},
        areas={row.id: row.name for row in db.session.execute(select(Category.id, Category.name))},
    )


def _own_lines(escalation: Escalation, names: Names) -> Iterable[Line]:
    records = db.session.scalars(
        select(EventRecord)
        .where(
            EventRecord.subject_kind == "escalation",
            EventRecord.subject_id == escalation.id,
        )
        .order_by(EventRecord.id)
    )
    for row in records:
        yield Line(
            key=f"event:{row.id}",
            level=LEVELS.get(row.kind, EntryLevel.LOG),
            happened_at=row.at,
            recorded_at=row.at,
            text=event_text(row.kind, row.data, names),
            who=names.staff.get(row.actor_id or 0, "") if row.actor_kind == "staff" else "",
            source="escalation",
        )


def _written(rows: Iterable[TimelineEntry], names: Names) -> Iterable[Line]:
    for row in rows:
        if row.source is None:
            yield Line(
                key=f"entry:{row.id}",
                level=row.level,
                happened_at=row.happened_at,
                recorded_at=row.recorded_at,
                text=row.text,
                who=names.staff.get(row.entered_by_id or 0, ""),
                source="written",
                path=row.path,
                promoted=row.promoted_by_id is not None,
            )


SOURCES: tuple[Source, ...] = (_own_lines, ticket_lines, deflection_lines, release_lines)
