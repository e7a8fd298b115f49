"""Reads that only the help centre needs."""

from __future__ import annotations

from app.db import db
from app.tickets.models import Ticket


def ticket_by_id(ticket_id: int) -> Ticket:
    """Return a ticket that this request has just opened or been led to by its link."""
    return db.session.get_one(Ticket, ticket_id)
