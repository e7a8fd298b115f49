"""Articles that a conversation links to."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy import exists, select

from app.db import db
from app.knowledge.models import Article
from app.tickets.models import Message, MessageKind

#: What every link to an article holds.
ARTICLE_LINK = "/help/articles/"
_SLUG = re.compile(rf"{ARTICLE_LINK}([\w-]+)")


@dataclass(frozen=True)
class LinkedArticle:
    """An article as one chooses it."""

    id: int
    title: str


def links_article(ticket_id: int) -> bool:
    """Say whether an answer to a ticket links to an article."""
    linked = exists().where(
        Message.ticket_id == ticket_id,
        Message.kind == MessageKind.MESSAGE,
        Message.staff_id.is_not(None),
        Message.body.contains(ARTICLE_LINK),
    )
    return bool(db.session.scalar(select(linked)))


def articles_linked(ticket_id: int) -> list[LinkedArticle]:
    """Return the articles that answers to a ticket link to, the last linked first."""
    bodies = db.session.scalars(
        select(Message.body)
        .where(
            Message.ticket_id == ticket_id,
            Message.kind == MessageKind.MESSAGE,
            Message.staff_id.is_not(None),
            Message.body.contains(ARTICLE_LINK),
        )
        .order_by(Message.id)
    ).all()
    slugs = [slug for body in bodies for slug in _SLUG.findall(body)]
    if not slugs:
        return []
    rows = db.session.execute(
        select(Article.id, Article.title, Article.slug).where(Article.slug.in_(slugs))
    )
    last = {slug: place for place, slug in enumerate(slugs)}
    found = sorted(rows, key=lambda row: -last[row.slug])
    return [LinkedArticle(row.id, row.title) for row in found]
