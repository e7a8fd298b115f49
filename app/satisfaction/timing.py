"""When somebody is asked: not at once, in their working hours, and not too often.

Source: docs/satisfaction.md, "When".
"""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

#: Long enough that somebody has tried what we said; what help desks ask after by default.
AFTER_SOLVING = timedelta(hours=24)
#: Nobody is asked twice within this time.
BETWEEN_QUESTIONS = timedelta(days=14)
#: One reminder, and no more.
REMIND_AFTER = timedelta(days=4)
#: How long a question can be answered.
OPEN_FOR = timedelta(days=28)
#: Asked later than this, after trouble of ours, nobody remembers what it was about.
LATEST_BY = timedelta(days=7)
#: How long a question waits for the end of an outage before it is left out.
LONGEST_WAIT = timedelta(days=14)

#: Local hours in which questions are sent, on weekdays.
FIRST_HOUR, END_HOUR = 9, 17
_SATURDAY = 5
_ONE_DAY = timedelta(days=1)


def in_working_hours(moment: datetime, zone: ZoneInfo) -> datetime:
    """Return the first moment from this one on that is Monday to Friday, nine to five.

    :param moment: aware.
    :param zone: of the person who is asked.
    :returns: aware, in UTC; the moment itself if it fits.
    """
    local = moment.astimezone(zone)
    day = local.date()
    if local.hour < FIRST_HOUR:
        opening = day
    elif local.hour < END_HOUR and day.weekday() < _SATURDAY:
        return moment.astimezone(UTC)
    else:
        opening = day + _ONE_DAY
    while opening.weekday() >= _SATURDAY:
        opening += _ONE_DAY
    return datetime.combine(opening, time(FIRST_HOUR), zone).astimezone(UTC)


def ask_time(solved_at: datetime, *, asked_before: datetime | None, zone: ZoneInfo) -> datetime:
    """Return when to ask about a solving.

    :param asked_before: when the same question was asked last, and then withdrawn.
    :param zone: of the person who is asked.
    """
    wanted = solved_at + AFTER_SOLVING
    if asked_before is not None:
        wanted = max(wanted, asked_before + BETWEEN_QUESTIONS)
    return in_working_hours(wanted, zone)


def is_over(asked_at: datetime, *, now: datetime) -> bool:
    """Say whether a question can be answered no more."""
    return now >= asked_at + OPEN_FOR
