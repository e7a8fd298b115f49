"""Text that an editor has typed and not saved: kept while they type, shown to nobody else."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select

from app.db import db
from app.knowledge.models import Article, ArticleDraft
from app.knowledge.services.validation import LONGEST_TITLE, clean_body


def draft_of(article: Article, *, staff_id: int) -> ArticleDraft | None:
    """Return the kept text of one editor."""
    return db.session.scalar(
        select(ArticleDraft).where(
            ArticleDraft.article_id == article.id, ArticleDraft.staff_id == staff_id
        )
    )


def save_draft(
    article: Article, *, title: str, body: str, base_version: int, staff_id: int, now: datetime
) -> ArticleDraft:
    """Keep what an editor has typed so far.

    An unfinished title may be empty here.

    :param base_version: the article's version they started from.
    :raises Invalid: the body is too long to be kept.
    """
    title = " ".join(title.replace("\x00", "").split())[:LONGEST_TITLE]
    body = clean_body(body)
    draft = draft_of(article, staff_id=staff_id)
    if draft is None:
        draft = ArticleDraft(article_id=article.id, staff_id=staff_id)
        db.session.add(draft)
    draft.title = title
    draft.body = body
    draft.base_version = base_version
    draft.saved_at = now
    return draft


def discard_draft(article: Article, *, staff_id: int) -> None:
    """Forget the kept text of one editor."""
    db.session.execute(
        delete(ArticleDraft).where(
            ArticleDraft.article_id == article.id, ArticleDraft.staff_id == staff_id
        )
    )
