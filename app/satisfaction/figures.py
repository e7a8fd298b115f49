"""What answers add up to, with what they do not know.

Source: docs/satisfaction.md, "The figures".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from math import sqrt

from app.deflection.shares import Z_95, Share

#: From here on somebody is satisfied.
SATISFIED_FROM = 4
#: Of fewer answers than this a mean has no interval: with one-sided answers it would hold in
#: about 81 of 100 cases at ten, where it says 95.
SMALLEST_FOR_MEAN = 30


@dataclass(frozen=True)
class Scores:
    """How many answers there are of each score.

    :ivar counts: score, from 1 to 5, to how many said so.
    """

    counts: Mapping[int, int]

    @property
    def total(self) -> int:
        """Return how many answered."""
        return sum(self.counts.values())

    @property
    def satisfied(self) -> Share:
        """Return the share of those who are satisfied or very satisfied."""
        part = sum(count for score, count in self.counts.items() if score >= SATISFIED_FROM)
        return Share(part, self.total)

    @property
    def mean(self) -> float:
        """Return the mean score; 0 of nothing."""
        if not self.total:
            return 0.0
        return sum(score * count for score, count in self.counts.items()) / self.total

    @property
    def mean_interval(self) -> tuple[float, float] | None:
        """Return the t interval of the mean at 95 %, within 1 and 5; None of too few answers."""
        n = self.total
        if n < SMALLEST_FOR_MEAN:
            return None
        squares = sum(count * (score - self.mean) ** 2 for score, count in self.counts.items())
        spread = t_95(n - 1) * sqrt(squares / (n - 1) / n)
        return max(1.0, self.mean - spread), min(5.0, self.mean + spread)


def t_95(freedom: int) -> float:
    """Return the quantile of Student's distribution for an interval at 95 %.

    To three digits from 29 degrees of freedom on.
    Source: Abramowitz and Stegun (1964), Handbook of Mathematical Functions, 26.7.5.

    :param freedom: degrees of freedom, at least 29.
    """
    z = Z_95
    return z + (z**3 + z) / (4 * freedom) + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)


def bounds(satisfied: Share, asked: int) -> tuple[Share, Share]:
    """Return the share of satisfied people if nobody, and if everybody, of the silent ones is.

    :param satisfied: of those who answered.
    :param asked: everybody who was asked, at least as many as answered.
    """
    silent = asked - satisfied.whole
    return Share(satisfied.part, asked), Share(satisfied.part + silent, asked)


def has_changed(now: Share, before: Share) -> bool:
    """Say whether two shares differ by more than chance explains.

    Newcombe's interval of the difference at 95 %, from two Wilson intervals, leaves out 0.
    Source: R. G. Newcombe (1998), Statistics in Medicine 17, 873-890, method 10.
    """
    if not now.is_enough or not before.is_enough:
        return False
    difference = now.value - before.value
    (low, high), (low_before, high_before) = now.interval, before.interval
    down = sqrt((now.value - low) ** 2 + (high_before - before.value) ** 2)
    up = sqrt((high - now.value) ** 2 + (before.value - low_before) ** 2)
    return difference - down > 0 or difference + up < 0
