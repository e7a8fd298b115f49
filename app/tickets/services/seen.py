"""Noting who has seen what."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, func, select, update

from app.db import db
from app.tickets.models import Message, Ticket, TicketRead
from app.tickets.queries.merged import in_family


def mark_seen(ticket_id: int, *, now: datetime) -> None:
    """Note that the requester has the thread before them.

    Takes the key: a page calls it after its answer has been sent, in a unit of its own.
    """
    db.session.execute(update(Ticket).where(Ticket.id == ticket_id).values(customer_seen_at=now))


def mark_read(ticket_id: int, *, staff_id: int, now: datetime) -> None:
    """Note that a member of staff has the whole thread before them."""
    newest = db.session.scalar(
        select(func.max(Message.id)).where(in_family(Message.__table__.c.ticket_id)),
        {"ticket_id": ticket_id},
    )
    if newest is None:
        return
    mine = (TicketRead.ticket_id == ticket_id, TicketRead.staff_id == staff_id)
    changed = db.session.execute(update(TicketRead).where(*mine).values(last_message_id=newest))
    if not changed.rowcount:  # type: ignore[attr-defined]
        db.session.add(
            TicketRead(
                ticket_id=ticket_id, staff_id=staff_id, last_message_id=newest, created_at=now
            )
        )


def mark_unread(ticket_id: int, *, staff_id: int) -> None:
    """Forget that a member of staff has read a ticket."""
    db.session.execute(
        delete(TicketRead).where(TicketRead.ticket_id == ticket_id, TicketRead.staff_id == staff_id)
    )
