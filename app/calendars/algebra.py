"""The algebra of business time, without a database.

A calendar gives open windows as half-open intervals of instants. ``elapsed(a, b)`` is how much of
[a, b) lies in them; ``due(start, n)`` is the earliest instant with ``elapsed(start, due) = n``, so
a target that ends at closing time is due at closing time and not at the next opening.

Source: docs/clocks.md, "Calendars".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property, lru_cache

from app.calendars.errors import NeverOpens
from app.calendars.hours import DAY_MINUTES, Span, Spans, joined
from app.calendars.walltime import closing_instant, instant, moment, opening_instant, zone_of

#: A due time further away than this is taken for one that never comes.
HORIZON = timedelta(days=5 * 366)

#: An interval of instants, half-open.
Window = tuple[int, int]

_ONE_DAY = timedelta(days=1)
_EVER = instant(datetime.min.replace(tzinfo=UTC))
_WHOLE_DAY: Spans = (Span(0, DAY_MINUTES),)
#: Days whose windows are kept by one set of hours, about eleven years of them.
_MOST_DAYS_KEPT = 4_000


@dataclass(frozen=True)
class OpenHours:
    """When it is open, as long as nothing of it is changed.

    :ivar zone: IANA name; this zone decides, never that of staff or customer.
    :ivar week: the intervals of each weekday, Monday first.
    :ivar exceptions: dates with the intervals they have instead, none for closed.
    :ivar holidays: dates that are closed unless an exception opens them.
    """

    zone: str
    week: tuple[Spans, ...]
    exceptions: tuple[tuple[date, Spans], ...] = ()
    holidays: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        """Bring the intervals into one form, so that equal hours are equal."""
        if len(self.week) != 7:
            raise ValueError("a week has seven days")
        object.__setattr__(self, "week", tuple(joined(spans) for spans in self.week))
        days = sorted((day, joined(spans)) for day, spans in self.exceptions)
        object.__setattr__(self, "exceptions", tuple(days))

    @cached_property
    def is_always_open(self) -> bool:
        """Say whether it never closes, whatever the clocks do."""
        whole = all(spans == _WHOLE_DAY for spans in self.week)
        return whole and not self.exceptions and not self.holidays

    def spans_on(self, day: date) -> Spans:
        """Return the intervals of a day: its exception's, none on a holiday, else its weekday's."""
        if day in self._exceptions:
            return self._exceptions[day]
        return () if day in self.holidays else self.week[day.weekday()]

    def windows_on(self, day: date) -> tuple[Window, ...]:
        """Return a day's intervals as instants, in order.

        They may reach into one another where clocks are put back, and one that is skipped
        altogether is empty.
        """
        known = self._windows.get(day)
        if known is None:
            zone = zone_of(self.zone)
            known = tuple(
                (opening_instant(zone, day, span.opens), closing_instant(zone, day, span.closes))
                for span in self.spans_on(day)
            )
            if len(self._windows) >= _MOST_DAYS_KEPT:
                self._windows.clear()
            self._windows[day] = known
        return known

    def windows(self, since: int, until: int) -> Iterator[Window]:
        """Yield the open windows of a stretch of time, in order and apart from one another.

        :param since: instant.
        :param until: instant.
        """
        if self.is_always_open:
            if since < until:
                yield since, until
            return
        zone = zone_of(self.zone)
        # A day more on either side: a window of the day before may reach into this one.
        day = moment(since).astimezone(zone).date() - _ONE_DAY
        last_day = moment(until).astimezone(zone).date() + _ONE_DAY
        reached = since
        while day <= last_day:
            for opens, closes in self.windows_on(day):
                begins, ends = max(opens, reached), min(closes, until)
                if begins < ends:
                    yield begins, ends
                    reached = ends
            day += _ONE_DAY

    @cached_property
    def _exceptions(self) -> Mapping[date, Spans]:
        return dict(self.exceptions)

    @cached_property
    def _windows(self) -> dict[date, tuple[Window, ...]]:
        return {}


@lru_cache(maxsize=64)
def shared_hours(hours: OpenHours) -> OpenHours:
    """Return the one object for hours of this content, whose windows are worked out already."""
    return hours


@dataclass(frozen=True)
class HoursVersion:
    """Hours from an instant on, until a later version takes their place.

    :ivar number: counts up; of all that are in force at an instant the highest holds.
    """

    number: int
    effective_from: datetime
    hours: OpenHours


@dataclass(frozen=True)
class Calendar:
    """All versions of one calendar.

    :ivar key: what policies name it by.
    :ivar versions: one at least; the first also holds for all time before it.
    """

    key: int
    versions: tuple[HoursVersion, ...]

    def elapsed(self, since: datetime, until: datetime) -> int:
        """Return the open seconds between two times; 0 if the second is not after the first."""
        return sum(b - a for a, b in self.windows(instant(since), instant(until)))

    def due(self, start: datetime, seconds: int) -> datetime:
        """Return the earliest time at which so many open seconds have passed since a start.

        :raises NeverOpens: that is not within :data:`HORIZON`.
        """
        begin, left = instant(start), seconds
        if left <= 0:
            return moment(begin)
        for opens, closes in self.windows(begin, begin + HORIZON // timedelta(seconds=1)):
            if left <= closes - opens:
                return moment(opens + left)
            left -= closes - opens
        raise NeverOpens

    def windows(self, since: int, until: int) -> Iterator[Window]:
        """Yield the open windows of a stretch of time, each by the version in force.

        :param since: instant.
        :param until: instant.
        """
        pieces = self._pieces
        for number, (begins, hours) in enumerate(pieces):
            ends = pieces[number + 1][0] if number + 1 < len(pieces) else until
            first, last = max(begins, since), min(ends, until)
            if first < last:
                yield from hours.windows(first, last)

    def hours_at(self, at: datetime) -> OpenHours:
        """Return the hours in force at a time."""
        wanted = instant(at)
        return next(hours for begins, hours in reversed(self._pieces) if begins <= wanted)

    def as_known_before(self, at: datetime) -> Calendar:
        """Return the calendar as if what was in force just before a time had stayed for good."""
        kept = tuple(each for each in self.versions if each.effective_from < at)
        if len(kept) == len(self.versions):
            return self
        return Calendar(self.key, kept or self.versions[:1])

    @cached_property
    def _pieces(self) -> Sequence[tuple[int, OpenHours]]:
        """Return since when which hours are in force, the first since ever."""
        in_order = sorted(self.versions, key=lambda each: each.number)
        pieces = [(_EVER, in_order[0].hours)]
        for version in in_order:
            begins = instant(version.effective_from)
            # A later word also takes the place of what was planned for after it.
            pieces = [piece for piece in pieces if piece[0] < begins]
            pieces.append((begins, version.hours))
        return pieces


#: Hours of a calendar that never closes.
ALWAYS_OPEN = OpenHours("UTC", (_WHOLE_DAY,) * 7)

#: Calendar time, by which every duration is told beside business time.
AROUND_THE_CLOCK = Calendar(0, (HoursVersion(0, moment(0), ALWAYS_OPEN),))


def check_opens(hours: OpenHours, *, since: datetime) -> None:
    """Refuse hours that never open.

    :param since: when they come into force.
    :raises NeverOpens: nothing opens within :data:`HORIZON`.
    """
    Calendar(0, (HoursVersion(0, since, hours),)).due(since, 1)
