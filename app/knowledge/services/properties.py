"""Properties of an article beside its text."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete

from app.db import db
from app.errors import Invalid
from app.events.actor import Actor
from app.events.catalogue.knowledge import ArticleChanged
from app.events.services import record
from app.knowledge.models import Article, ArticleSlug, Category
from app.knowledge.queries import taken_slugs
from app.knowledge.services.changes import lock, tags_named, touch
from app.knowledge.services.validation import (
    LONGEST_SUMMARY,
    clean_audience,
    clean_patterns,
    clean_slug,
    clean_tags,
)

#: Field, old value and new value, as events carry them.
Changes = list[tuple[str, str, str]]


def change_properties(
    article: Article,
    *,
    actor: Actor,
    now: datetime,
    slug: str | None = None,
    audience: str | None = None,
    category: Category | None = None,
    tags: Sequence[str] | None = None,
    owner_id: int | None = None,
    url_patterns: Sequence[str] | None = None,
    summary: str | None = None,
) -> list[str]:
    """Change what is given and leave the rest; each change is an event of its own.

    :param article: loaded with category and tags.
    :param slug: the former one goes on as a redirect.
    :param owner_id: 0 means nobody.
    :returns: names of the properties that changed.
    :raises Invalid: a value that cannot be, or an address another article has or had.
    """
    lock(article)
    changes: Changes = []
    if slug is not None:
        _change_slug(article, clean_slug(slug), changes)
    if category is not None and category.id != article.category_id:
        changes.append(("category", article.category.name, category.name))
        article.category = category
    if tags is not None:
        _change_tags(article, clean_tags(tags), changes)
    if audience is not None:
        _set(article, "audience", clean_audience(audience), changes)
    if owner_id is not None:
        _set(article, "owner_id", owner_id or None, changes)
    if url_patterns is not None:
        _set(article, "url_patterns", clean_patterns(url_patterns), changes)
    if summary is not None:
        _set(article, "summary", " ".join(summary.split())[:LONGEST_SUMMARY], changes)
    for field, old, new in changes:
        record(ArticleChanged(article.id, field, old, new), actor=actor, at=now)
    if changes:
        touch(article, now=now)
    return [field for field, _old, _new in changes]


def _set(article: Article, field: str, value: Any, changes: Changes) -> None:
    """Set one column if its value is another, and note both values as text."""
    old = getattr(article, field)
    if old != value:
        changes.append((field.removesuffix("_id"), _as_text(old), _as_text(value)))
        setattr(article, field, value)


def _as_text(value: Any) -> str:
    if isinstance(value, list):
        return " ".join(value)
    return "" if value is None else str(value)


def _change_slug(article: Article, slug: str, changes: Changes) -> None:
    """Give an article another address and keep the former one as a redirect."""
    if slug == article.slug:
        return
    if taken_slugs([slug]).get(slug, article.id) != article.id:
        raise Invalid(fields={"slug": ["Another article has or had this address."]})
    # Taking an own former address back: it cannot redirect to itself.
    db.session.execute(delete(ArticleSlug).where(ArticleSlug.slug == slug))
    db.session.add(ArticleSlug(slug=article.slug, article_id=article.id))
    changes.append(("slug", article.slug, slug))
    article.slug = slug


def _change_tags(article: Article, wanted: list[str], changes: Changes) -> None:
    present = [tag.name for tag in article.tags]
    if sorted(present) != sorted(wanted):
        changes.append(("tags", ", ".join(present), ", ".join(wanted)))
        article.tags = tags_named(wanted)
