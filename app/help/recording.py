"""What a visit to the help centre adds to the deflection record.

Pages are read; what they record is written after the answer has been sent.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from flask import Response, current_app

from app.clock import utc_now
from app.deflection.services.recording import record_help_events
from app.deflection.vocabulary import ClientEvent, Kind
from app.help.viewer import help_source, remember_session, session_key
from app.knowledge.services import FoundArticles
from app.web.transactions import after_response_write

SHORTEST_QUERY = 3
LONGEST_QUERY = 200
#: Results a page shows without scrolling far.
SHOWN = 10


def event_id() -> str:
    """Return a random id for one act."""
    return secrets.token_urlsafe(16)


def record_after(response: Response, events: Sequence[ClientEvent]) -> Response:
    """Record acts of this visit once the response has been sent, and carry its key on."""
    key = session_key()
    source = help_source(key)
    settings = current_app.extensions["settings"]
    now = utc_now()

    def write() -> None:
        record_help_events(source, events=events, settings=settings, now=now)

    after_response_write(write)
    return remember_session(response, key)


def search_events(found: FoundArticles, search_id: str) -> list[ClientEvent]:
    """Return the acts that one page of search results stands for."""
    query = " ".join(found.query.split())[:LONGEST_QUERY]
    if len(query) < SHORTEST_QUERY:
        return []
    events = [
        ClientEvent(
            event_id=search_id,
            kind=Kind.SEARCH,
            query=query,
            n_results=found.total,
            data={"settled": "enter", "degraded": found.degraded},
        )
    ]
    events += [
        ClientEvent(
            event_id=f"{search_id}-{rank}",
            kind=Kind.IMPRESSION,
            article_id=hit.article_id,
            revision_id=hit.revision_id,
            data={"rank": rank, "search_id": search_id},
        )
        for rank, hit in enumerate(found.items[:SHOWN], 1)
    ]
    return events


def click_event(
    *, article_id: int, revision_id: int, rank: int | None, search_id: str | None
) -> ClientEvent:
    """Return the act of opening an article.

    :param rank: its place in the list it was opened from, from 1.
    """
    data: dict[str, object] = {}
    if rank:
        data["rank"] = rank
    if search_id:
        data["search_id"] = search_id
    return ClientEvent(
        event_id=event_id(),
        kind=Kind.CLICK,
        article_id=article_id,
        revision_id=revision_id,
        data=data,
    )
