"""What the rest of Foreword says to search and hears from it: plain values only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Audience = Literal["public", "customers", "staff"]

#: Every audience an article can be written for, widest first.
AUDIENCES: tuple[Audience, ...] = ("public", "customers", "staff")

#: Text cut into parts; the flag says whether a part matches what was searched for.
MarkedText = tuple[tuple[str, bool], ...]


@dataclass(frozen=True, slots=True)
class SearchDocument:
    """One thing that can be found.

    :param id: key of the row it stands for; unique within its type.
    :param type: kind of thing, for example ``"article"``.
    :param title: plain text.
    :param body: plain text, markup already stripped.
    :param headings: the headings of the body, one a line.
    :param tags: labels as written.
    :param category: path of the category, for example ``"Billing/Invoices"``.
    :param audience: who may find it.
    :param updated_at: aware time of the last change, or nothing when unknown.
    :param version: grows with every change; what the index is compared by.
    """

    id: int
    type: str
    title: str
    body: str = ""
    headings: str = ""
    tags: tuple[str, ...] = ()
    category: str = ""
    audience: Audience = "public"
    updated_at: datetime | None = None
    version: int = 1


@dataclass(frozen=True, slots=True)
class Hit:
    """One found document.

    :param score: comparable within one answer only.
    :param title: the title in parts, matches marked; join the texts for the plain title.
    :param snippet: the best passage of the body in parts, matches marked.
    :param terms: the words of the document that matched, as written there.
    """

    id: int
    type: str
    score: float
    title: MarkedText
    snippet: MarkedText
    terms: tuple[str, ...]
    version: int
    category: str
    tags: tuple[str, ...]
    audience: Audience

    @property
    def plain_title(self) -> str:
        """Return the title without marks."""
        return "".join(text for text, _ in self.title)

    @property
    def plain_snippet(self) -> str:
        """Return the snippet without marks."""
        return "".join(text for text, _ in self.snippet)


@dataclass(frozen=True, slots=True)
class Facets:
    """How many of the relevant documents carry each tag and lie in each category."""

    tags: Mapping[str, int] = field(default_factory=dict)
    categories: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SearchOutcome:
    """The answer to one search.

    :param total: relevant documents, counted up to the depth the engine ranks.
    :param did_you_mean: the query with unknown words corrected, when that was done.
    :param degraded: the index could not answer; the caller falls back to its own means.
    :param took_ms: time spent, milliseconds.
    """

    query: str
    hits: tuple[Hit, ...] = ()
    total: int = 0
    did_you_mean: str | None = None
    degraded: bool = False
    took_ms: float = 0.0
    facets: Facets | None = None
