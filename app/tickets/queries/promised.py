"""What was promised on tickets, with the tickets."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.db import db
from app.tickets.models import Message, MessageKind


@dataclass(frozen=True)
class ReplyMoment:
    """An answer to the customer, and when it was sent."""

    id: int
    sent_at: datetime


def last_reply(ticket_id: int) -> ReplyMoment | None:
    """Return the newest answer to the customer of a ticket."""
    row = db.session.execute(
        select(Message.id, Message.sent_at)
        .where(
            Message.ticket_id == ticket_id,
            Message.kind == MessageKind.MESSAGE,
            Message.staff_id.is_not(None),
        )
        .order_by(Message.id.desc())
        .limit(1)
    ).first()
    return None if row is None else ReplyMoment(row.id, row.sent_at)
