"""How much one term says about one document, worked out once, when it is indexed.

The score of a document is a plain sum over the query's terms of ``idf * impact``; the impact is
a sum over fields of BM25's saturating term frequency, each field with its own weight and curve.
Nothing in an impact depends on the other documents except the typical field lengths, which are
fixed when a generation is built. So a search only multiplies and adds, and publishing an article
leaves what is known about all others as it is.

Source: Robertson and Zaragoza, The Probabilistic Relevance Framework (2009), section 3;
weights and curves measured on two collections, see docs/search.md.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.search.engine.analysis import AnalysedDocument


@dataclass(frozen=True, slots=True)
class FieldCurve:
    """Weight of a field and the shape of its term-frequency curve.

    :param k1: how slowly repetition stops counting.
    :param b: how far a long field is discounted, 0 to 1.
    """

    weight: float
    k1: float
    b: float


FIELD_CURVES: Mapping[str, FieldCurve] = {
    "title": FieldCurve(2.5, 1.2, 0.6),
    "tags": FieldCurve(0.6, 1.2, 0.3),
    "headings": FieldCurve(0.3, 1.2, 0.5),
    "lead": FieldCurve(0.2, 1.2, 0.5),
    "body": FieldCurve(1.0, 2.2, 0.8),
}

#: Field lengths in terms, assumed while a collection is too small to tell.
TYPICAL_LENGTHS: Mapping[str, float] = {
    "title": 6.0,
    "tags": 4.0,
    "headings": 12.0,
    "lead": 70.0,
    "body": 160.0,
}

_DOCUMENTS_THAT_TELL = 20
# Lengths are rounded to steps of a quarter octave, so that a rebuild after a few changes gives
# the same impacts as the changes one by one.
_STEPS_PER_OCTAVE = 4


def measure_lengths(documents: Iterable[AnalysedDocument]) -> dict[str, float]:
    """Return the typical field lengths of a collection.

    :param documents: all of them or a fair sample.
    """
    totals: Counter[str] = Counter()
    count = 0
    for document in documents:
        count += 1
        for name, terms in document.terms.items():
            totals[name] += len(terms)
    if count < _DOCUMENTS_THAT_TELL:
        return dict(TYPICAL_LENGTHS)
    return {name: _rounded(totals[name] / count) for name in FIELD_CURVES}


def _rounded(length: float) -> float:
    steps = round(math.log2(max(1.0, length)) * _STEPS_PER_OCTAVE)
    return float(2 ** (steps / _STEPS_PER_OCTAVE))


def term_impacts(document: AnalysedDocument, lengths: Mapping[str, float]) -> dict[str, float]:
    """Return the impact of each distinct term of a document.

    :param lengths: typical field lengths of the generation.
    """
    impacts: dict[str, float] = {}
    for name, terms in document.terms.items():
        if not terms:
            continue
        curve = FIELD_CURVES[name]
        norm = curve.k1 * (1 - curve.b + curve.b * len(terms) / lengths[name])
        top = curve.weight * (curve.k1 + 1)
        for term, frequency in Counter(terms).items():
            gain = top * frequency / (frequency + norm)
            impacts[term] = impacts.get(term, 0.0) + gain
    return impacts


def inverse_document_frequency(matching: int, total: int) -> float:
    """Return how telling a term is; nearly nought when every document has it.

    :param matching: documents with the term.
    :param total: documents altogether.
    """
    return math.log(1 + (total - matching + 0.5) / (matching + 0.5))
