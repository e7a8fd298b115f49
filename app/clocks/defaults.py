"""What is promised until somebody says otherwise.

Source: the defaults of docs/clocks.md, "Policies": priority requests are answered within two open
hours, all others within eight.
"""

from __future__ import annotations

from app.calendars.algebra import Calendar, HoursVersion, OpenHours
from app.calendars.hours import Span
from app.calendars.walltime import EPOCH
from app.clocks.rules import Policy, PolicyVersion, Rules, Target

_HOUR = 3_600
_OFFICE = (Span(9 * 60, 17 * 60),)
#: First reply, next reply and resolution in open hours.
_HOURS = {
    "urgent": (2, 2, 8),
    "high": (2, 4, 16),
    "normal": (8, 8, 40),
    "low": (8, 16, 80),
}
#: The key of the calendar that was delivered, until it is stored.
DELIVERED = 0
WARN_PERCENT = 75


def delivered_hours(zone: str) -> OpenHours:
    """Return Monday to Friday from nine to five.

    :param zone: IANA name, of the installation.
    """
    return OpenHours(zone, (_OFFICE,) * 5 + ((), ()))


def delivered_targets(calendar: int) -> dict[str, Target]:
    """Return the targets of each priority.

    :param calendar: key of the calendar that counts them.
    """
    return {
        priority: Target(calendar, *(hours * _HOUR for hours in each))
        for priority, each in _HOURS.items()
    }


def delivered_rules(zone: str) -> Rules:
    """Return what holds as long as nothing is stored."""
    calendar = Calendar(DELIVERED, (HoursVersion(0, EPOCH, delivered_hours(zone)),))
    version = PolicyVersion(0, EPOCH, delivered_targets(DELIVERED), WARN_PERCENT)
    return Rules({DELIVERED: calendar}, (Policy(None, (version,)),))
