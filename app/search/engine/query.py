"""From what a person typed to weighted terms. A query is words, not a language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise

from app.search.engine.analysis import clean, words_of
from app.search.engine.concepts import Mention, find_concepts
from app.search.engine.language import COMPOUNDING, DEFAULT_LANGUAGE, STOP_WORDS, fold, stem
from app.search.engine.plan import Plan, Slot
from app.search.engine.reader import Snapshot
from app.search.engine.spelling import Vocabulary
from app.search.engine.synonyms import Synonyms

#: Longer input is cut: nobody's question, but somebody's attack.
LONGEST_QUERY = 300
MOST_TERMS = 32

_COMPLETIONS = 8
_CORRECTION_WEIGHTS = (0.8, 0.4)
_DOUBTFUL_WEIGHT = 0.5
_TRANSLATED_WEIGHT = 0.8
_SPLIT_WEIGHT = 0.8
_JOINED_WEIGHT = 0.7

#: An unknown word that others begin with, or that is put together from others.
_RELATED_WEIGHT = 0.4
_SHORTEST_PART = 5

#: Documents looked at for two words standing side by side.
_LOOKED_AT = 20

#: The words of a phrase on their own, where the phrase as a whole is looked for.
_PART_WEIGHT = 0.3

#: Other forms of a word that names a concept, against the form as typed.
_NAME_WEIGHT = 0.95


class Planner:
    """Turns queries into plans for one snapshot and one set of audiences."""

    def __init__(self, snapshot: Snapshot, audiences: frozenset[str], synonyms: Synonyms) -> None:
        self._snapshot = snapshot
        self._vocabulary = Vocabulary(snapshot, audiences)
        self._synonyms = synonyms
        self._audiences = audiences
        self._languages = snapshot.languages or [DEFAULT_LANGUAGE]

    def plan(self, query: str, *, as_you_type: bool) -> Plan:
        """Turn a query into a plan.

        :param query: anything a person may type.
        :param as_you_type: the last word may be unfinished.
        """
        words = words_of(query[:LONGEST_QUERY])[:MOST_TERMS]
        typing = as_you_type and bool(words) and query[:LONGEST_QUERY][-1:].isalnum()
        stops = self._stop_words(words)
        content = [i for i, word in enumerate(words) if fold(word) not in stops]
        # Saying a word twice does not mean it twice.
        searched = set({words[i]: i for i in content or range(len(words))}.values())
        mentions = self._mentions(words)
        corrected: dict[str, str] = {}
        slots: list[Slot] = []
        end = 0
        for i, word in enumerate(words):
            mention = mentions.get(i)
            if mention is not None and mention.end - i > 1:
                slots.append(self._phrase(words, mention, stops))
                end = mention.end
            elif i >= end and (i in searched or mention is not None):
                unfinished = typing and i == len(words) - 1
                if mention is None:
                    slots.extend(self._slots_for(word, stops, unfinished, corrected))
                else:
                    slots.append(self._name(word, mention, unfinished))
        meant = [part for word in words for part in corrected.get(word, word).split()]
        if corrected:
            said = {mention.term for mention in mentions.values()}
            heard = {mention.term: None for mention in self._mentions(meant).values()}
            slots.extend(Slot({t: _CORRECTION_WEIGHTS[0]}) for t in heard if t not in said)
        slots.extend(self._joined(words, stops, mentions))
        slots.extend(self._expanded(meant, slots, stops))
        return Plan(
            [slot for slot in slots if slot.terms],
            _replace_words(query[:LONGEST_QUERY], corrected),
        )

    def _mentions(self, words: list[str]) -> dict[int, Mention]:
        """Return the concepts a query names that some document names too, by place."""
        return {
            mention.start: mention
            for mention in find_concepts(words, DEFAULT_LANGUAGE)
            if self._snapshot.frequency(mention.term)[0]
        }

    def _phrase(self, words: list[str], mention: Mention, stops: frozenset[str]) -> Slot:
        """Return the slot of a phrase: as a whole, its words counting little on their own."""
        slot = Slot({mention.term: 1.0}, concept=mention.term)
        for word in words[mention.start : mention.end]:
            if fold(word) not in stops:
                for term in self._known_stems(word):
                    slot.offer(term, _PART_WEIGHT)
        return slot

    def _name(self, word: str, mention: Mention, unfinished: bool) -> Slot:
        """Return the slot of a word that names a concept: its other names count nearly as much."""
        slot = Slot()
        for term in self._known_stems(word):
            slot.offer(term, 1.0)
        slot.offer(mention.term, _NAME_WEIGHT)
        if unfinished:
            self._complete(slot, fold(word))
        else:
            slot.concept = mention.term
        return slot

    def _stop_words(self, words: Iterable[str]) -> frozenset[str]:
        folded = [fold(word) for word in words]
        return STOP_WORDS[
            max(
                self._languages,
                key=lambda code: (
                    sum(word in STOP_WORDS[code] for word in folded),
                    code == DEFAULT_LANGUAGE,
                ),
            )
        ]

    def _stems(self, word: str) -> list[str]:
        return list(dict.fromkeys(stem(word, code) for code in self._languages))

    def _known_stems(self, word: str) -> list[str]:
        return [term for term in self._stems(word) if self._snapshot.frequency(term)[0]]

    def _slots_for(
        self, word: str, stops: frozenset[str], unfinished: bool, corrected: dict[str, str]
    ) -> list[Slot]:
        slot = Slot()
        folded = fold(word)
        for term in self._known_stems(word):
            slot.offer(term, 1.0)
        if unfinished:
            self._complete(slot, folded)
        elif slot.terms and not self._vocabulary.count(folded):
            self._doubt(slot, folded, stops)
        if not slot.terms:
            self._translate(slot, word)
        if slot.terms:
            return [slot]
        return self._corrected(word, stops, unfinished, corrected)

    def _doubt(self, slot: Slot, folded: str, stops: frozenset[str]) -> None:
        """Offer a correction where only another form of the word is known: it may be a slip."""
        for near, _ in self._vocabulary.corrections(folded, 1, stops):
            for term in self._known_stems(self._vocabulary.shown(near)):
                slot.offer(term, _DOUBTFUL_WEIGHT)

    def _translate(self, slot: Slot, word: str) -> None:
        """Offer synonyms of a word nobody writes here, before it is taken for a slip."""
        for expansion in self._synonyms.expansions([word]):
            if len(expansion.words) == 1:
                for term in self._known_stems(expansion.words[0]):
                    slot.offer(term, _TRANSLATED_WEIGHT)

    def _complete(self, slot: Slot, prefix: str) -> None:
        completions = self._vocabulary.completions(prefix, _COMPLETIONS)
        if not completions:
            return
        slot.shared_idf = True
        most = max(count for _, count in completions)
        for word, count in completions:
            for term in self._known_stems(self._vocabulary.shown(word)):
                slot.offer(term, 0.5 + 0.5 * count / most)

    def _corrected(
        self, word: str, stops: frozenset[str], unfinished: bool, corrected: dict[str, str]
    ) -> list[Slot]:
        slot = Slot()
        folded = fold(word)
        found = self._vocabulary.corrections(folded, len(_CORRECTION_WEIGHTS), stops)
        if unfinished and not found and len(folded) > 3:
            found = self._vocabulary.corrected_prefixes(folded, len(_CORRECTION_WEIGHTS))
        for (candidate, _), weight in zip(found, _CORRECTION_WEIGHTS, strict=False):
            for term in self._known_stems(self._vocabulary.shown(candidate)):
                slot.offer(term, weight)
        if slot.terms:
            if not unfinished:
                corrected[word] = self._vocabulary.shown(found[0][0])
            return [slot]
        parts = self._vocabulary.split(folded)
        if parts is None or not self._side_by_side(parts):
            return [] if unfinished else self._related(folded)
        if not unfinished:
            corrected[word] = " ".join(self._vocabulary.shown(part) for part in parts)
        return [self._weak(part, _SPLIT_WEIGHT) for part in parts]

    def _weak(self, word: str, weight: float) -> Slot:
        return Slot(dict.fromkeys(self._known_stems(self._vocabulary.shown(word)), weight))

    def _side_by_side(self, parts: tuple[str, str]) -> bool:
        """Say whether an article the searcher may see says two words next to each other."""
        first, second = (self._stems(part) for part in parts)
        written = [f"{parts[0]}{between}{parts[1]}" for between in (" ", "-")]
        return any(
            text in document.plain_title or text in document.plain_body
            for document in self._snapshot.texts_with(first, second, self._audiences, _LOOKED_AT)
            for text in written
        )

    def _related(self, folded: str) -> list[Slot]:
        """Return what an unknown word begins, or is put together from; nothing is said of it."""
        if len(folded) < _SHORTEST_PART:
            return []
        completions = self._vocabulary.completions(folded, _COMPLETIONS)
        if completions:
            slot = Slot(shared_idf=True)
            for word, _ in completions:
                for term in self._known_stems(self._vocabulary.shown(word)):
                    slot.offer(term, _RELATED_WEIGHT)
            return [slot]
        if COMPOUNDING.isdisjoint(self._languages):
            return []
        cuts = range(len(folded) - 2, _SHORTEST_PART - 1, -1)
        heads = (self._compounding(folded[:cut]) for cut in cuts)
        tails = (self._compounding(folded[-cut:]) for cut in cuts)
        longest = (next(filter(None, slots), None) for slots in (heads, tails))
        return [slot for slot in longest if slot is not None]

    def _compounding(self, part: str) -> Slot | None:
        """Return a slot for part of a word if an article in a fitting language has it."""
        slot = self._weak(part, _RELATED_WEIGHT)
        languages = self._snapshot.languages_of(slot.terms)
        return None if languages.isdisjoint(COMPOUNDING) else slot

    def _joined(
        self, words: list[str], stops: frozenset[str], mentions: Mapping[int, Mention]
    ) -> list[Slot]:
        """Return slots for neighbouring words that documents write as one ("road map", "roadmap").

        :param mentions: phrases that need no such help: all their forms are one term already.
        """
        slots = []
        for place, (first, second) in enumerate(pairwise(words)):
            if place in mentions:
                continue
            joined = first + second
            if fold(first) not in stops and self._vocabulary.count(fold(joined)) > 0:
                slot = Slot()
                for term in self._known_stems(joined):
                    slot.offer(term, _JOINED_WEIGHT)
                slots.append(slot)
        return slots

    def _expanded(self, words: list[str], slots: list[Slot], stops: frozenset[str]) -> list[Slot]:
        """Offer synonyms: in the slot of the word they stand for, or as slots of their own."""
        extra = []
        for expansion in self._synonyms.expansions(words):
            sources = {term for word in expansion.source for term in self._stems(word)}
            target = next((slot for slot in slots if sources & slot.terms.keys()), None)
            weight = expansion.weight / len(expansion.words)
            for word in expansion.words:
                for term in self._known_stems(word):
                    if target is not None and len(expansion.words) == 1:
                        target.offer(term, weight)
                    elif fold(word) not in stops:
                        extra.append(Slot({term: weight}))
        return extra


def _replace_words(query: str, corrected: Mapping[str, str]) -> str | None:
    if not corrected:
        return None
    words = clean(query).split()
    shown = []
    for word in words:
        bare = "".join(words_of(word))
        shown.append(corrected.get(bare, word))
    return " ".join(shown)
