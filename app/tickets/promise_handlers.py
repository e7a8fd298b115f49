"""What a ticket keeps of the promises made on it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update

from app.db import db
from app.events.actor import Actor
from app.events.catalogue.base import Event
from app.events.catalogue.promises import PromiseCarriedOver
from app.promises.queries import nearest_due
from app.tickets.models import Ticket


def note_promise_due(event: Event, _actor: Actor, _at: datetime) -> None:
    """Keep with the ticket by when something is owed on it, so that lists need not look.

    Called for every event of :mod:`app.events.catalogue.promises`.
    """
    ticket_ids = {event.ticket_id}  # type: ignore[attr-defined]
    if isinstance(event, PromiseCarriedOver):
        ticket_ids.add(event.old)
    for ticket_id in ticket_ids:
        db.session.execute(
            update(Ticket)
            .where(Ticket.id == ticket_id)
            .values(promise_due_at=nearest_due(ticket_id))
        )
