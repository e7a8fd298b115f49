"""How good the engine's answers are, measured on articles and questions with known answers."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

#: Returns the ids of the best answers to a question, best first.
Ask = Callable[[str], Sequence[str]]

_DEPTH = 10


@dataclass(frozen=True, slots=True)
class Question:
    """A question and the ids of the articles that answer it."""

    text: str
    relevant: frozenset[str]


@dataclass(frozen=True, slots=True)
class Score:
    """Means over a set of questions, all between 0 and 1 but the times.

    :param ndcg3: normalised discounted cumulative gain of the first three.
    :param ndcg10: the same of the first ten.
    :param p1: share of questions whose first hit is right.
    :param mrr10: mean of one divided by the place of the first right hit.
    :param s5: share of questions with a right hit among the first five.
    :param nothing: share of questions without any hit.
    :param p50_ms: median time of an answer.
    :param p95_ms: time that 95 of 100 answers stay below.
    """

    questions: int
    ndcg3: float
    ndcg10: float
    p1: float
    mrr10: float
    s5: float
    nothing: float
    p50_ms: float
    p95_ms: float


def ndcg(ranked: Sequence[str], relevant: frozenset[str], depth: int) -> float:
    """Return the normalised discounted cumulative gain of a ranked list.

    Source: Järvelin and Kekäläinen, Cumulated gain-based evaluation (2002).
    """
    gained = sum(
        1 / math.log2(place + 2) for place, id_ in enumerate(ranked[:depth]) if id_ in relevant
    )
    best = sum(1 / math.log2(place + 2) for place in range(min(len(relevant), depth)))
    return gained / best


def evaluate(ask: Ask, questions: Iterable[Question]) -> Score:
    """Ask every question and average the measures.

    :param questions: at least one.
    """
    rows = []
    for question in questions:
        started = time.perf_counter()
        ranked = list(dict.fromkeys(ask(question.text)))[:_DEPTH]
        spent = (time.perf_counter() - started) * 1000
        rows.append((_measures(ranked, question.relevant), spent))
    means = [fmean(column) for column in zip(*(measures for measures, _ in rows), strict=True)]
    times = sorted(spent for _, spent in rows)
    ndcg3, ndcg10, p1, mrr10, s5, nothing = means
    return Score(
        questions=len(rows),
        ndcg3=ndcg3,
        ndcg10=ndcg10,
        p1=p1,
        mrr10=mrr10,
        s5=s5,
        nothing=nothing,
        p50_ms=times[len(times) // 2],
        p95_ms=times[min(len(times) - 1, int(0.95 * len(times)))],
    )


def _measures(ranked: Sequence[str], relevant: frozenset[str]) -> tuple[float, ...]:
    first = next((place for place, id_ in enumerate(ranked) if id_ in relevant), None)
    return (
        ndcg(ranked, relevant, 3),
        ndcg(ranked, relevant, 10),
        1.0 if first == 0 else 0.0,
        0.0 if first is None else 1 / (first + 1),
        1.0 if first is not None and first < 5 else 0.0,
        0.0 if ranked else 1.0,
    )


def read_questions(lines: Iterable[Mapping[str, object]]) -> list[Question]:
    """Read questions from parsed JSON lines with ``query`` and ``relevant``."""
    questions = []
    for line in lines:
        relevant = line["relevant"]
        assert isinstance(relevant, list)
        questions.append(Question(str(line["query"]), frozenset(str(id_) for id_ in relevant)))
    return questions
