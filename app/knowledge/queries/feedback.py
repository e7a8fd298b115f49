"""What readers said about articles."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import case, func, select

from app.db import db
from app.knowledge.models import ArticleFeedback, Revision
from app.web.pagination import Page, paginate


@dataclass(frozen=True)
class FeedbackCounts:
    """Votes on all revisions of an article."""

    helped: int = 0
    not_helped: int = 0

    @property
    def total(self) -> int:
        """Return the number of votes."""
        return self.helped + self.not_helped


def feedback_counts(article_ids: Collection[int]) -> dict[int, FeedbackCounts]:
    """Return the votes on articles by article id; articles without votes are missing."""
    helped = func.sum(case((ArticleFeedback.helped, 1), else_=0))
    rows = db.session.execute(
        select(ArticleFeedback.article_id, helped, func.count())
        .where(ArticleFeedback.article_id.in_(article_ids))
        .group_by(ArticleFeedback.article_id)
    )
    return {
        article_id: FeedbackCounts(int(yes), int(total - yes)) for article_id, yes, total in rows
    }


def feedback_of(
    article_id: int, *, number: int, per_page: int = 30
) -> tuple[Page[ArticleFeedback], dict[int, int]]:
    """Return a page of the votes on an article, newest first, and revision numbers by id."""
    page = paginate(
        db.session(),
        select(ArticleFeedback)
        .where(ArticleFeedback.article_id == article_id)
        .order_by(ArticleFeedback.given_at.desc(), ArticleFeedback.id.desc()),
        number=number,
        per_page=per_page,
    )
    ids = {vote.revision_id for vote in page.items}
    rows = db.session.execute(select(Revision.id, Revision.number).where(Revision.id.in_(ids)))
    return page, dict(rows.all())
