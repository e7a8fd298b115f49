"""Shares with their uncertainty."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

#: Quantile of the normal distribution for an interval that holds in 95 of 100 cases.
Z_95 = 1.959964
#: Of fewer cases than this no percentage is shown: one case would move it by over ten points.
SMALLEST_BASE = 10


@dataclass(frozen=True)
class Share:
    """A part of a whole, both as counts.

    :ivar part: from 0 to `whole`.
    """

    part: int
    whole: int

    @property
    def is_enough(self) -> bool:
        """Say whether there are cases enough for a percentage."""
        return self.whole >= SMALLEST_BASE

    @property
    def value(self) -> float:
        """Return the share from 0 to 1; 0 of nothing is 0."""
        return self.part / self.whole if self.whole else 0.0

    @property
    def percent(self) -> int:
        """Return the share in whole percent, halves rounded up."""
        return int(self.value * 100 + 0.5)

    @property
    def interval(self) -> tuple[float, float]:
        """Return the Wilson score interval at 95 %, from 0 to 1.

        It stays within 0 and 1 and holds for small numbers, where the usual plus-minus fails.
        Source: E. B. Wilson (1927), Journal of the American Statistical Association 22, 209-212,
        https://doi.org/10.1080/01621459.1927.10502953; recommended for small numbers by Brown, Cai
        and DasGupta (2001), Statistical Science 16, https://doi.org/10.1214/ss/1009213286.
        """
        if not self.whole:
            return 0.0, 1.0
        n, p, z2 = self.whole, self.value, Z_95**2
        middle = (p + z2 / (2 * n)) / (1 + z2 / n)
        spread = Z_95 * sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n)
        return max(0.0, middle - spread), min(1.0, middle + spread)

    @property
    def interval_percent(self) -> tuple[int, int]:
        """Return the interval in whole percent."""
        low, high = self.interval
        return int(low * 100 + 0.5), int(high * 100 + 0.5)
