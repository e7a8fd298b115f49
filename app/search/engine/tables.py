"""What is known of a segment beside its postings: its documents in order and its words.

The indexer writes one table with each segment, so that a reader starts without walking the
term dictionary. A table never changes once written, like its segment.
"""

from __future__ import annotations

import json
import zlib
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from app.search.documents import Audience, SearchDocument
from app.search.engine.analysis import AnalysedDocument

TABLE_SUFFIX = ".table"


class Row(NamedTuple):
    """One document of a segment; its place in the table is its document number."""

    type: str
    id: int
    version: int
    audience: Audience
    category: str
    tags: tuple[str, ...]
    language: str
    title_terms: str


def make_row(document: SearchDocument, analysed: AnalysedDocument) -> Row:
    """Return the row of a document."""
    return Row(
        document.type,
        document.id,
        document.version,
        document.audience,
        document.category,
        document.tags,
        analysed.language,
        " ".join(analysed.title_terms),
    )


@dataclass(slots=True)
class SegmentTable:
    """Rows in document order and, for each audience, how many documents have each word."""

    rows: list[Row] = field(default_factory=list)
    words: dict[str, Counter[str]] = field(default_factory=dict)

    def add(self, row: Row, words: Iterable[str]) -> None:
        """Append one document."""
        self.rows.append(row)
        self.words.setdefault(row.audience, Counter()).update(words)

    def add_segment(self, other: SegmentTable, deleted: Mapping[int, Iterable[str]]) -> None:
        """Append what is alive of another segment.

        :param deleted: document number to its words, for each document left out.
        """
        self.rows.extend(row for i, row in enumerate(other.rows) if i not in deleted)
        for audience, counts in other.words.items():
            self.words.setdefault(audience, Counter()).update(counts)
        for number, words in deleted.items():
            self.words[other.rows[number].audience].subtract(words)

    def to_bytes(self) -> bytes:
        """Return the table as it is stored."""
        words = {
            audience: {word: count for word, count in counts.items() if count > 0}
            for audience, counts in self.words.items()
        }
        text = json.dumps({"rows": self.rows, "words": words}, ensure_ascii=False)
        return zlib.compress(text.encode("utf-8"), 1)

    @classmethod
    def from_bytes(cls, data: bytes) -> SegmentTable:
        """Read a stored table."""
        loaded = json.loads(zlib.decompress(data))
        rows = [
            Row(type_, id_, version, audience, category, tuple(tags), language, title_terms)
            for type_, id_, version, audience, category, tags, language, title_terms in loaded[
                "rows"
            ]
        ]
        words = {audience: Counter(counts) for audience, counts in loaded["words"].items()}
        return cls(rows, words)
