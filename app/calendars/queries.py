"""Reading opening hours back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from sqlalchemy import select

from app.calendars.algebra import Calendar, HoursVersion, OpenHours, shared_hours
from app.calendars.hours import Span, Spans
from app.calendars.models import CalendarVersion
from app.db import db


def stored_calendars() -> dict[int, Calendar]:
    """Return every calendar with all its versions, by key."""
    found: dict[int, list[HoursVersion]] = {}
    for row in db.session.scalars(select(CalendarVersion).order_by(CalendarVersion.number)):
        version = HoursVersion(row.number, row.effective_from, hours_of(row))
        found.setdefault(row.calendar_id, []).append(version)
    return {key: Calendar(key, tuple(versions)) for key, versions in found.items()}


def hours_of(row: CalendarVersion) -> OpenHours:
    """Return the hours that a version holds."""
    return shared_hours(
        OpenHours(
            row.zone,
            tuple(_spans(pairs) for pairs in row.week),
            tuple((date.fromisoformat(day), _spans(pairs)) for day, pairs in _sorted(row)),
            frozenset(date.fromisoformat(day) for day in row.holidays),
        )
    )


def _sorted(row: CalendarVersion) -> Iterable[tuple[str, Any]]:
    exceptions: Mapping[str, Any] = row.exceptions
    return sorted(exceptions.items())


def _spans(pairs: Iterable[tuple[int, int]]) -> Spans:
    return tuple(Span(opens, closes) for opens, closes in pairs)
