"""Messages that came by mail, and what an answer answers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import bindparam, select

from app.db import db, fetch
from app.tickets.models import Message, MessageKind


def received_ids(ticket_id: int) -> list[tuple[datetime, str]]:
    """Return time and Message-ID of the mails that a ticket's messages came in, oldest first.

    A mail that had no Message-ID of its own has none to refer to.
    """
    rows = fetch(_RECEIVED, ticket_id=ticket_id)
    found = [(row.sent_at, (row.mail or {}).get("message_id", "")) for row in rows]
    return [(sent_at, message_id) for sent_at, message_id in found if message_id]


#: Every mail asks this; built once.
_RECEIVED = (
    select(Message.sent_at, Message.mail)
    .where(Message.ticket_id == bindparam("ticket_id"), Message.mail.is_not(None))
    .order_by(Message.id)
)


def message_answered_by(answer: Message) -> Message | None:
    """Return the last public message of the customer's before an answer, if there is one."""
    return db.session.scalar(
        select(Message)
        .where(
            Message.ticket_id == answer.ticket_id,
            Message.kind == MessageKind.MESSAGE,
            Message.staff_id.is_(None),
            Message.id < answer.id,
        )
        .order_by(Message.id.desc())
        .limit(1)
    )
