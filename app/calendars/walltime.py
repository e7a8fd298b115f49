"""From wall time to instants, also where clocks are put forward or back.

Instants are whole seconds since 1970 in UTC: sums of them are exact, and subtracting two of them
cannot forget that the clocks changed in between, as subtracting local times does.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SECOND = timedelta(seconds=1)
_NAIVE_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - counts wall time, which has no zone


def instant(moment: datetime) -> int:
    """Return an aware time as whole seconds since 1970; parts of a second are dropped."""
    # Through UTC: two times of one zone are subtracted as if its clocks never changed.
    return (moment.astimezone(UTC) - EPOCH) // _SECOND


def moment(seconds: int) -> datetime:
    """Return an instant as an aware time in UTC.

    :param seconds: since 1970.
    """
    return EPOCH + timedelta(seconds=seconds)


@cache
def zone_of(name: str) -> ZoneInfo:
    """Return a zone by its IANA name.

    :raises ZoneInfoNotFoundError: there is none of that name.
    """
    return ZoneInfo(name)


def opening_instant(zone: ZoneInfo, day: date, minute: int) -> int:
    """Return when a wall time comes for something that opens: at its first occurrence.

    A wall time that is skipped comes with the transition that skips it.

    :param minute: since midnight.
    """
    return _instants(zone, day, minute)[0]


def closing_instant(zone: ZoneInfo, day: date, minute: int) -> int:
    """Return when a wall time comes for something that closes: at its last occurrence.

    A wall time that is skipped comes with the transition that skips it.

    :param minute: since midnight; 1440 is the end of the day.
    """
    return _instants(zone, day, minute)[1]


def _instants(zone: ZoneInfo, day: date, minute: int) -> tuple[int, int]:
    """Return the first and the last instant at which clocks show a wall time."""
    wall = datetime.combine(day, time()) + timedelta(minutes=minute)
    counted = (wall - _NAIVE_EPOCH) // _SECOND
    local = wall.replace(tzinfo=zone)
    early, late = _offset(local), _offset(local.replace(fold=1))
    if early >= late:
        return counted - early, counted - late
    # PEP 495: in a gap, fold 0 has the offset before the transition and fold 1 the one after it.
    skipped_at = _transition(zone, after=counted - late, until=counted - early)
    return skipped_at, skipped_at


def _transition(zone: ZoneInfo, *, after: int, until: int) -> int:
    """Return the first instant that has the offset of `until`, by halving what lies between."""
    wanted = _offset(moment(until).astimezone(zone))
    while until - after > 1:
        middle = (after + until) // 2
        if _offset(moment(middle).astimezone(zone)) == wanted:
            until = middle
        else:
            after = middle
    return until


def _offset(local: datetime) -> int:
    offset = local.utcoffset()
    assert offset is not None
    return offset // _SECOND
