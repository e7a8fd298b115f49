"""A committed segment, held for reading, with what searches have already learnt from it.

Segments never change, so nothing cached here is ever wrong: publishing an article adds a small
segment and marks one document of another as gone. Which documents are gone is not kept here but
with the snapshot that knows.
"""

from __future__ import annotations

import heapq
import threading
from bisect import bisect_left
from collections import Counter, OrderedDict
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Any

from whoosh.filedb.filestore import Storage
from whoosh.reading import SegmentReader, TermNotFound

from app.search.documents import SearchDocument
from app.search.engine.analysis import AnalysedDocument, analyse
from app.search.engine.language import STOP_WORDS, fold
from app.search.engine.schema import STORED_DOCUMENT, TERMS
from app.search.engine.snippets import plain
from app.search.engine.tables import SegmentTable

#: Decoded postings kept for each segment; about 40 bytes each.
_CACHED_POSTINGS = 600_000
_CACHED_TEXTS = 300
_CACHED_COMPLETIONS = 2_000


@dataclass(frozen=True, slots=True)
class Postings:
    """All documents of a segment with one term.

    :param documents: document numbers, ascending.
    :param impacts: the term's impact on each.
    :param highest: the greatest impact.
    """

    documents: list[int]
    impacts: tuple[float, ...]
    highest: float

    def impact_on(self, document: int) -> float:
        """Return the impact on one document, nought when it lacks the term."""
        place = bisect_left(self.documents, document)
        if place < len(self.documents) and self.documents[place] == document:
            return self.impacts[place]
        return 0.0


NO_POSTINGS = Postings([], (), 0.0)


@dataclass(frozen=True, slots=True)
class StoredText:
    """The text of a document as it was indexed, and in the form matches are found in."""

    title: str
    body: str
    plain_title: str
    plain_body: str


class Words:
    """The words of one audience in a segment: spelling and completion look here."""

    def __init__(self, counts: Counter[str]) -> None:
        self.counts: dict[str, int] = {}
        self.shown: dict[str, str] = {}
        for word, count in counts.items():
            folded = fold(word)
            known = self.counts.get(folded, 0)
            self.counts[folded] = known + count
            if folded != word:
                self.shown[folded] = word
        self.ordered = sorted(self.counts)
        self._completions: dict[str, list[tuple[int, str]]] = {}
        self._by_shape: dict[str, dict[int, list[tuple[str, int]]]] = {}

    @cached_property
    def letters(self) -> frozenset[str]:
        """Return every letter the words use."""
        return frozenset("".join(self.ordered))

    def with_length(self, length: int, first: str) -> list[tuple[str, int]]:
        """Return the words of a length and first letter, each with its letters as bits."""
        shapes = self._by_shape.get(first)
        if shapes is None:
            shapes = {}
            for word in self._from(first):
                shapes.setdefault(len(word), []).append((word, letter_mask(word)))
            # Kept a letter at a time: all at once would make one searcher wait for everybody.
            self._by_shape[first] = shapes
        return shapes.get(length, [])

    def _from(self, prefix: str) -> list[str]:
        start = bisect_left(self.ordered, prefix)
        return self.ordered[start : bisect_left(self.ordered, prefix + "\U0010ffff")]

    def completions(self, prefix: str, limit: int) -> list[tuple[int, str]]:
        """Return the commonest words that go on from a prefix, with their document counts."""
        found = self._completions.get(prefix)
        if found is None:
            counts = self.counts
            best = heapq.nsmallest(limit, [(-counts[word], word) for word in self._from(prefix)])
            found = [(-count, word) for count, word in best]
            # Emptied in one step: other threads are at it too.
            if len(self._completions) >= _CACHED_COMPLETIONS:
                self._completions.clear()
            self._completions[prefix] = found
        return found

    def has_prefix(self, prefix: str) -> bool:
        """Say whether any word starts so."""
        place = bisect_left(self.ordered, prefix)
        return place < len(self.ordered) and self.ordered[place].startswith(prefix)


def letter_mask(word: str) -> int:
    """Return the set of a word's letters as bits."""
    mask = 0
    for letter in word:
        mask |= 1 << (ord(letter) & 63)
    return mask


class Segment:
    """One segment of the index in memory."""

    def __init__(self, storage: Storage, schema: Any, segment: Any, table: SegmentTable) -> None:
        self.id: str = segment.segment_id()
        self.size: int = segment.doc_count_all()
        self.rows = table.rows
        self.table = table
        self.words = {audience: Words(counts) for audience, counts in table.words.items()}
        self.languages = frozenset(row.language for row in table.rows)
        self.storage = storage
        self._reader = SegmentReader(storage, schema, segment)
        self._numbers = list(range(self.size))
        self._postings: OrderedDict[str, Postings] = OrderedDict()
        self._cached = 0
        self._texts: OrderedDict[int, StoredText] = OrderedDict()
        self._gone: dict[int, AnalysedDocument] = {}
        self._titles: dict[int, tuple[str, ...]] = {}
        self._lock = threading.Lock()

    def telling_title(self, number: int) -> tuple[str, ...]:
        """Return the stems of a title without its stop words, unless it has no others."""
        found = self._titles.get(number)
        if found is None:
            row = self.rows[number]
            stops = STOP_WORDS[row.language]
            terms = row.title_terms.split()
            found = tuple(term for term in terms if term not in stops) or tuple(terms)
            self._titles[number] = found
        return found

    def postings(self, term: str) -> Postings:
        """Return the postings of a term; empty when no document has it."""
        found = self._postings.get(term)
        if found is not None:
            return found
        with self._lock:
            found = self._read_postings(term)
            self._postings[term] = found
            self._cached += len(found.documents) + 4
            while self._cached > _CACHED_POSTINGS and len(self._postings) > 1:
                _, dropped = self._postings.popitem(last=False)
                self._cached -= len(dropped.documents) + 4
        return found

    def _read_postings(self, term: str) -> Postings:
        try:
            matcher: Any = self._reader.postings(TERMS, term)
        except TermNotFound:
            return NO_POSTINGS
        numbers: list[int] = []
        impacts: list[float] = []
        shared = self._numbers
        while matcher.is_active():
            # Whole blocks at a time: the library's own step through a block costs ten times this.
            matcher._read_data()
            gaps, weights, _ = matcher._data
            numbers.extend([shared[number] for number in accumulate(gaps)])
            if isinstance(weights, tuple):
                impacts.extend(weights)
            else:
                impacts.extend([1.0 if weights is None else weights] * len(gaps))
            matcher._next_block()
        return Postings(numbers, tuple(impacts), max(impacts))

    def text(self, number: int) -> StoredText:
        """Return the stored text of a document."""
        found = self._texts.get(number)
        if found is None:
            with self._lock:
                stored = self._reader.stored_fields(number)[STORED_DOCUMENT]
                title, body = stored["title"], stored["body"]
                found = StoredText(title, body, plain(title), plain(body))
                self._texts[number] = found
                if len(self._texts) > _CACHED_TEXTS:
                    self._texts.popitem(last=False)
        return found

    def analysed(self, number: int) -> AnalysedDocument:
        """Return a document's terms again, to take them out of the counts once it is gone."""
        found = self._gone.get(number)
        if found is None:
            with self._lock:
                stored = self._reader.stored_fields(number)[STORED_DOCUMENT]
            row = self.rows[number]
            document = SearchDocument(
                id=row.id,
                type=row.type,
                title=stored["title"],
                body=stored["body"],
                headings=stored["headings"],
                tags=row.tags,
                category=row.category,
                audience=row.audience,
            )
            found = self._gone[number] = analyse(document)
        return found
