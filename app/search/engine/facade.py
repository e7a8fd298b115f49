"""One index directory, as a process holds it."""

from __future__ import annotations

import logging
import threading
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from app.search.documents import Facets, Hit, SearchDocument, SearchOutcome
from app.search.engine.plan import Plan
from app.search.engine.query import LONGEST_QUERY, Planner
from app.search.engine.ranking import Ranked, rank
from app.search.engine.reader import Snapshot, open_snapshot
from app.search.engine.snippets import Matcher, best_passage, mark
from app.search.engine.storage import IndexDamagedError, find_damage, pointer_stamp
from app.search.engine.synonyms import Synonyms
from app.search.engine.writer import build_generation, change_documents

log = logging.getLogger(__name__)

#: How deep an answer is ranked, and so the most that a total counts.
DEPTH = 50

#: A document scoring less than this share of the best is not counted as an answer.
_RELEVANT_SHARE = 0.12
_CACHED_RESULTS = 1000


class SearchEngine:
    """Searches and changes one index directory; safe to use from many threads.

    Each process holds one. What it has read stays in its memory and serves every search until
    the pointer file changes; then only what is new is read.
    """

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._path = str(directory)
        self._lock = threading.Lock()
        self._snapshot: Snapshot | None = None
        self._stamp: tuple[int, int, int] | None = None
        self._synonyms = Synonyms.with_built_in()

    @property
    def synonyms(self) -> Synonyms:
        """Return the synonyms in force."""
        return self._synonyms

    @synonyms.setter
    def synonyms(self, synonyms: Synonyms) -> None:
        with self._lock:
            self._synonyms = synonyms
            if self._snapshot is not None:
                self._snapshot.results.clear()

    def snapshot(self) -> Snapshot:
        """Return the newest state that can be read.

        :raises IndexDamagedError: nothing can be read and nothing is held from before.
        """
        stamp = pointer_stamp(self._path)
        held = self._snapshot
        if held is not None and stamp == self._stamp:
            return held
        with self._lock:
            if self._snapshot is not None and stamp == self._stamp:
                return self._snapshot
            held = self._snapshot
            parts = {part.segment.id: part for part in held.parts} if held else {}
            try:
                self._snapshot = open_snapshot(self.directory, parts)
            except IndexDamagedError as error:
                if held is None:
                    raise
                # What is held was whole when it was read: better a little old than nothing.
                log.warning("search index unreadable, answering from memory: %s", error)
            self._stamp = stamp
            return self._snapshot or held  # type: ignore[return-value]  # held was checked

    def build(self, documents: Iterable[SearchDocument]) -> int:
        """Write a new generation beside the current one and switch to it.

        :param documents: everything that can be found; read once, may be a generator.
        :returns: how many documents the index now has.
        """
        build_generation(self.directory, documents)
        return self.snapshot().size

    def change(
        self,
        *,
        put: Sequence[SearchDocument] = (),
        drop: Iterable[tuple[str, int]] = (),
    ) -> None:
        """Add, replace and remove documents; found by the next search of every process.

        :param put: documents to add or replace.
        :param drop: (type, id) of documents to remove.
        :raises IndexDamagedError: there is no readable index to change.
        """
        change_documents(self.directory, self.snapshot(), put=put, drop=drop)

    def damage(self, *, thorough: bool = True) -> str | None:
        """Return what is wrong with the files on disk, or nothing.

        :param thorough: compare checksums too, not only that each file is there in full.
        """
        return find_damage(self.directory, thorough=thorough)

    def forget_results(self) -> None:
        """Answer the next searches anew; for measuring."""
        self.snapshot().results.clear()

    def versions(self) -> dict[tuple[str, int], int]:
        """Return the version of every document in the index by (type, id)."""
        return self.snapshot().versions()

    def search(
        self,
        query: str,
        *,
        audiences: frozenset[str],
        limit: int = 10,
        offset: int = 0,
        as_you_type: bool = False,
        types: Iterable[str] = (),
        tags: Iterable[str] = (),
        category: str | None = None,
        facets: bool = False,
    ) -> SearchOutcome:
        """Search.

        :param query: what the person typed.
        :param audiences: whose documents may be found.
        :param limit: hits wanted.
        :param offset: hits to pass over first.
        :param as_you_type: the last word may be unfinished.
        :param types: kinds of document; none means all.
        :param tags: only documents with all of these.
        :param category: only documents in this category or below.
        :param facets: count tags and categories of the relevant documents too.
        :raises IndexDamagedError: there is no readable index.
        """
        started = time.perf_counter()
        snapshot = self.snapshot()
        wanted = (frozenset(types), frozenset(tags), category or "")
        key = (query, audiences, limit, offset, as_you_type, wanted, facets)
        outcome = snapshot.results.get(key)
        if outcome is None:
            masks = snapshot.masks(audiences, *wanted)
            planner = Planner(snapshot, audiences, self._synonyms)
            plan = planner.plan(query, as_you_type=as_you_type)
            ranked = rank(snapshot, plan, masks, max(DEPTH, offset + limit))
            if ranked:
                least = ranked[0].score * _RELEVANT_SHARE
                ranked = [entry for entry in ranked if entry.score >= least]
            outcome = SearchOutcome(
                query=query[:LONGEST_QUERY],
                hits=_hits(snapshot, plan, ranked[offset : offset + limit]),
                total=len(ranked),
                did_you_mean=plan.did_you_mean,
                facets=_facets(snapshot, ranked) if facets else None,
            )
            # Emptied in one step: other threads are at it too.
            if len(snapshot.results) >= _CACHED_RESULTS:
                snapshot.results.clear()
            snapshot.results[key] = outcome
        return replace(outcome, took_ms=(time.perf_counter() - started) * 1000)


def _hits(snapshot: Snapshot, plan: Plan, ranked: Sequence[Ranked]) -> tuple[Hit, ...]:
    telling = {term: weight * snapshot.frequency(term)[1] for term, weight in plan.terms.items()}
    matcher = Matcher(telling)
    return tuple(_hit(snapshot, matcher, entry) for entry in ranked)


def _hit(snapshot: Snapshot, matcher: Matcher, entry: Ranked) -> Hit:
    segment = snapshot.parts[entry.part].segment
    row = segment.rows[entry.number]
    text = segment.text(entry.number)
    in_title = matcher.find(text.title, text.plain_title, row.language)
    in_body = matcher.find(text.body, text.plain_body, row.language)
    title = mark(text.title, in_title)
    snippet = best_passage(text.body, in_body, matcher.terms)
    matched = dict.fromkeys(part for part, is_match in (*title, *snippet) if is_match)
    return Hit(
        id=row.id,
        type=row.type,
        score=round(entry.score, 4),
        title=title,
        snippet=snippet,
        terms=tuple(matched),
        version=row.version,
        category=row.category,
        tags=row.tags,
        audience=row.audience,
    )


def _facets(snapshot: Snapshot, ranked: Sequence[Ranked]) -> Facets:
    tags: Counter[str] = Counter()
    categories: Counter[str] = Counter()
    for entry in ranked:
        row = snapshot.parts[entry.part].segment.rows[entry.number]
        tags.update(row.tags)
        if row.category:
            categories[row.category] += 1
    return Facets(dict(tags.most_common(50)), dict(categories.most_common(50)))
