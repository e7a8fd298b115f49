"""Opening hours as people write them: intervals of a day, in minutes since midnight."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

DAY_MINUTES = 24 * 60
#: More intervals a day than anybody needs; keeps a form from being a burden.
MOST_SPANS = 8

_SPAN = re.compile(r"(\d{1,2})(?:[:.](\d{2}))?\s*(?:-|–|—|to)\s*(\d{1,2})(?:[:.](\d{2}))?")  # noqa: RUF001


@dataclass(frozen=True, order=True)
class Span:
    """A half-open interval of a day's wall time.

    :ivar opens: minutes since midnight.
    :ivar closes: minutes since midnight; 1440 is 24:00.
    """

    opens: int
    closes: int

    def __post_init__(self) -> None:
        """Refuse what is no interval of a day."""
        if not 0 <= self.opens < self.closes <= DAY_MINUTES:
            raise ValueError(f"not an interval of a day: {self.opens} to {self.closes}")

    def __str__(self) -> str:
        """Return it as people write it."""
        return f"{clock_text(self.opens)}–{clock_text(self.closes)}"  # noqa: RUF001


Spans = tuple[Span, ...]


def clock_text(minute: int) -> str:
    """Return minutes since midnight as ``09:30``."""
    return f"{minute // 60:02}:{minute % 60:02}"


def joined(spans: Iterable[Span]) -> Spans:
    """Return intervals in order, with those that touch or overlap made one."""
    made: list[Span] = []
    for span in sorted(spans):
        if made and span.opens <= made[-1].closes:
            made[-1] = Span(made[-1].opens, max(made[-1].closes, span.closes))
        else:
            made.append(span)
    return tuple(made)


def spans_text(spans: Iterable[Span]) -> str:
    """Return intervals as people write them, ``09:00–12:30, 13:30–17:00``."""  # noqa: RUF002
    return ", ".join(str(span) for span in spans)


def read_spans(text: str) -> tuple[Spans, Spans]:
    """Read the intervals of a day, such as ``9-12:30, 13:30-17`` or ``22:00-06:00``.

    :returns: those of the day, and what those that cross midnight leave for the next one.
    :raises ValueError: it cannot be read; the message is for the person who wrote it.
    """
    today: list[Span] = []
    next_day: list[Span] = []
    parts = [part.strip() for part in re.split(r"[,;]", text) if part.strip()]
    if len(parts) > MOST_SPANS:
        raise ValueError(f"Please use at most {MOST_SPANS} intervals a day.")
    for part in parts:
        match = _SPAN.fullmatch(part)
        if match is None:
            raise ValueError(f"“{part}” is not an interval such as 09:00-17:00.")
        opens, closes = _minute(match[1], match[2]), _minute(match[3], match[4])
        if opens in (DAY_MINUTES, closes):
            raise ValueError(f"“{part}” is empty. For the whole day write 00:00-24:00.")
        if opens < closes:
            today.append(Span(opens, closes))
        else:
            today.append(Span(opens, DAY_MINUTES))
            if closes:
                next_day.append(Span(0, closes))
    return joined(today), joined(next_day)


def _minute(hour: str, minute: str | None) -> int:
    value = int(hour) * 60 + int(minute or 0)
    if int(minute or 0) > 59 or value > DAY_MINUTES:
        raise ValueError(f"There is no {hour}:{minute or '00'} on a clock.")
    return value
