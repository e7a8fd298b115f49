"""What each severity means for customers, and what it promises.

Whoever is unsure takes the higher one; whether it was right is for the review.
Source: docs/escalations.md, "How bad, and what that promises".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.escalations.models import Severity

_HOUR = 3_600
#: A working day where a promise is counted in working hours.
_WORKING_DAY = 8 * _HOUR
_DAY = 24 * _HOUR


@dataclass(frozen=True)
class Promise:
    """What a severity promises.

    :ivar effect: how customers suffer, by which it is chosen.
    :ivar around_the_clock: acknowledgement and updates count every hour, not working hours.
    :ivar acknowledge_seconds: until somebody has taken it.
    :ivar update_seconds: between two updates to customers; None for whenever something changes.
    :ivar review_seconds: from resolved until the review is done.
    :ivar review_around_the_clock: the same of the review.
    :ivar short_review: five fields are enough.
    """

    effect: str
    around_the_clock: bool
    acknowledge_seconds: int
    update_seconds: int | None
    review_seconds: int
    review_around_the_clock: bool
    short_review: bool


PROMISES: Mapping[Severity, Promise] = {
    Severity.S1: Promise(
        "Data, money or security at risk, or many accounts cannot work.",
        around_the_clock=True,
        acknowledge_seconds=_HOUR // 4,
        update_seconds=_HOUR,
        review_seconds=3 * _DAY,
        review_around_the_clock=True,
        short_review=False,
    ),
    Severity.S2: Promise(
        "An important account, or several, cannot work and there is no way around it.",
        around_the_clock=False,
        acknowledge_seconds=_HOUR,
        update_seconds=4 * _HOUR,
        review_seconds=5 * _WORKING_DAY,
        review_around_the_clock=False,
        short_review=False,
    ),
    Severity.S3: Promise(
        "Blocked with a way around it, or the result is wrong.",
        around_the_clock=False,
        acknowledge_seconds=4 * _HOUR,
        update_seconds=_WORKING_DAY,
        review_seconds=10 * _WORKING_DAY,
        review_around_the_clock=False,
        short_review=True,
    ),
    Severity.S4: Promise(
        "A question that support could not answer.",
        around_the_clock=False,
        acknowledge_seconds=_WORKING_DAY,
        update_seconds=None,
        review_seconds=10 * _WORKING_DAY,
        review_around_the_clock=False,
        short_review=True,
    ),
}
