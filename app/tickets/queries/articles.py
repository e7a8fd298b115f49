"""Articles that a conversation links to."""

from __future__ import annotations

from sqlalchemy import exists, select

from app.db import db
from app.tickets.models import Message, MessageKind

#: What every link to an article holds.
ARTICLE_LINK = "/help/articles/"


def links_article(ticket_id: int) -> bool:
    """Say whether an answer to a ticket links to an article."""
    linked = exists().where(
        Message.ticket_id == ticket_id,
        Message.kind == MessageKind.MESSAGE,
        Message.staff_id.is_not(None),
        Message.body.contains(ARTICLE_LINK),
    )
    return bool(db.session.scalar(select(linked)))
