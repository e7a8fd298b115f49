"""What a query means, ready to be scored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import pairwise


@dataclass(slots=True)
class Slot:
    """One word of the query: the terms it may mean, of which the best counts.

    :param terms: stem to weight, 1.0 for the word as typed.
    :param shared_idf: score all terms with the idf of the commonest, so that a rare completion
        does not outrank the likely one.
    :param concept: score no term with a higher idf than this one has: a rare form of it says no
        more than the common one.
    """

    terms: dict[str, float] = field(default_factory=dict)
    shared_idf: bool = False
    concept: str | None = None

    def offer(self, term: str, weight: float) -> None:
        """Add a term, or raise its weight."""
        if weight > self.terms.get(term, 0.0):
            self.terms[term] = weight


@dataclass(slots=True)
class Plan:
    """A query ready to be scored.

    :param slots: one for each searched word.
    :param did_you_mean: the query with corrections, when a word was corrected.
    """

    slots: list[Slot]
    did_you_mean: str | None = None

    @property
    def terms(self) -> Mapping[str, float]:
        """Return every term with its highest weight."""
        merged: dict[str, float] = {}
        for slot in self.slots:
            for term, weight in slot.terms.items():
                merged[term] = max(weight, merged.get(term, 0.0))
        return merged

    @property
    def pairs(self) -> set[tuple[str, str]]:
        """Return the terms that stand side by side in the query."""
        return {
            (first, second)
            for left, right in pairwise(self.slots)
            for first in left.terms
            for second in right.terms
        }
