"""The moments until which somebody may want to put a ticket aside."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

#: When a day begins on which somebody wants to look again, in the zone of the portal.
MORNING = time(8)
#: Long enough for a build or a colleague to come back, short enough to be the same day.
LATER_TODAY = timedelta(hours=3)


def morning_of(day: date, zone: ZoneInfo) -> datetime:
    """Return when somebody wants to look again on a day."""
    return datetime.combine(day, MORNING, tzinfo=zone)


def snooze_moments(now: datetime, zone: ZoneInfo) -> dict[str, datetime]:
    """Return the moments to offer, by name, nearest first.

    :param zone: of the portal; days begin and end there.
    """
    today = now.astimezone(zone).date()
    to_monday = 7 - today.weekday()
    moments = {
        "hours": (now + LATER_TODAY).replace(second=0, microsecond=0),
        "tomorrow": morning_of(today + timedelta(days=1), zone),
        "monday": morning_of(today + timedelta(days=to_monday), zone),
        "week": morning_of(today + timedelta(days=7), zone),
    }
    return dict(sorted(moments.items(), key=lambda item: item[1]))
