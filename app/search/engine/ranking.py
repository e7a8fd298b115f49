"""Which documents are best: adds impacts up, and stops reading where nothing can change."""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from app.search.engine.plan import Plan, Slot
from app.search.engine.reader import Snapshot
from app.search.engine.segment import Postings

#: Documents looked at again with their whole title.
RERANKED = 30
_TITLE_GAIN = 0.5

#: Gain for each pair of neighbouring query words that are neighbours in the title, and how many
#: pairs count.
_PAIR_GAIN = 0.05
_MOST_PAIRS = 2

#: From so many postings on it pays to find out first whether reading them can matter.
_LONG_POSTINGS = 200


@dataclass(frozen=True, slots=True)
class Ranked:
    """A document's place in the answer: which part, which number there, and its score."""

    score: float
    part: int
    number: int


@dataclass(slots=True)
class _Reading:
    """One slot in one segment: its postings with the factor of each, and the most it can add."""

    lists: list[tuple[Postings, float]]
    most: float
    length: int


def rank(snapshot: Snapshot, plan: Plan, masks: Sequence[bytearray], depth: int) -> list[Ranked]:
    """Return the best documents, best first.

    :param masks: which documents of each part may be found.
    :param depth: how many to return at most.
    """
    weighted = [_weigh(snapshot, slot) for slot in plan.slots]
    best: list[tuple[float, int, int]] = []
    for place, part in enumerate(snapshot.parts):
        readings = []
        for factors in weighted:
            lists = []
            for term, factor in factors:
                postings = part.segment.postings(term)
                if postings.documents:
                    lists.append((postings, factor))
            if lists:
                most = max(postings.highest * factor for postings, factor in lists)
                length = sum(len(postings.documents) for postings, _ in lists)
                readings.append(_Reading(lists, most, length))
        if not readings:
            continue
        floor = best[depth - 1][0] if len(best) >= depth else 0.0
        scores = _score(readings, masks[place], depth, floor)
        mask = masks[place]
        found = [(s, -place, -d) for d, s in scores.items() if mask[d] and s > floor]
        best = heapq.nlargest(depth, best + found)
    return _by_title(snapshot, plan, best)


def _weigh(snapshot: Snapshot, slot: Slot) -> list[tuple[str, float]]:
    idfs = {term: snapshot.frequency(term)[1] for term in slot.terms}
    if slot.shared_idf:
        lowest = min(idfs.values())
        return [(term, weight * lowest) for term, weight in slot.terms.items()]
    if slot.concept is not None:
        most = idfs[slot.concept]
        return [(term, weight * min(most, idfs[term])) for term, weight in slot.terms.items()]
    return [(term, weight * idfs[term]) for term, weight in slot.terms.items()]


def _score(readings: list[_Reading], mask: bytearray, depth: int, floor: float) -> dict[int, float]:
    """Add up one segment. Source: Turtle and Flood, Query evaluation (1995), MaxScore."""
    readings.sort(key=lambda reading: -reading.most)
    remaining = sum(reading.most for reading in readings)
    scores: dict[int, float] = {}
    for place, reading in enumerate(readings):
        if (
            reading.length > _LONG_POSTINGS
            and len(scores) >= depth
            and remaining < max(scores.values())
        ):
            floor = max(floor, _depth_score(scores, mask, depth))
            if remaining < floor:
                return _finish(scores, readings[place:], remaining, floor)
        _add(scores, reading)
        remaining -= reading.most
    return scores


def _depth_score(scores: dict[int, float], mask: bytearray, depth: int) -> float:
    """Return the score a document needs already to be among the best so many allowed ones."""
    allowed = [score for document, score in scores.items() if mask[document]]
    return heapq.nlargest(depth, allowed)[-1] if len(allowed) >= depth else 0.0


def _add(scores: dict[int, float], reading: _Reading) -> None:
    if len(reading.lists) == 1:
        postings, factor = reading.lists[0]
        if not scores:
            gains = [impact * factor for impact in postings.impacts]
            scores.update(zip(postings.documents, gains, strict=True))
            return
        get = scores.get
        for document, impact in zip(postings.documents, postings.impacts, strict=True):
            scores[document] = get(document, 0.0) + impact * factor
        return
    highest: dict[int, float] = {}
    for postings, factor in reading.lists:
        for document, impact in zip(postings.documents, postings.impacts, strict=True):
            gain = impact * factor
            if gain > highest.get(document, 0.0):
                highest[document] = gain
    for document, gain in highest.items():
        scores[document] = scores.get(document, 0.0) + gain


def _finish(
    scores: dict[int, float], readings: list[_Reading], remaining: float, floor: float
) -> dict[int, float]:
    """Look the last terms up for those documents only that can still reach the best."""
    for reading in readings:
        scores = {d: score for d, score in scores.items() if score + remaining >= floor}
        if reading.length < 4 * len(scores):
            gains: dict[int, float] = {}
            _add(gains, reading)
            scores = {d: score + gains.get(d, 0.0) for d, score in scores.items()}
        elif len(reading.lists) == 1:
            postings, factor = reading.lists[0]
            impact_on = postings.impact_on
            scores = {d: score + impact_on(d) * factor for d, score in scores.items()}
        else:
            scores = {
                d: score + max(p.impact_on(d) * factor for p, factor in reading.lists)
                for d, score in scores.items()
            }
        remaining -= reading.most
    return scores


def _by_title(snapshot: Snapshot, plan: Plan, best: list[tuple[float, int, int]]) -> list[Ranked]:
    """Order the best anew by how much of each title's weight the query covers."""
    terms = plan.terms
    pairs = plan.pairs
    frequency = snapshot.frequency
    ranked = []
    for score, part, number in best[:RERANKED]:
        telling = snapshot.parts[-part].segment.telling_title(-number)
        covered = whole = 0.0
        for term in telling:
            idf = frequency(term)[1]
            whole += idf
            covered += idf * terms.get(term, 0.0)
        gain = 1 + _TITLE_GAIN * covered / whole if whole else 1.0
        if pairs:
            met = sum(pair in pairs for pair in pairwise(telling))
            gain *= 1 + _PAIR_GAIN * min(met, _MOST_PAIRS)
        ranked.append((score * gain, part, number))
    ranked.sort(reverse=True)
    ranked.extend(best[RERANKED:])
    return [Ranked(score, -part, -number) for score, part, number in ranked]
