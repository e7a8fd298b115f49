"""The one search for articles: widget, help centre, portal and API all call it."""

from __future__ import annotations

import logging
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, or_, select
from sqlalchemy.exc import SQLAlchemyError

from app.db import db, rollback_session
from app.knowledge.models import Article, ArticleState, Tag, article_tags
from app.knowledge.queries import category_nodes, category_paths
from app.search.documents import Facets, Hit, MarkedText, SearchOutcome
from app.search.services import search

log = logging.getLogger(__name__)

#: Words of a question that the search by titles looks for.
_FALLBACK_WORDS = 6
_SHORTEST_WORD = 3


@dataclass(frozen=True, slots=True)
class ArticleHit:
    """A found article that the asker may read.

    :ivar title_parts: the title in parts; the flag marks what matches. The same for the snippet.
    :ivar category: path such as ``Billing/Invoices``.
    """

    article_id: int
    external_id: str | None
    revision_id: int
    slug: str
    title: str
    title_parts: MarkedText
    snippet_parts: MarkedText
    score: float
    category: str
    tags: tuple[str, ...]
    audience: str

    @property
    def snippet(self) -> str:
        """Return the snippet without marks."""
        return "".join(text for text, _ in self.snippet_parts)


@dataclass(frozen=True, slots=True)
class FoundArticles:
    """The answer to one search.

    :ivar total: relevant articles, counted up to the depth the engine ranks.
    :ivar degraded: only titles were looked at, because the index could not answer.
    :ivar took_ms: milliseconds, database included.
    """

    query: str
    items: tuple[ArticleHit, ...] = ()
    total: int = 0
    did_you_mean: str | None = None
    degraded: bool = False
    took_ms: float = 0.0
    facets: Facets | None = None


def find_articles(
    query: str,
    *,
    audiences: Collection[str],
    limit: int,
    offset: int = 0,
    as_you_type: bool = False,
    tags: Sequence[str] = (),
    category: str | None = None,
    facets: bool = False,
) -> FoundArticles:
    """Find published articles.

    Never raises: without an index titles are searched in the database, and without a database
    nothing is found, marked `degraded` each time. Each hit is checked against the database,
    because the index may lag a moment behind an unpublishing.

    :param query: words as typed.
    :param audiences: the asker's audiences.
    :param as_you_type: the last word may be unfinished.
    :param tags: only articles with all of these.
    :param category: only articles in this category path or below.
    :param facets: count tags and categories too.
    """
    started = time.perf_counter()
    outcome = search(
        query,
        audiences=frozenset(audiences),
        limit=limit,
        offset=offset,
        as_you_type=as_you_type,
        types=("article",),
        tags=tags,
        category=category,
        facets=facets,
    )
    try:
        if outcome.degraded:
            items, total = _by_title(query, audiences, limit, offset, tags, category)
        else:
            items = _checked(outcome, audiences)
            total = outcome.total - (len(outcome.hits) - len(items))
    except SQLAlchemyError as error:
        # Search is on the way to the form; a database in trouble may not close that way.
        log.warning("article search without database: %s", type(error).__name__)
        rollback_session()
        return FoundArticles(outcome.query, degraded=True, took_ms=_since(started))
    return FoundArticles(
        query=outcome.query,
        items=tuple(items),
        total=total,
        did_you_mean=outcome.did_you_mean,
        degraded=outcome.degraded,
        took_ms=_since(started),
        facets=outcome.facets,
    )


def _checked(outcome: SearchOutcome, audiences: Collection[str]) -> list[ArticleHit]:
    ids = [hit.id for hit in outcome.hits]
    if not ids:
        return []
    rows = {
        row.id: row for row in db.session.execute(_readable(audiences).where(Article.id.in_(ids)))
    }
    return [_hit(rows[hit.id], hit) for hit in outcome.hits if hit.id in rows]


def _readable(audiences: Collection[str]) -> Select[int, str | None, int | None, str, str]:
    return select(
        Article.id,
        Article.external_id,
        Article.published_revision_id,
        Article.slug,
        Article.audience,
    ).where(
        Article.state == ArticleState.PUBLISHED,
        Article.audience.in_(audiences),
        Article.published_revision_id.is_not(None),
    )


def _hit(row: Row[int, str | None, int | None, str, str], hit: Hit) -> ArticleHit:
    return ArticleHit(
        article_id=row.id,
        external_id=row.external_id,
        revision_id=row.published_revision_id or 0,
        slug=row.slug,
        title=hit.plain_title,
        title_parts=hit.title,
        snippet_parts=hit.snippet,
        score=hit.score,
        category=hit.category,
        tags=hit.tags,
        audience=str(row.audience),
    )


def unmarked_hit(row: Row[*tuple[Any, ...]], *, score: float, category: str) -> ArticleHit:
    """Return a hit that the index had no part in: nothing marked, the summary as the snippet.

    :param row: an article's key, external id, published revision, slug, title, summary, audience.
    :param score: comparable within one answer only.
    :param category: path of its category.
    """
    return ArticleHit(
        article_id=row.id,
        external_id=row.external_id,
        revision_id=row.published_revision_id or 0,
        slug=row.slug,
        title=row.title,
        title_parts=((row.title, False),),
        snippet_parts=((row.summary, False),),
        score=float(score),
        category=category,
        tags=(),
        audience=str(row.audience),
    )


def _by_title(
    query: str,
    audiences: Collection[str],
    limit: int,
    offset: int,
    tags: Sequence[str],
    category: str | None,
) -> tuple[list[ArticleHit], int]:
    """Search titles in the database: those with more of the words first."""
    words = [word for word in query.lower().split() if len(word) >= _SHORTEST_WORD]
    words = sorted(set(words), key=len, reverse=True)[:_FALLBACK_WORDS]
    if not words:
        return [], 0
    matches: list[ColumnElement[bool]] = [
        func.lower(Article.title).contains(word, autoescape=True) for word in words
    ]
    wanted = _readable(audiences).where(or_(*matches))
    if category:
        keys = [
            key
            for node in category_nodes(counted=False).values()
            if node.path_text == category
            for key in node.ids
        ]
        wanted = wanted.where(Article.category_id.in_(keys))
    for tag in tags:
        tagged = select(article_tags.c.article_id).join(Tag).where(Tag.name == tag)
        wanted = wanted.where(Article.id.in_(tagged))
    rows = db.session.execute(
        wanted.add_columns(Article.title, Article.summary, Article.category_id)
        .order_by(Article.updated_at.desc(), Article.id)
        .limit(200)
    ).all()
    paths = category_paths()
    scored = [(sum(word in row.title.lower() for word in words), row) for row in rows]
    scored.sort(key=lambda pair: -pair[0])
    hits = [
        unmarked_hit(row, score=score, category=paths.get(row.category_id, ""))
        for score, row in scored[offset : offset + limit]
    ]
    return hits, len(scored)


def _since(started: float) -> float:
    return (time.perf_counter() - started) * 1000
