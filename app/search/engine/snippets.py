"""Passages with the matching words marked."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from app.search.documents import MarkedText
from app.search.engine.language import fold, stem

#: Letters of a snippet, about two lines.
SNIPPET_LENGTH = 180

# A passage deep inside a very long article is rarely the one to show, and finding it costs time.
_SEARCHED_LETTERS = 8_000
_MOST_MATCHES = 200
_SPACE = re.compile(r"\s+")
_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)*")
_ACCENTED = {
    "a": "àáâãäåā",
    "c": "çćč",
    "e": "èéêëēę",
    "i": "ìíîïī",
    "n": "ñń",
    "o": "òóôõöøō",
    "s": "śšß",
    "u": "ùúûüū",
    "y": "ýÿ",
    "z": "źžż",
}
# One letter for one letter, so that places in the plain text are places in the text.
_PLAIN = {ord(c): base for base, letters in _ACCENTED.items() for c in letters}


def squeeze(text: str) -> str:
    """Return a text on one line."""
    return _SPACE.sub(" ", text).strip()


class Match(NamedTuple):
    """A word of a text that has one of the searched stems."""

    start: int
    end: int
    term: str


def plain(text: str) -> str:
    """Return a text in lower case without accents, letter for letter, for finding matches in it.

    Empty when the two cannot be kept in step.
    """
    lowered = text[:_SEARCHED_LETTERS].lower()
    if lowered.isascii():
        return lowered
    lowered = lowered.translate(_PLAIN)
    return lowered if len(lowered) == min(len(text), _SEARCHED_LETTERS) else ""


class Matcher:
    """Finds the words of texts that have one of some stems.

    Stemming changes at most the end of a word, so its beginning finds the candidates and the
    stem decides; walking through all words instead would cost ten times as much.

    :param terms: stems with how telling each is.
    """

    def __init__(self, terms: Mapping[str, float]) -> None:
        self.terms = terms
        self._beginnings: list[str] = []
        for beginning in sorted({term[: max(3, len(term) - 1)] for term in terms}):
            # What begins with a beginning listed already is found by that one.
            if not self._beginnings or not beginning.startswith(self._beginnings[-1]):
                self._beginnings.append(beginning)

    def find(self, text: str, searched: str, language: str) -> list[Match]:
        """Return the matching words of a text in order.

        :param searched: :func:`plain` of the text.
        """
        found: list[Match] = []
        for beginning in self._beginnings:
            place = searched.find(beginning)
            while place >= 0 and len(found) < _MOST_MATCHES:
                end = place + len(beginning)
                if place == 0 or not searched[place - 1].isalnum():
                    word = _WORD.match(text, place)
                    if word is not None:
                        end = word.end()
                        term = self._term(word.group(), language)
                        if term is not None:
                            found.append(Match(place, end, term))
                place = searched.find(beginning, end)
        found.sort()
        return found

    def _term(self, word: str, language: str) -> str | None:
        written = word.lower().replace("'", "").replace("\u2019", "")
        term = stem(written, language)
        if term in self.terms:
            return term
        term = fold(written)
        return term if term in self.terms else None


def mark(text: str, matches: Sequence[Match], start: int = 0, end: int | None = None) -> MarkedText:
    """Cut part of a text into pieces with the matches marked."""
    end = len(text) if end is None else end
    parts: list[tuple[str, bool]] = []
    place = start
    for match in matches:
        if match.start < place or match.end > end:
            continue
        if match.start > place:
            parts.append((text[place : match.start], False))
        parts.append((text[match.start : match.end], True))
        place = match.end
    if place < end:
        parts.append((text[place:end], False))
    return tuple(parts)


def best_passage(body: str, matches: Sequence[Match], terms: Mapping[str, float]) -> MarkedText:
    """Return the passage in which the most telling terms meet, marked.

    :param body: on one line.
    :param terms: stems with how telling each is.
    """
    start = 0
    best = -1.0
    for place, match in enumerate(matches):
        seen: dict[str, float] = {}
        for other in matches[place:]:
            if other.end - match.start > SNIPPET_LENGTH - 20:
                break
            seen[other.term] = seen.get(other.term, terms[other.term]) * 1.02
        worth = sum(seen.values())
        if worth > best:
            start, best = match.start, worth
    start = _passage_start(body, start)
    end = _passage_end(body, start)
    parts = mark(body, matches, start, end)
    before = (("… ", False),) if start else ()
    after = ((" …", False),) if end < len(body) else ()
    return (*before, *parts, *after)


def _passage_start(body: str, match: int) -> int:
    """Return where to begin so that a match has some words before it, a sentence if one is near."""
    if match <= 60:
        return 0
    window = body[match - 60 : match]
    sentence = max(window.rfind(ending) for ending in (". ", "? ", "! ", ": "))
    if sentence >= 0:
        return match - 60 + sentence + 2
    space = window.find(" ", 20)
    return match - 60 + space + 1 if space >= 0 else match


def _passage_end(body: str, start: int) -> int:
    end = start + SNIPPET_LENGTH
    if end >= len(body):
        return len(body)
    space = body.rfind(" ", start + SNIPPET_LENGTH // 2, end)
    return space if space > 0 else end
