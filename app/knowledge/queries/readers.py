"""Lists of articles for readers."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, case, func, select

from app.db import db
from app.knowledge.models import Article, ArticleFeedback, ArticleState, article_tags
from app.web.pagination import Page, paginate

#: Votes that an article starts with, so that one "yes" does not outrank twenty.
PRIOR_VOTES = 4


@dataclass(frozen=True)
class Address:
    """An article's place for search engines."""

    slug: str
    updated_at: datetime


def articles_in_category(
    category_ids: Collection[int], *, audiences: Collection[str], number: int, per_page: int = 50
) -> Page[Article]:
    """Return published articles of some categories, by title."""
    query = readable(audiences).where(Article.category_id.in_(category_ids))
    return paginate(
        db.session(), query.order_by(Article.title, Article.id), number=number, per_page=per_page
    )


def popular_articles(*, audiences: Collection[str], limit: int) -> Sequence[Article]:
    """Return the articles that helped most people, the newest where nobody has voted."""
    yes = func.sum(case((ArticleFeedback.helped, 1), else_=0))
    score = yes * 1.0 * yes / (func.count() + PRIOR_VOTES)
    votes = (
        select(ArticleFeedback.article_id, score.label("score"))
        .group_by(ArticleFeedback.article_id)
        .order_by(score.desc())
        .limit(limit * 4)
        .subquery()
    )
    query = (
        readable(audiences)
        .outerjoin(votes, votes.c.article_id == Article.id)
        .order_by(func.coalesce(votes.c.score, 0).desc(), Article.published_at.desc(), Article.id)
    )
    return db.session.scalars(query.limit(limit)).all()


def related_articles(
    article: Article, *, audiences: Collection[str], limit: int = 5
) -> Sequence[Article]:
    """Return articles that share tags with this one, then those of its category."""
    shared = (
        select(article_tags.c.article_id, func.count().label("shared"))
        .where(article_tags.c.tag_id.in_([tag.id for tag in article.tags]))
        .group_by(article_tags.c.article_id)
        .subquery()
    )
    near = case((Article.category_id == article.category_id, 1), else_=0)
    closeness = func.coalesce(shared.c.shared, 0) + near
    query = (
        readable(audiences)
        .outerjoin(shared, shared.c.article_id == Article.id)
        .where(Article.id != article.id, closeness > 0)
        .order_by(closeness.desc(), Article.updated_at.desc(), Article.id)
    )
    return db.session.scalars(query.limit(limit)).all()


def indexable_addresses(limit: int = 50_000) -> list[Address]:
    """Return where search engines find the public articles (a sitemap holds 50,000)."""
    rows = db.session.execute(
        select(Article.slug, Article.updated_at)
        .where(Article.state == ArticleState.PUBLISHED, Article.audience == "public")
        .order_by(Article.id)
        .limit(limit)
    )
    return [Address(slug, updated_at) for slug, updated_at in rows]


def readable(audiences: Collection[str]) -> Select[Article]:
    """Return the query of articles that these audiences may read."""
    return select(Article).where(
        Article.state == ArticleState.PUBLISHED,
        Article.audience.in_(audiences),
        Article.published_revision_id.is_not(None),
    )
