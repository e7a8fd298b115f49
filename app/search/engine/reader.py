"""The reader's side: one consistent state of the index, replaced when ``CURRENT`` is."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from whoosh.index import TOC

from app.search.engine.impacts import inverse_document_frequency
from app.search.engine.schema import INDEX_NAME
from app.search.engine.segment import Segment, StoredText
from app.search.engine.storage import (
    IndexDamagedError,
    Pointer,
    VerifiedStorage,
    read_pointer,
    read_verified,
)
from app.search.engine.tables import TABLE_SUFFIX, SegmentTable

_OPEN_ATTEMPTS = 4
_PAUSE_SECONDS = 0.005


class Part:
    """A segment as one snapshot sees it: some of its documents may be gone."""

    def __init__(self, segment: Segment, deleted: frozenset[int]) -> None:
        self.segment = segment
        self.deleted = deleted
        self.alive = segment.size - len(deleted)
        self._numbers: dict[tuple[str, int], int] | None = None
        gone = [segment.analysed(number) for number in deleted]
        # Counts are corrected for what is gone, so that a search answers the same whether
        # documents changed one by one or the index was rebuilt.
        self.gone_terms: Counter[str] = Counter()
        self.gone_words: dict[str, Counter[str]] = {}
        for number, analysed in zip(deleted, gone, strict=True):
            self.gone_terms.update({term for terms in analysed.terms.values() for term in terms})
            audience = segment.rows[number].audience
            self.gone_words.setdefault(audience, Counter()).update(analysed.words)

    def numbers_of(self, keys: Iterable[tuple[str, int]]) -> Iterator[int]:
        """Yield the document numbers of (type, id) pairs that are here."""
        if self._numbers is None:
            self._numbers = {(row.type, row.id): i for i, row in enumerate(self.segment.rows)}
        for key in keys:
            number = self._numbers.get(key)
            if number is not None and number not in self.deleted:
                yield number


class Snapshot:
    """Everything a search needs, fixed at one commit; safe to use from many threads."""

    def __init__(self, pointer: Pointer, parts: list[Part]) -> None:
        self.pointer = pointer
        self.parts = parts
        self.size = sum(part.alive for part in parts)
        self.languages = sorted({code for part in parts for code in part.segment.languages})
        self.results: dict[Any, Any] = {}
        self._idf: dict[str, tuple[int, float]] = {}
        self._masks: dict[Any, list[bytearray]] = {}

    def frequency(self, term: str) -> tuple[int, float]:
        """Return how many documents have a term, and its inverse document frequency."""
        found = self._idf.get(term)
        if found is None:
            count = sum(
                len(part.segment.postings(term).documents) - part.gone_terms[term]
                for part in self.parts
            )
            if not count:
                # Not kept: there is no end of words that nobody wrote.
                return 0, 0.0
            found = self._idf[term] = (count, inverse_document_frequency(count, self.size))
        return found

    def masks(
        self, audiences: frozenset[str], types: frozenset[str], tags: frozenset[str], category: str
    ) -> list[bytearray]:
        """Return for each part which of its documents a search may find: one byte each."""
        key = (audiences, types, tags, category)
        found = self._masks.get(key)
        if found is None:
            found = [_mask(part, audiences, types, tags, category) for part in self.parts]
            if len(self._masks) > 32:
                self._masks.clear()
            self._masks[key] = found
        return found

    def languages_of(self, terms: Iterable[str]) -> set[str]:
        """Return the languages of the documents with any of some terms."""
        wanted = list(terms)
        return {
            part.segment.rows[number].language
            for part in self.parts
            for term in wanted
            for number in part.segment.postings(term).documents
        }

    def texts_with(
        self, first: Iterable[str], second: Iterable[str], audiences: frozenset[str], most: int
    ) -> Iterator[StoredText]:
        """Yield texts of documents that have one of some terms and one of some others.

        :param audiences: whose documents may be looked at.
        :param most: how many at most.
        """
        sides = list(first), list(second)
        left = most
        for part in self.parts:
            one, other = (
                {number for term in side for number in part.segment.postings(term).documents}
                for side in sides
            )
            for number in sorted((one & other) - part.deleted):
                if part.segment.rows[number].audience in audiences:
                    if not left:
                        return
                    left -= 1
                    yield part.segment.text(number)

    def versions(self) -> dict[tuple[str, int], int]:
        """Return the version of every document by (type, id)."""
        return {
            (row.type, row.id): row.version
            for part in self.parts
            for number, row in enumerate(part.segment.rows)
            if number not in part.deleted
        }


def _mask(
    part: Part,
    audiences: frozenset[str],
    types: frozenset[str],
    tags: frozenset[str],
    category: str,
) -> bytearray:
    mask = bytearray(
        row.audience in audiences
        and (not types or row.type in types)
        and (not tags or tags.issubset(row.tags))
        and (not category or row.category == category or row.category.startswith(f"{category}/"))
        for row in part.segment.rows
    )
    for number in part.deleted:
        mask[number] = 0
    return mask


def open_snapshot(directory: Path, held: Mapping[str, Part]) -> Snapshot:
    """Read the current state of the index.

    :param held: parts of an earlier snapshot by segment id; their segments are taken over with
        everything cached.
    :raises IndexDamagedError: the index is missing, incomplete or altered.
    """
    missing: FileNotFoundError | None = None
    for _ in range(_OPEN_ATTEMPTS):
        pointer = read_pointer(directory)
        try:
            return _open(directory, pointer, held)
        except FileNotFoundError as error:
            # A commit in between removes files of the one just read; the next pointer is there.
            missing = error
            time.sleep(_PAUSE_SECONDS)
    raise IndexDamagedError(f"{missing} is missing")


def _open(directory: Path, pointer: Pointer, held: Mapping[str, Part]) -> Snapshot:
    toc_name = f"_{INDEX_NAME}_{pointer.toc}.toc"
    toc_bytes = read_verified(directory, pointer, toc_name)
    toc_type: Any = TOC
    toc = toc_type.read(VerifiedStorage({toc_name: toc_bytes}), INDEX_NAME)
    parts = []
    for stored in toc.segments:
        id_ = stored.segment_id()
        deleted = frozenset(stored.deleted_docs())
        old = held.get(id_)
        if old is None:
            segment = _open_segment(directory, pointer, toc.schema, stored)
            parts.append(Part(segment, deleted))
        elif old.deleted == deleted:
            parts.append(old)
        else:
            parts.append(Part(old.segment, deleted))
    return Snapshot(pointer, parts)


def _open_segment(directory: Path, pointer: Pointer, schema: Any, stored: Any) -> Segment:
    prefix = f"{stored.segment_id()}."
    files = {
        name: read_verified(directory, pointer, name)
        for name in pointer.files
        if name.startswith(prefix)
    }
    table_name = f"{stored.segment_id()}{TABLE_SUFFIX}"
    if table_name not in files:
        raise IndexDamagedError(f"{table_name} is not part of the commit")
    table = SegmentTable.from_bytes(files.pop(table_name))
    return Segment(VerifiedStorage(files), schema, stored, table)
