"""Which sessions are nobody who needed help: staff and machines.

They are kept, marked with the reason, left out of every rate, and counted beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import lru_cache

from crawlerdetect import CrawlerDetect

from app.deflection.models import Exclusion
from app.deflection.outcomes import Act
from app.deflection.vocabulary import Kind

#: Nobody types more than a search a minute for an hour.
MAX_SEARCHES_AN_HOUR = 60
#: Acts that a fetching machine does not do: they send a form, where all else follows a link.
DELIBERATE = frozenset({Kind.FEEDBACK, Kind.RESOLVED_CLAIM, Kind.TICKET_CREATED})


@lru_cache(maxsize=1024)
def is_bot_agent(user_agent: str) -> bool:
    """Say whether a User-Agent header names a crawler, monitor or HTTP library.

    A client that names nothing is no browser either.
    """
    return not user_agent or CrawlerDetect(user_agent=user_agent[:512]).is_crawler()


def exclusion_of(
    acts: Sequence[Act], *, noted: str, scripted: bool, had_input: bool | None, is_over: bool
) -> str:
    """Say why a session counts in no rate, or return an empty text if it counts.

    :param acts: of the session, oldest first.
    :param noted: an exclusion that its requests gave away already; it stays.
    :param scripted: some act was reported by a script.
    :param had_input: whether pointer, touch or keys were seen; None if nobody looked.
    :param is_over: signs that may still come are only missed once the session has ended.
    """
    if noted in (Exclusion.STAFF, Exclusion.BOT_AGENT):
        return noted
    if _searches_too_often(acts):
        return Exclusion.TOO_MANY_SEARCHES
    if not is_over or any(act.kind in DELIBERATE for act in acts):
        return ""
    if not scripted:
        return Exclusion.NO_SCRIPT
    if had_input is False:
        return Exclusion.NO_INPUT
    return ""


def _searches_too_often(acts: Sequence[Act]) -> bool:
    times = [act.at for act in acts if act.kind is Kind.SEARCH]
    later = times[MAX_SEARCHES_AN_HOUR:]
    return any(end - start < timedelta(hours=1) for start, end in zip(times, later, strict=False))
