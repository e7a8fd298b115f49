"""Words nobody wrote: corrections, joins and splits, looked up in the index's own vocabulary.

Only words no document has are corrected, and only before the search: the postings are never
searched fuzzily.
"""

from __future__ import annotations

import itertools
import string
from collections.abc import Iterable, Iterator

from app.search.engine.reader import Snapshot
from app.search.engine.segment import Words, letter_mask

_SHORTEST_CORRECTED = 3
_SHORTEST_TWO_EDITS = 7
_LONGEST_CORRECTED = 24
_SHORTEST_SPLIT_PART = 3
_SHORTEST_STOP_WORD = 4
_SHORTEST_EASY = 6
_LEAST_EVIDENCE = 2
_SHORTEST_BASE = 5
_ENDINGS = ("ments", "ment", "ings", "ing", "ers", "er", "ed", "es", "s", "ly")

#: Which keys lie side by side, on the layouts with z and y either way round.
_ROWS = (("qwertzuiop", "asdfghjkl", "yxcvbnm"), ("qwertyuiop", "asdfghjkl", "zxcvbnm"))
_VOWELS = frozenset("aeiouy")

#: Stands for how often a stop word occurs: more often than any other word.
_COMMON = 1 << 40


class Vocabulary:
    """The words a searcher may know of: those of the audiences they belong to.

    Suggesting a word that only stands in a staff article would tell a visitor about it.
    """

    def __init__(self, snapshot: Snapshot, audiences: frozenset[str]) -> None:
        self._lists: list[tuple[Words, dict[str, int]]] = []
        for part in snapshot.parts:
            for audience, words in part.segment.words.items():
                if audience in audiences:
                    gone: dict[str, int] = part.gone_words.get(audience) or {}
                    self._lists.append((words, gone))

    def count(self, word: str) -> int:
        """Return how many documents have a folded word."""
        return sum(words.counts.get(word, 0) - gone.get(word, 0) for words, gone in self._lists)

    def shown(self, word: str) -> str:
        """Return a folded word as its documents write it."""
        for words, _ in self._lists:
            if word in words.shown:
                return words.shown[word]
        return word

    def completions(self, prefix: str, limit: int) -> list[tuple[str, int]]:
        """Return the commonest words that start with a prefix, the prefix itself left out."""
        found: dict[str, int] = {}
        for words, gone in self._lists:
            for count, word in words.completions(prefix, limit * 2):
                if word != prefix:
                    found[word] = found.get(word, 0) + count - gone.get(word, 0)
        best = sorted(((-count, word) for word, count in found.items() if count > 0))[:limit]
        return [(word, -count) for count, word in best]

    def corrections(
        self, word: str, limit: int, unsearched: frozenset[str] = frozenset()
    ) -> list[tuple[str, int]]:
        """Return the nearest words at one edit, or two from seven letters on; likeliest first.

        :param word: folded, and not a word of the documents.
        :param unsearched: stop words. When one of them is the likeliest, nothing is returned:
            a mistyped "like" is not a question about links.
        """
        if not _SHORTEST_CORRECTED <= len(word) <= _LONGEST_CORRECTED or word.isdecimal():
            return []
        variants = _one_edit(word, self._letters(word))
        near = self._known(variants)
        if len(word) >= _SHORTEST_STOP_WORD:
            near += [(stop, _COMMON) for stop in unsearched & variants if len(stop) > 2]
        if len(word) < _SHORTEST_EASY:
            near = [entry for entry in near if _is_plain_slip(word, *entry)]
        if not near:
            near = self._by_base(word)
        if not near and len(word) >= _SHORTEST_TWO_EDITS:
            near = self._two_edits(word)
        near.sort(key=lambda entry: (_unlikeliness(word, entry[0]), -entry[1], entry[0]))
        return [] if near and near[0][1] == _COMMON else [n for n in near if n[1] < _COMMON][:limit]

    def _by_base(self, word: str) -> list[tuple[str, int]]:
        """Return words near to a word without its ending: only another form may be known."""
        for ending in _ENDINGS:
            base = word.removesuffix(ending)
            if base != word and len(base) >= _SHORTEST_BASE:
                return self._known(_one_edit(base, self._letters(base)))
        return []

    def corrected_prefixes(self, prefix: str, limit: int) -> list[tuple[str, int]]:
        """Return completions of the beginnings one edit away from a mistyped beginning."""
        found: dict[str, int] = {}
        for variant in _one_edit(prefix, self._letters(prefix)):
            if variant[0] == prefix[0] and any(
                words.has_prefix(variant) for words, _ in self._lists
            ):
                count = self.count(variant)
                if count > 0:
                    found[variant] = count
                found.update(self.completions(variant, limit))
        return sorted(found.items(), key=lambda entry: (-entry[1], entry[0]))[:limit]

    def split(self, word: str) -> tuple[str, str] | None:
        """Return the two known words an unknown one was run together from."""
        best: tuple[int, tuple[str, str]] | None = None
        for cut in range(_SHORTEST_SPLIT_PART, len(word) - _SHORTEST_SPLIT_PART + 1):
            parts = (word[:cut], word[cut:])
            counts = [self.count(part) for part in parts]
            if min(counts) > 0 and (best is None or min(counts) > best[0]):
                best = (min(counts), parts)
        return best[1] if best else None

    def _known(self, candidates: Iterable[str]) -> list[tuple[str, int]]:
        found: set[str] = set()
        for words, _ in self._lists:
            found.update(words.counts.keys() & candidates)
        return [(word, count) for word in found if (count := self.count(word)) > 0]

    def _letters(self, word: str) -> str:
        if word.isascii():
            return string.ascii_lowercase
        return "".join({c for words, _ in self._lists for c in words.letters})

    def _two_edits(self, word: str) -> list[tuple[str, int]]:
        mask = letter_mask(word)
        found: set[str] = set()
        for words, _ in self._lists:
            for length in range(len(word) - 2, len(word) + 3):
                for candidate, other in words.with_length(length, word[0]):
                    # Two edits change at most four letters of the set.
                    if (mask ^ other).bit_count() <= 4 and _within_two(word, candidate):
                        found.add(candidate)
        return self._known(found)


