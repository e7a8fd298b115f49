"""Earlier escalations that this one may be again; a person decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from app.care.models import Flag
from app.db import db
from app.escalations.models import EscalatedTicket, Escalation, EscalationState
from app.escalations.queries.words import shared_words, telling_words
from app.knowledge.models import Article

#: The same area says something for so long. Source: docs/escalations.md, "It came again".
SAME_AREA = timedelta(days=90)
#: Nothing earlier is looked at.
FARTHEST = timedelta(days=730)
MOST_LOOKED_AT = 500
MOST = 5
ENOUGH_WORDS = 2
#: The same article says more than any word.
ARTICLE_POINTS = 5


@dataclass(frozen=True)
class Candidate:
    """An earlier escalation.

    :ivar days: how long ago it was raised.
    :ivar same_area: it was about the same area, not long ago.
    :ivar words: how many telling words their titles have in common.
    :ivar article: title of an article that was flagged on tickets of both; empty for none.
    """

    number: int
    title: str
    state: str
    severity: str
    days: int
    same_area: bool
    words: int
    article: str

    @property
    def points(self) -> int:
        """Return how much speaks for it."""
        said = self.words if self.words >= ENOUGH_WORDS else 0
        return said + self.same_area + ARTICLE_POINTS * bool(self.article)


def recurrence_candidates(escalation: Escalation) -> list[Candidate]:
    """Return earlier escalations that it may be again, the likeliest first; none once confirmed."""
    if escalation.recurrence_of_id is not None:
        return []
    rows = db.session.execute(
        select(
            Escalation.id,
            Escalation.number,
            Escalation.title,
            Escalation.state,
            Escalation.severity,
            Escalation.area_id,
            Escalation.raised_at,
        )
        .where(
            Escalation.number < escalation.number,
            Escalation.raised_at >= escalation.raised_at - FARTHEST,
            Escalation.state != EscalationState.DUPLICATE,
        )
        .order_by(Escalation.id.desc())
        .limit(MOST_LOOKED_AT)
    ).all()
    articles = _articles([escalation.id, *(row.id for row in rows)]) if rows else {}
    words = telling_words(escalation.title)
    found = [_candidate(row, escalation, words, articles) for row in rows]
    likely = [each for each in found if each.points]
    return sorted(likely, key=lambda each: (-each.points, each.days, -each.number))[:MOST]


def _candidate(
    row: Any,
    escalation: Escalation,
    words: frozenset[str],
    articles: Mapping[int, Mapping[int, str]],
) -> Candidate:
    age = escalation.raised_at - row.raised_at
    mine, theirs = articles.get(escalation.id, {}), articles.get(row.id, {})
    return Candidate(
        number=row.number,
        title=row.title,
        state=row.state,
        severity=row.severity,
        days=age.days,
        same_area=(
            row.area_id is not None and row.area_id == escalation.area_id and age <= SAME_AREA
        ),
        words=shared_words(words, telling_words(row.title)),
        article=next((mine[key] for key in sorted(mine.keys() & theirs.keys())), ""),
    )


def _articles(escalation_ids: Sequence[int]) -> dict[int, dict[int, str]]:
    """Return, by escalation, the articles that were flagged on its tickets, with their titles."""
    flagged = (
        select(EscalatedTicket.escalation_id, Flag.article_id, Article.title)
        .join(Flag, Flag.ticket_id == EscalatedTicket.ticket_id)
        .join(Article, Article.id == Flag.article_id)
        .where(EscalatedTicket.escalation_id.in_(escalation_ids))
    )
    found: dict[int, dict[int, str]] = {}
    for row in db.session.execute(flagged):
        found.setdefault(row.escalation_id, {})[row.article_id] = row.title
    return found
