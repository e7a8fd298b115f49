"""Articles as search sees them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from app.db import db
from app.knowledge.markdown import plain_text_of
from app.knowledge.models import Article, ArticleState
from app.knowledge.queries import category_paths
from app.search.documents import Audience, SearchDocument
from app.search.services import DocumentSource


def load_documents(ids: Sequence[int]) -> list[SearchDocument]:
    """Return the search documents of the published articles among some ids."""
    articles = db.session.scalars(
        select(Article)
        .options(selectinload(Article.tags), joinedload(Article.published_revision))
        .where(
            Article.id.in_(ids),
            Article.state == ArticleState.PUBLISHED,
            Article.published_revision_id.is_not(None),
        )
    )
    paths = category_paths()
    return [_document(article, paths[article.category_id]) for article in articles]


def document_versions() -> Mapping[int, int]:
    """Return the version of every published article by id."""
    rows = db.session.execute(
        select(Article.id, Article.version).where(
            Article.state == ArticleState.PUBLISHED, Article.published_revision_id.is_not(None)
        )
    )
    return dict(rows.all())


def _document(article: Article, category: str) -> SearchDocument:
    revision = article.published_revision
    assert revision is not None  # the query asked for it
    body, headings = plain_text_of(revision.body)
    return SearchDocument(
        id=article.id,
        type="article",
        title=revision.title,
        body=body,
        headings="\n".join(headings),
        tags=tuple(sorted(tag.name for tag in article.tags)),
        category=category,
        audience=cast(Audience, str(article.audience)),
        updated_at=article.updated_at,
        version=article.version,
    )


#: What the factory hands to :func:`app.search.services.use_search`.
ARTICLE_SOURCE = DocumentSource(kind="article", load=load_documents, versions=document_versions)
