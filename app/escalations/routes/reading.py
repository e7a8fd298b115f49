"""Reading what people type into addresses and forms."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from app.web.settings import current_settings

#: More at once is a slip, not a wish.
MOST_NUMBERS = 500


def read_numbers(texts: Iterable[str]) -> list[int]:
    """Return the numbers in some texts, in their order, none twice; anything else is passed over.

    :param texts: such as ``["12, #14", "17"]``; a version behind a colon is not looked at.
    """
    found = (int(each) for text in texts for each in re.findall(r"(\d{1,9})(?::\d+)?", text))
    return list(dict.fromkeys(found))[:MOST_NUMBERS]


def read_local(moment: datetime | None) -> datetime | None:
    """Return a time that was typed without a zone, which is meant in the team's, in UTC."""
    if moment is None:
        return None
    return moment.replace(tzinfo=ZoneInfo(current_settings().timezone)).astimezone(UTC)


def as_local(moment: datetime | None) -> datetime | None:
    """Return a time as a form shows it, in the team's zone."""
    if moment is None:
        return None
    return moment.astimezone(ZoneInfo(current_settings().timezone)).replace(tzinfo=None)