def _one_edit(word: str, letters: str) -> set[str]:
    return set(_variants(word, letters)) - {word, ""}


def _variants(word: str, letters: str) -> Iterator[str]:
    for i in range(len(word) + 1):
        head, tail = word[:i], word[i:]
        if tail:
            yield head + tail[1:]
        if len(tail) > 1:
            yield head + tail[1] + tail[0] + tail[2:]
        for letter in letters:
            yield head + letter + tail
            if tail:
                yield head + letter + tail[1:]


def _beside() -> frozenset[tuple[str, str]]:
    pairs = set()
    for rows in _ROWS:
        for upper, lower in itertools.zip_longest(rows, rows[1:], fillvalue=""):
            for place, key in enumerate(upper):
                # Each row lies half a key to the right of the one above.
                near = upper[place + 1 : place + 2] + lower[max(0, place - 1) : place + 1]
                pairs |= {(key, other) for other in near} | {(other, key) for other in near}
    return frozenset(pairs)


_BESIDE = _beside()


def _is_plain_slip(typed: str, meant: str, count: int) -> bool:
    """Say whether a short word is plainly a slip of another.

    Most short words are one letter away from some other ("gift" and "lift", "van" and "vat"), so
    the hand must explain it: two letters swapped, a letter doubled, the key beside it hit. A
    letter left out, a vowel mistaken, or a letter inside five, needs a word that is not rare.
    """
    if sorted(typed) == sorted(meant):
        return True
    if typed[0] != meant[0]:
        return False
    if len(typed) == len(meant):
        pair = next((a, b) for a, b in zip(typed, meant, strict=True) if a != b)
        inside = len(typed) == _SHORTEST_EASY - 1 and typed[-1] == meant[-1]
        mistaken = inside or _VOWELS.issuperset(pair)
        return pair in _BESIDE or (mistaken and count >= _LEAST_EVIDENCE)
    if _undoubled(typed) == _undoubled(meant):
        return True
    if len(typed) < len(meant):
        return count >= _LEAST_EVIDENCE
    extra = next((i for i, (a, b) in enumerate(zip(typed, meant, strict=False)) if a != b), None)
    # Two keys hit at once leave a neighbour of the right one before or after it.
    place = len(meant) if extra is None else extra
    around = typed[place - 1] + typed[place + 1 : place + 2]
    return any((typed[place], key) in _BESIDE for key in around)


def _unlikeliness(typed: str, meant: str) -> tuple[bool, bool]:
    """Return how unlikely a slip is.

    People rarely miss the first letter, and the commonest slips swap two neighbours or write a
    letter once instead of twice or twice instead of once.
    """
    swapped = len(typed) == len(meant) and sorted(typed) == sorted(meant)
    doubled = abs(len(typed) - len(meant)) == 1 and _undoubled(typed) == _undoubled(meant)
    return (typed[0] != meant[0] and not swapped, not (swapped or doubled))


def _undoubled(word: str) -> str:
    return "".join(letter for letter, _ in itertools.groupby(word))


def _within_two(a: str, b: str) -> bool:
    """Say whether two words are at most two edits apart, a swap of neighbours being one."""
    if abs(len(a) - len(b)) > 2:
        return False
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, letter in enumerate(a, 1):
        older, before, row = before, row, [i]
        for j, other in enumerate(b, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != other))
            if i > 1 and j > 1 and letter == b[j - 2] and a[i - 2] == other:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        if min(row) > 2:
            return False
    return row[-1] <= 2
