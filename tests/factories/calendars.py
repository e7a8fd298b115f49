"""Calendars for tests."""

from __future__ import annotations

from datetime import date

from app.calendars.algebra import Calendar, HoursVersion, OpenHours
from app.calendars.hours import Spans, read_spans
from app.calendars.walltime import EPOCH

NEW_YORK = "America/New_York"


def week_of(workday: str, *, weekend: str = "") -> tuple[Spans, ...]:
    """Return a week whose five workdays are alike."""
    return (read_spans(workday)[0],) * 5 + (read_spans(weekend)[0],) * 2


def office(zone: str = "UTC", *, holidays: set[date] = frozenset()) -> OpenHours:
    """Return Monday to Friday, nine to five."""
    return OpenHours(zone, week_of("09:00-17:00"), (), frozenset(holidays))


def calendar(hours: OpenHours, *, key: int = 1) -> Calendar:
    """Return a calendar that has always been so."""
    return Calendar(key, (HoursVersion(1, EPOCH, hours),))
