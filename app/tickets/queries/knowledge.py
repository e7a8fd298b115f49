"""What tickets say about the knowledge base: what is not written down, and how often."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from app.care.models import KnowledgeNote, Verdict
from app.db import db
from app.tickets.models import Message, MessageKind, Ticket

MOST_SHOWN = 200
#: What an article could still be written of.
_TO_WRITE = (Verdict.UNWRITTEN, Verdict.NEW)


@dataclass(frozen=True)
class UnwrittenLine:
    """A ticket whose answer no article holds.

    :ivar verdict: a :class:`Verdict`.
    """

    number: int
    subject: str
    verdict: str
    noted_at: datetime


@dataclass(frozen=True)
class ArticleTicket:
    """A ticket that an article answered, or that it was drafted from."""

    number: int
    subject: str
    verdict: str


def unwritten_lines() -> list[UnwrittenLine]:
    """Return the tickets that an article should be written of, the oldest first."""
    rows = db.session.execute(
        select(Ticket.number, Ticket.subject, KnowledgeNote.verdict, KnowledgeNote.noted_at)
        .join(Ticket, Ticket.id == KnowledgeNote.ticket_id)
        .where(_is_unwritten())
        .order_by(KnowledgeNote.id)
        .limit(MOST_SHOWN)
    )
    return [UnwrittenLine(**row._mapping) for row in rows]


def count_unwritten() -> int:
    """Return how many tickets an article should be written of."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(KnowledgeNote)
            .join(Ticket, Ticket.id == KnowledgeNote.ticket_id)
            .where(_is_unwritten())
        )
        or 0
    )


def _is_unwritten() -> ColumnElement[bool]:
    return (
        KnowledgeNote.verdict.in_(_TO_WRITE)
        & KnowledgeNote.article_id.is_(None)
        & Ticket.disposition.is_(None)
    )


def verdict_counts(*, since: datetime) -> Mapping[str, int]:
    """Return how many tickets solved since a moment have which verdict, set aside ones left out.

    :returns: by the value of a :class:`Verdict`; under ``""`` those of which nobody said anything.
    """
    rows = db.session.execute(
        select(func.coalesce(KnowledgeNote.verdict, "").label("verdict"), func.count().label("n"))
        .select_from(Ticket)
        .outerjoin(KnowledgeNote, KnowledgeNote.ticket_id == Ticket.id)
        .where(Ticket.solved_at >= since, Ticket.disposition.is_(None))
        .group_by(KnowledgeNote.verdict)
    )
    return {row.verdict: row.n for row in rows}


def tickets_of_article(article_id: int) -> list[ArticleTicket]:
    """Return the tickets that an article answered or came from, the newest first."""
    rows = db.session.execute(
        select(Ticket.number, Ticket.subject, KnowledgeNote.verdict)
        .join(Ticket, Ticket.id == KnowledgeNote.ticket_id)
        .where(KnowledgeNote.article_id == article_id)
        .order_by(KnowledgeNote.id.desc())
        .limit(MOST_SHOWN)
    )
    return [ArticleTicket(**row._mapping) for row in rows]


def question_and_answer(ticket: Ticket) -> tuple[str, str]:
    """Return the first public message of the requester, and the last of ours; "" for none."""
    said = select(Message.body).where(
        Message.ticket_id == ticket.id, Message.kind == MessageKind.MESSAGE
    )
    asked = said.where(Message.staff_id.is_(None)).order_by(Message.id).limit(1)
    answered = said.where(Message.staff_id.is_not(None)).order_by(Message.id.desc()).limit(1)
    return db.session.scalar(asked) or "", db.session.scalar(answered) or ""
