"""Words that mean the same to the people who ask: Foreword's own and those staff add."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.search.engine.analysis import words_of
from app.search.engine.builtin_synonyms import built_in_groups
from app.search.engine.language import DEFAULT_LANGUAGE, fold, stem

#: Staff say what they mean; the built-in list only leans.
STAFF_WEIGHT = 0.8

_LONGEST_ENDING = 4


@dataclass(frozen=True, slots=True)
class Expansion:
    """Another way of saying part of a query.

    :param source: the words of the query it stands for.
    :param words: the words to search as well.
    :param weight: against 1.0 for the words as typed.
    """

    source: tuple[str, ...]
    words: tuple[str, ...]
    weight: float


class Synonyms:
    """Groups of words and short phrases, each standing for the others in its group."""

    def __init__(self, groups: Iterable[tuple[Sequence[str], float]] = ()) -> None:
        self._by_first: dict[str, list[tuple[tuple[str, ...], Expansion]]] = {}
        for phrases, weight in groups:
            cut = [tuple(words_of(phrase)) for phrase in phrases]
            for source in cut:
                for other in cut:
                    if source and other and other != source:
                        key = tuple(_key(word) for word in source)
                        expansion = Expansion(source, other, weight)
                        self._by_first.setdefault(key[0], []).append((key, expansion))

    @classmethod
    def with_built_in(cls, groups: Iterable[tuple[Sequence[str], float]] = ()) -> Synonyms:
        """Return the built-in synonyms with further groups beside them."""
        return cls([*built_in_groups(), *groups])

    def expansions(self, words: Sequence[str]) -> list[Expansion]:
        """Return the other ways of saying what stands in a query."""
        keys = [_key(word) for word in words]
        found = []
        for place, key in enumerate(keys):
            for source, expansion in self._by_first.get(key, ()):
                end = place + len(source)
                if tuple(keys[place:end]) == source and all(
                    _is_form_of(word, meant)
                    for word, meant in zip(words[place:end], expansion.source, strict=True)
                ):
                    found.append(expansion)
        return found


def _key(word: str) -> str:
    return stem(word, DEFAULT_LANGUAGE) or fold(word)


def _is_form_of(word: str, meant: str) -> bool:
    """Say whether a word is a form of another and not merely of its family.

    "customer" and "custom", "settings" and "set" share their stems and nothing else.
    """
    word, meant = fold(word), fold(meant)
    if len(word) < len(meant) - 1:
        return False
    base = meant[:-1] if meant[-1] in "ey" else meant.removesuffix("s")
    return word.startswith(base) and len(word) - len(base) <= _LONGEST_ENDING
