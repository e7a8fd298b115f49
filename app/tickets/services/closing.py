"""Closing what has been solved and quiet for long enough."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from app.db import db
from app.events.actor import SYSTEM
from app.tickets.models import Ticket, TicketState
from app.tickets.services.properties import move_to

CLOSE_JOB = "tickets.close_quiet"
#: Few enough that nobody waits for the lock meanwhile.
BATCH = 50


def close_quiet_tickets(*, quiet_days: int, now: datetime) -> int:
    """Close solved tickets that nobody has touched for some days, at most :data:`BATCH`.

    When they were solved stays as it is. So does their place in the lists: closing is no news.

    :param quiet_days: calendar days without any message, note or change.
    :returns: how many were closed.
    """
    tickets = db.session.scalars(
        select(Ticket)
        .where(Ticket.state == TicketState.SOLVED, Ticket.updated_at <= now - timedelta(quiet_days))
        .order_by(Ticket.updated_at, Ticket.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    ).all()
    for ticket in tickets:
        touched_at = ticket.updated_at
        move_to(ticket, TicketState.CLOSED, actor=SYSTEM, now=now)
        ticket.updated_at = touched_at
    return len(tickets)
