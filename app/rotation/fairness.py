"""How evenly duty is spread, in hours. For the team to plan with; it ranks nobody.

Source: Grafana OnCall, quality report: the mean over all pairs of the smaller share of the larger.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import combinations
from statistics import fmean

from app.rotation.resolving import Piece


def duty_seconds(pieces: Iterable[Piece], *, people: Iterable[int]) -> dict[int, int]:
    """Return how long each person is on duty in a plan.

    :param people: who counts with nothing at all, too.
    :returns: staff id to seconds.
    """
    spent = dict.fromkeys(people, 0)
    for piece in pieces:
        for duty in piece.duties:
            lasted = piece.span.ends - piece.span.starts
            spent[duty.staff_id] = spent.get(duty.staff_id, 0) + lasted
    return spent


def balance(seconds: Mapping[int, int]) -> float | None:
    """Return 1 where all have the same, 0 where some have nothing.

    :returns: between 0 and 1; None for fewer than two people or no duty at all.
    """
    if len(seconds) < 2 or not any(seconds.values()):
        return None
    pairs = combinations(seconds.values(), 2)
    return fmean(min(pair) / max(pair) if any(pair) else 1.0 for pair in pairs)
