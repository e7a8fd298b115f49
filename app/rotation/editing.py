"""How a layer goes on when its people or its turns change: nobody's running turn is touched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from app.rotation.resolving import handoff, turn_at
from app.rotation.rules import Layer, Span, Unit


def continued(
    zone: str,
    layer: Layer,
    *,
    members: Sequence[int],
    now: int,
    every: int | None = None,
    unit: Unit | None = None,
) -> tuple[Layer, Layer]:
    """Return a layer's present version with its end, and the version that follows it.

    The new one begins with the next hand-off, and with whoever comes after the person on duty:
    by the new order if they are still in it, else by the old one.

    :param members: in their new order.
    :param now: instant.
    """
    turn = turn_at(zone, layer, now)
    begins = handoff(zone, layer, turn + 1)
    first = _next_member(layer, turn, members)
    ordered = tuple(members[first:]) + tuple(members[:first])
    ended = replace(layer, effective=Span(layer.effective.starts, begins))
    following = replace(
        layer,
        anchor=layer.nominal_day(turn + 1),
        members=ordered,
        every=every or layer.every,
        unit=unit or layer.unit,
        effective=Span(begins, layer.effective.ends),
    )
    return ended, following


def _next_member(layer: Layer, turn: int, members: Sequence[int]) -> int:
    """Return the place in the new order of who is next."""
    present = layer.member_of(turn)
    if present in members:
        return (members.index(present) + 1) % len(members)
    for step in range(1, len(layer.members)):
        member = layer.member_of(turn + step)
        if member in members:
            return members.index(member)
    return 0
