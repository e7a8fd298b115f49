"""What readers see: publishing, taking back, archiving."""

from __future__ import annotations

from datetime import datetime

from app.errors import Invalid
from app.events.actor import Actor
from app.events.catalogue.knowledge import ArticlePublished, ArticleStateChanged
from app.events.services import record
from app.knowledge.models import Article, ArticleState
from app.knowledge.services.changes import lock, touch


def publish_article(article: Article, *, actor: Actor, now: datetime) -> Article:
    """Show the newest revision to readers; nothing happens if they see it already.

    :raises Invalid: the article has no text.
    """
    lock(article)
    if article.latest_revision_id is None:
        raise Invalid("An article without text cannot be published.")
    unchanged = article.published_revision_id == article.latest_revision_id
    if unchanged and article.state == ArticleState.PUBLISHED:
        return article
    if not unchanged:
        article.published_revision_id = article.latest_revision_id
        record(ArticlePublished(article.id, article.latest_revision_id), actor=actor, at=now)
    article.published_at = article.published_at or now
    _move(article, ArticleState.PUBLISHED, actor=actor, now=now)
    return article


def unpublish_article(article: Article, *, actor: Actor, now: datetime) -> Article:
    """Take an article back to draft: readers and search no longer find it."""
    lock(article)
    if article.state != ArticleState.DRAFT:
        _move(article, ArticleState.DRAFT, actor=actor, now=now)
    return article


def archive_article(article: Article, *, actor: Actor, now: datetime) -> Article:
    """Put an article away for good; its text, votes and address are kept."""
    lock(article)
    if article.state != ArticleState.ARCHIVED:
        _move(article, ArticleState.ARCHIVED, actor=actor, now=now)
    return article


def _move(article: Article, state: ArticleState, *, actor: Actor, now: datetime) -> None:
    if article.state != state:
        old, article.state = article.state, state.value
        record(ArticleStateChanged(article.id, str(old), state.value), actor=actor, at=now)
    touch(article, now=now)
