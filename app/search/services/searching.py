"""The one search function of widget, help centre, portal and API."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.exc import SQLAlchemyError

from app.search.documents import SearchOutcome
from app.search.engine import LONGEST_QUERY, STAFF_WEIGHT, SearchEngine, Synonyms
from app.search.queries import list_synonyms, synonyms_stamp
from app.search.services.setup import current_engine

log = logging.getLogger(__name__)

#: How long a process may go on with the synonyms it knows.
_SYNONYM_SECONDS = 5.0


@dataclass
class _KnownSynonyms:
    engine: SearchEngine | None = None
    stamp: object = None
    checked_at: float = 0.0


_known = _KnownSynonyms()


def search(
    query: str,
    *,
    audiences: frozenset[str],
    limit: int = 10,
    offset: int = 0,
    as_you_type: bool = False,
    types: Sequence[str] = (),
    tags: Sequence[str] = (),
    category: str | None = None,
    facets: bool = False,
) -> SearchOutcome:
    """Search what the audiences may find.

    Never raises: whatever is wrong with the index, the answer is an empty outcome marked
    `degraded`, and the caller falls back to titles in the database. The index may lag behind an
    unpublishing by a second, so the caller checks each hit against the database.

    :param query: what the person typed; words, not a query language.
    :param limit: hits wanted, at most 100.
    :param as_you_type: the last word may be unfinished.
    :param tags: only documents with all of these.
    :param category: only documents in this category path or below.
    :param facets: count tags and categories of the relevant documents too.
    """
    if not query.strip():
        return SearchOutcome(query=query[:LONGEST_QUERY])
    try:
        engine = current_engine()
        _refresh_synonyms(engine)
        return engine.search(
            query,
            audiences=audiences,
            limit=max(0, min(limit, 100)),
            offset=max(0, min(offset, 1000)),
            as_you_type=as_you_type,
            types=types,
            tags=tags,
            category=category,
            facets=facets,
        )
    except Exception as error:  # noqa: BLE001 - see below
        # Search is a help on the way to a person; no fault of it may stand in that way.
        log.warning("search degraded: %s: %s", type(error).__name__, error)
        return SearchOutcome(query=query[:LONGEST_QUERY], degraded=True)


def _refresh_synonyms(engine: SearchEngine) -> None:
    now = time.monotonic()
    if _known.engine is engine and now - _known.checked_at < _SYNONYM_SECONDS:
        return
    _known.checked_at = now
    try:
        stamp = synonyms_stamp()
        if _known.engine is not engine or stamp != _known.stamp:
            words = [(entry.words, STAFF_WEIGHT) for entry in list_synonyms()]
            engine.synonyms = Synonyms.with_built_in(words)
            _known.stamp = stamp
        _known.engine = engine
    except SQLAlchemyError as error:
        log.warning("synonyms not refreshed: %s", type(error).__name__)
