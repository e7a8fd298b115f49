"""By when something is promised: "Friday" is the end of Friday's work."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.errors import Invalid

#: When work ends where no calendar says otherwise.
USUAL_END = time(17, 0)
#: Nobody keeps a promise about years.
FARTHEST = timedelta(days=366)
#: How far to look for a day with work; during a longer closure no such day is offered.
LOOK_AHEAD_DAYS = 14

FRIDAY, SATURDAY = 4, 5


@dataclass(frozen=True)
class WorkingDays:
    """When the team works.

    :ivar zone: where its days begin and end.
    :ivar end_of: the end of a day's work; None for a day on which nobody works.
    """

    zone: ZoneInfo
    end_of: Callable[[date], datetime | None]


@dataclass(frozen=True)
class DueChoice:
    """A date offered with one click.

    :ivar key: ``today``, ``tomorrow``, ``friday`` or ``next_week``.
    :ivar ahead: how many days from today it is, where the team works.
    """

    key: str
    due_at: datetime
    ahead: int


def usual_days(zone: ZoneInfo) -> WorkingDays:
    """Return Monday to Friday until :data:`USUAL_END` in a zone."""

    def end_of(day: date) -> datetime | None:
        return None if day.weekday() >= SATURDAY else datetime.combine(day, USUAL_END, zone)

    return WorkingDays(zone, end_of)


def quick_choices(now: datetime, days: WorkingDays) -> list[DueChoice]:
    """Return the dates to offer, soonest first, none twice.

    "Tomorrow" is the next day with work, "Friday" the last one of this week, and "next week" the
    last one of the week after, so that the words hold.
    """
    today = now.astimezone(days.zone).date()
    coming_friday = today + timedelta(days=(FRIDAY - today.weekday()) % 7)
    next_friday = today + timedelta(days=7 + FRIDAY - today.weekday())
    candidates = (
        ("today", days.end_of(today)),
        ("tomorrow", _first_after(today, days)),
        ("friday", _last_until(coming_friday, days)),
        ("next_week", _last_until(next_friday, days)),
    )
    found: dict[datetime, DueChoice] = {}
    for key, end in candidates:
        if end is not None and end > now:
            due_at = end.astimezone(UTC)
            ahead = (end.astimezone(days.zone).date() - today).days
            found.setdefault(due_at, DueChoice(key, due_at, ahead))
    return sorted(found.values(), key=lambda choice: choice.due_at)


def read_due(text: str, *, now: datetime, days: WorkingDays, field: str) -> datetime:
    """Return the date that somebody gave.

    :param text: the key of a :class:`DueChoice`, or ISO 8601: a moment with its zone, a time in
        the team's zone (``2026-03-06T15:00``), or a day, which is the end of its work.
    :param field: of the form, where an error is shown.
    :raises Invalid: there is no date, or it makes no sense.
    """
    text = text.strip()
    if not text:
        raise Invalid(fields={field: ["By when? Please choose a day or a time."]})
    for offered in quick_choices(now, days):
        if offered.key == text:
            return offered.due_at
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Invalid(fields={field: ["This is not a day or a time."]}) from None
    if len(text) == len("2026-03-06"):
        moment = days.end_of(moment.date()) or datetime.combine(moment.date(), USUAL_END)
    return checked_due(moment.replace(tzinfo=moment.tzinfo or days.zone), now=now, field=field)


def checked_due(due_at: datetime, *, now: datetime, field: str) -> datetime:
    """Return a date that can be promised, in UTC.

    :raises Invalid: it has passed, or lies more than a year ahead.
    """
    if due_at <= now:
        raise Invalid(fields={field: ["That has passed already. Please choose a later time."]})
    if due_at > now + FARTHEST:
        raise Invalid(fields={field: ["Please promise nothing further ahead than a year."]})
    return due_at.astimezone(UTC)


def _first_after(day: date, days: WorkingDays) -> datetime | None:
    ahead = (day + timedelta(days=count) for count in range(1, LOOK_AHEAD_DAYS))
    return next((end for each in ahead if (end := days.end_of(each)) is not None), None)


def _last_until(friday: date, days: WorkingDays) -> datetime | None:
    """Return the end of the last day with work in the week of a Friday."""
    back = (friday - timedelta(days=count) for count in range(FRIDAY + 1))
    return next((end for each in back if (end := days.end_of(each)) is not None), None)
