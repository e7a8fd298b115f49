"""What every change of an article does besides the change itself."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select

from app.db import db
from app.events.actor import Actor, ActorKind
from app.knowledge.models import Article, Tag
from app.search.services import enqueue


def touch(article: Article, *, now: datetime) -> None:
    """Count a change and have the search index follow it."""
    article.version += 1
    article.updated_at = now
    enqueue("article", article.id, article.version)


def lock(article: Article) -> None:
    """Read an article's state anew and keep others from changing it until the commit."""
    db.session.flush()  # reading anew forgets what is not written yet
    db.session.refresh(
        article,
        attribute_names=["version", "state", "latest_revision_id", "published_revision_id"],
        with_for_update=True,
    )


def author_of(actor: Actor) -> int | None:
    """Return the staff id of who acts, for revisions."""
    return actor.id if actor.kind is ActorKind.STAFF else None


def tags_named(names: Iterable[str]) -> list[Tag]:
    """Return the tags with these names, making those that are new."""
    wanted = list(names)
    if not wanted:
        return []
    known = {tag.name: tag for tag in db.session.scalars(select(Tag).where(Tag.name.in_(wanted)))}
    for name in wanted:
        if name not in known:
            known[name] = Tag(name=name)
            db.session.add(known[name])
    return [known[name] for name in wanted]
