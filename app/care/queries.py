"""What was noted about one ticket."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.care.models import Flag, KnowledgeNote
from app.db import db


def flags_of_ticket(ticket_id: int) -> list[Flag]:
    """Return the flags of a ticket with their articles, oldest first."""
    return list(
        db.session.scalars(
            select(Flag)
            .where(Flag.ticket_id == ticket_id)
            .options(joinedload(Flag.article))
            .order_by(Flag.id)
        )
    )


def knowledge_of_ticket(ticket_id: int) -> KnowledgeNote | None:
    """Return what a ticket says about the knowledge base, with its article."""
    return db.session.scalar(
        select(KnowledgeNote)
        .where(KnowledgeNote.ticket_id == ticket_id)
        .options(joinedload(KnowledgeNote.article))
    )
