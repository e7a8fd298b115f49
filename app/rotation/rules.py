"""What decides who is on duty, without a database.

Instants are whole seconds since 1970 (see `app.calendars.walltime`); spans of them are half-open.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from app.calendars.algebra import OpenHours


class Unit(StrEnum):
    """What a turn is counted in."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


class OverrideKind(StrEnum):
    """What an exception does while it lasts."""

    FIXED = "fixed"  # exactly these people, whatever else is planned
    ADD = "add"
    REMOVE = "remove"
    REPLACE = "replace"


@dataclass(frozen=True)
class Span:
    """A half-open stretch of instants."""

    starts: int
    ends: int

    def holds(self, at: int) -> bool:
        """Say whether an instant lies in it."""
        return self.starts <= at < self.ends


@dataclass(frozen=True)
class Layer:
    """People who take turns.

    :ivar line: what it is called by in every version of it.
    :ivar priority: of the layers that have somebody the one with the highest number decides.
    :ivar anchor: the day on which the turn of the first member begins.
    :ivar handoff_minute: wall time of the hand-off, minutes since midnight.
    :ivar every: length of a turn in units, from 1.
    :ivar members: staff ids in their order; nobody is on where it is empty.
    :ivar hours: when the layer covers at all; None for always.
    :ivar effective: when this version holds.
    """

    line: int
    priority: int
    anchor: date
    handoff_minute: int
    every: int
    unit: Unit
    members: tuple[int, ...]
    effective: Span
    hours: OpenHours | None = None

    def nominal_day(self, turn: int) -> date:
        """Return the day on which a turn begins by the plan.

        A turn of months begins on the anchor's day of the month, or on the last one there is.

        :param turn: counted from the anchor, also backwards.
        """
        steps = turn * self.every
        if self.unit is Unit.DAY:
            return self.anchor + timedelta(days=steps)
        if self.unit is Unit.WEEK:
            return self.anchor + timedelta(weeks=steps)
        years, month = divmod(self.anchor.year * 12 + self.anchor.month - 1 + steps, 12)
        last = calendar.monthrange(years, month + 1)[1]
        return date(years, month + 1, min(self.anchor.day, last))

    def member_of(self, turn: int) -> int | None:
        """Return whose turn it is; None where there are no members."""
        return self.members[turn % len(self.members)] if self.members else None


@dataclass(frozen=True)
class Override:
    """An exception that staff entered.

    :ivar adds: who is on; None for a removal.
    :ivar removes: who is not; None unless somebody is removed or replaced.
    """

    key: int
    kind: OverrideKind
    span: Span
    adds: int | None = None
    removes: int | None = None


@dataclass(frozen=True)
class Swap:
    """Duty that one person has taken over from another, with the consent of both."""

    key: int
    span: Span
    beneficiary: int
    benefactor: int


@dataclass(frozen=True)
class Absence:
    """When somebody cannot be on duty; a closed account is one without an end."""

    staff_id: int
    span: Span


@dataclass(frozen=True)
class Rules:
    """Everything that decides one schedule.

    :ivar zone: IANA name; hand-offs follow its clocks.
    :ivar layers: all versions of all layers, in any order.
    :ivar overrides: in the order in which they were made.
    :ivar swaps: taken ones, in the order in which they were asked for.
    """

    zone: str
    layers: tuple[Layer, ...] = ()
    overrides: tuple[Override, ...] = ()
    swaps: tuple[Swap, ...] = ()
    absences: tuple[Absence, ...] = ()
