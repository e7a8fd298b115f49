"""When a commitment comes due, and how that moves when what is promised changes in mid-ticket.

Source: docs/clocks.md, "Changes in mid-ticket".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from app.calendars.algebra import Calendar
from app.calendars.errors import NeverOpens


@dataclass(frozen=True)
class Deadline:
    """So many open seconds after a time, or a time set by hand.

    :ivar calendar: counts the seconds.
    :ivar anchor: counted from here.
    :ivar fixed: by hand; stands whatever else changes.
    """

    calendar: Calendar
    anchor: datetime
    seconds: int
    fixed: datetime | None = None

    @cached_property
    def at(self) -> datetime | None:
        """Return when it comes due, or None if the calendar never opens long enough."""
        return self.fixed or _due(self.calendar, self.anchor, self.seconds)

    def as_known_before(self, moment: datetime) -> datetime | None:
        """Return when it came due by the hours in force until a time, whatever changed since."""
        return self.fixed or _due(self.calendar.as_known_before(moment), self.anchor, self.seconds)

    def before(self, seconds: int) -> datetime | None:
        """Return when so many open seconds are left.

        :param seconds: for a time set by hand, of the clock.
        """
        if self.fixed is not None:
            return max(self.anchor, self.fixed - timedelta(seconds=seconds))
        return _due(self.calendar, self.anchor, max(0, self.seconds - seconds))

    def left(self, moment: datetime) -> int:
        """Return the open seconds that are left at a time."""
        return self.calendar.elapsed(moment, self.at) if self.at is not None else self.seconds


def earlier(first: Deadline | None, second: Deadline) -> Deadline:
    """Return the deadline that comes first; none at all comes never."""
    if first is None or first.at is None:
        return second
    return first if second.at is None or first.at <= second.at else second


def moved(
    present: Deadline | None,
    *,
    at: datetime,
    calendar: Calendar,
    target: int,
    spent: int,
    eased: bool,
) -> Deadline:
    """Return the deadline of a running commitment after what is promised has changed.

    Asked for sooner: the earlier of what it was and the whole new target from now on, so telling
    the truth about urgency never moves it later and never breaches it at once. Eased: the new
    target from the start, of which `spent` is used up, and never sooner than that.

    :param target: the new one, in open seconds.
    :param spent: open seconds that have counted so far.
    :param eased: it may come later than before.
    """
    from_now = earlier(present, Deadline(calendar, at, target))
    if eased and target > spent:
        from_start = Deadline(calendar, at, target - spent)
        if from_start.at is None or (from_now.at is not None and from_start.at >= from_now.at):
            return from_start
    return from_now


def _due(calendar: Calendar, start: datetime, seconds: int) -> datetime | None:
    try:
        return calendar.due(start, seconds)
    except NeverOpens:
        return None
