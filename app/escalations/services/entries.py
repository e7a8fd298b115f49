"""Writing into a timeline, and choosing what belongs to its story."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.db import db
from app.errors import Invalid, NotFound
from app.escalations.models import EntryLevel, Escalation, TimelineEntry
from app.escalations.queries.timeline import timeline
from app.staff.models import Staff
from app.tickets.services.texts import clean_body, too_long

ENTRY_MAX = 2_000


def write_entry(
    escalation: Escalation,
    *,
    text: str,
    happened_at: datetime,
    by: Staff,
    now: datetime,
    level: EntryLevel | str = EntryLevel.STORY,
) -> TimelineEntry:
    """Write down something that happened, now or long ago.

    :param text: what happened.
    :param happened_at: when; not after `now`.
    :param by: whoever writes it.
    :param level: whether it is part of the story.
    :raises Invalid: something is missing; `fields` says what.
    """
    text, errors = clean_body(text), {}
    if not text:
        errors["text"] = ["Please say what happened."]
    elif len(text) > ENTRY_MAX:
        errors["text"] = [too_long(ENTRY_MAX)]
    if happened_at > now:
        errors["happened_at"] = ["This is still to come."]
    if level not in set(EntryLevel):
        errors["level"] = ["Story or log?"]
    if errors:
        raise Invalid(fields=errors)
    entry = TimelineEntry(
        escalation_id=escalation.id,
        level=EntryLevel(level),
        happened_at=happened_at,
        recorded_at=now,
        text=text,
        entered_by_id=by.id,
        created_at=now,
    )
    db.session.add(entry)
    db.session.flush()
    return entry


def choose_level(
    escalation: Escalation, key: str, level: EntryLevel | str, *, by: Staff, now: datetime
) -> None:
    """Take a line into the story, or out of it.

    :param key: of the line, as the timeline gives it.
    :param by: whoever chooses.
    :raises Invalid: there is no such level.
    :raises NotFound: there is no such line.
    """
    if level not in set(EntryLevel):
        raise Invalid(fields={"level": ["Story or log?"]})
    line = next((each for each in timeline(escalation) if each.key == key), None)
    if line is None:
        raise NotFound
    row = _row_of(escalation.id, key)
    if row is None:
        row = TimelineEntry(
            escalation_id=escalation.id,
            source=key,
            happened_at=line.happened_at,
            recorded_at=line.recorded_at,
            text=line.text,
            path=line.path,
            created_at=now,
        )
        db.session.add(row)
    row.level, row.promoted_by_id = EntryLevel(level), by.id


def _row_of(escalation_id: int, key: str) -> TimelineEntry | None:
    kind, _, number = key.partition(":")
    mine = TimelineEntry.escalation_id == escalation_id
    if kind == "entry":
        return db.session.scalar(select(TimelineEntry).where(mine, TimelineEntry.id == int(number)))
    return db.session.scalar(select(TimelineEntry).where(mine, TimelineEntry.source == key))
