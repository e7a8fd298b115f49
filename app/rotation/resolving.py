"""Who is on duty at an instant, and the plan over a stretch of time.

Fixed plans go before other overrides, overrides before layers, a layer of higher priority before
a lower one; swaps and absences are laid over the result. Hand-offs are found by their boundaries:
wall time is never rounded down, which would give a turn back for the hour that clocks repeat.

Source: docs/rotation.md, "Who is on".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from app.calendars.walltime import moment, opening_instant, zone_of
from app.rotation.rules import Absence, Layer, Override, OverrideKind, Rules, Span, Unit


@dataclass(frozen=True)
class Duty:
    """One person on duty, and why.

    :ivar source: ``layer:<line>:<day the turn begins>``, ``fixed:<key>`` or ``override:<key>``;
        behind a swap ``swap:<key>/`` and what it was before.
    """

    staff_id: int
    source: str


@dataclass(frozen=True)
class Piece:
    """A stretch of the plan during which the same people are on for the same reasons.

    :ivar duties: who is on; nobody is a gap.
    """

    span: Span
    duties: tuple[Duty, ...]


def handoff(zone: str, layer: Layer, turn: int) -> int:
    """Return the instant at which a turn begins; a skipped wall time comes with what skips it."""
    return opening_instant(zone_of(zone), layer.nominal_day(turn), layer.handoff_minute)


def turn_at(zone: str, layer: Layer, at: int) -> int:
    """Return the turn that is running: begun, and the next one not yet.

    :param at: instant.
    """
    turn = _guess(zone, layer, at)
    while handoff(zone, layer, turn) > at:
        turn -= 1
    while handoff(zone, layer, turn + 1) <= at:
        turn += 1
    return turn


def on_duty(rules: Rules, at: int) -> tuple[Duty, ...]:
    """Return who is on duty at an instant; possibly nobody.

    :param at: instant.
    """
    present = [each for each in rules.overrides if each.span.holds(at)]
    fixed = [each for each in present if each.kind is OverrideKind.FIXED]
    if fixed:
        people = {each.adds: f"fixed:{each.key}" for each in fixed if each.adds is not None}
    else:
        people = _by_layers(rules, at)
        for override in present:
            _apply(people, override)
    for swap in rules.swaps:
        if swap.span.holds(at) and swap.beneficiary in people:
            people = _exchanged(people, swap.beneficiary, swap.benefactor, f"swap:{swap.key}/")
    return tuple(
        Duty(staff_id, source)
        for staff_id, source in people.items()
        if not _is_absent(rules.absences, staff_id, at)
    )


def plan(rules: Rules, span: Span) -> list[Piece]:
    """Return the plan of a stretch of time without a hole, equal neighbours joined.

    Whatever holds at an instant is what :func:`on_duty` says of it.
    """
    edges = sorted({span.starts, *_edges(rules, span)})
    pieces: list[Piece] = []
    for starts, ends in zip(edges, [*edges[1:], span.ends], strict=True):
        duties = on_duty(rules, starts)
        if pieces and pieces[-1].duties == duties:
            pieces[-1] = Piece(Span(pieces[-1].span.starts, ends), duties)
        elif starts < ends:
            pieces.append(Piece(Span(starts, ends), duties))
    return pieces


def _guess(zone: str, layer: Layer, at: int) -> int:
    day = moment(at).astimezone(zone_of(zone)).date()
    if layer.unit is Unit.MONTH:
        months = (day.year - layer.anchor.year) * 12 + day.month - layer.anchor.month
        return months // layer.every
    return (day - layer.anchor).days // (layer.every * (7 if layer.unit is Unit.WEEK else 1))


def _by_layers(rules: Rules, at: int) -> dict[int, str]:
    for layer in sorted(rules.layers, key=lambda each: (-each.priority, each.line)):
        if not layer.effective.holds(at) or not _covers(layer, at):
            continue
        turn = turn_at(rules.zone, layer, at)
        member = layer.member_of(turn)
        if member is not None and not _is_absent(rules.absences, member, at):
            return {member: f"layer:{layer.line}:{layer.nominal_day(turn).isoformat()}"}
    return {}


def _covers(layer: Layer, at: int) -> bool:
    return layer.hours is None or any(True for _ in layer.hours.windows(at, at + 1))


def _is_absent(absences: tuple[Absence, ...], staff_id: int, at: int) -> bool:
    return any(each.staff_id == staff_id and each.span.holds(at) for each in absences)


def _apply(people: dict[int, str], override: Override) -> None:
    """Change who is on as an override says; who is on already is not put on twice."""
    source = f"override:{override.key}"
    if override.kind is OverrideKind.ADD and override.adds is not None:
        people.setdefault(override.adds, source)
    elif override.removes in people:
        del people[override.removes]
        if override.kind is OverrideKind.REPLACE and override.adds is not None:
            people.setdefault(override.adds, source)


def _exchanged(people: dict[int, str], old: int, new: int, mark: str) -> dict[int, str]:
    """Return the people with one in another's place, where the other is not on already."""
    made: dict[int, str] = {}
    for staff_id, source in people.items():
        if staff_id != old:
            made.setdefault(staff_id, source)
        elif new not in people:
            made[new] = mark + source
    return made


def _edges(rules: Rules, span: Span) -> Iterator[int]:
    """Yield every instant inside a stretch at which something may change."""
    for at in _possible_edges(rules, span):
        if span.starts < at < span.ends:
            yield at


def _possible_edges(rules: Rules, span: Span) -> Iterator[int]:
    for group in (rules.overrides, rules.swaps, rules.absences):
        for each in group:
            yield from (each.span.starts, each.span.ends)
    for layer in rules.layers:
        yield from (layer.effective.starts, layer.effective.ends)
        starts = max(span.starts, layer.effective.starts)
        ends = min(span.ends, layer.effective.ends)
        if starts >= ends:
            continue
        turn = turn_at(rules.zone, layer, starts)
        while (begins := handoff(rules.zone, layer, turn)) < ends:
            yield begins
            turn += 1
        if layer.hours is not None:
            for opens, closes in layer.hours.windows(starts, ends):
                yield from (opens, closes)
