"""What tickets showed that should be mended, for those who mend it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.care.models import Flag
from app.db import db
from app.knowledge.models import Article
from app.tickets.models import Ticket

MOST_SHOWN = 200


@dataclass(frozen=True)
class FlagLine:
    """A flag with the ticket that showed it and the article it means."""

    id: int
    kind: str
    gap: str | None
    note: str
    looked_for: str
    created_at: datetime
    settled_at: datetime | None
    settled_note: str
    number: int
    subject: str
    article_id: int | None
    article_title: str | None


def flag_lines(*, kind: str, settled: bool) -> list[FlagLine]:
    """Return flags of a kind: open ones oldest first, settled ones newest first."""
    order: Sequence[object] = (Flag.id,)
    if settled:
        order = (Flag.settled_at.desc(), Flag.id.desc())
    rows = db.session.execute(
        select(
            Flag.id,
            Flag.kind,
            Flag.gap,
            Flag.note,
            Flag.looked_for,
            Flag.created_at,
            Flag.settled_at,
            Flag.settled_note,
            Ticket.number,
            Ticket.subject,
            Flag.article_id,
            Article.title.label("article_title"),
        )
        .join(Ticket, Ticket.id == Flag.ticket_id)
        .outerjoin(Article, Article.id == Flag.article_id)
        .where(Flag.kind == kind, Flag.settled_at.is_not(None) == settled)
        .order_by(*order)  # type: ignore[arg-type]
        .limit(MOST_SHOWN)
    )
    return [FlagLine(**row._mapping) for row in rows]


def open_flags() -> dict[str, int]:
    """Return how many flags of each kind wait to be settled."""
    rows = db.session.execute(
        select(Flag.kind, func.count().label("open"))
        .where(Flag.settled_at.is_(None))
        .group_by(Flag.kind)
    )
    return {row.kind: row.open for row in rows}
