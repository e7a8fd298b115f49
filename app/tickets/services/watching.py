"""Following a ticket, to hear of what happens to it (`app.tickets.handlers`)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, insert, select

from app.db import db
from app.events.actor import Actor
from app.events.catalogue.following import TicketUnwatched, TicketWatched
from app.events.services import record
from app.tickets.desk import Watching
from app.tickets.models import Ticket
from app.tickets.queries.watchers import watcher_ids


def watch_ticket(
    ticket_id: int, *, staff_ids: Collection[int], actor: Actor, now: datetime
) -> None:
    """Let people hear of a ticket: oneself, or those whom a note mentions."""
    # Two at once wait for each other here instead of adding the same row.
    db.session.execute(select(Ticket.id).where(Ticket.id == ticket_id).with_for_update())
    fresh = set(staff_ids) - watcher_ids(ticket_id)
    if not fresh:
        return
    rows = [{"ticket_id": ticket_id, "staff_id": each, "created_at": now} for each in sorted(fresh)]
    db.session.execute(insert(Watching), rows)
    for each in sorted(fresh):
        record(TicketWatched(ticket_id, each), actor=actor, at=now)


def unwatch_ticket(ticket_id: int, *, staff_id: int, actor: Actor, now: datetime) -> None:
    """Stop telling somebody of a ticket."""
    gone = db.session.execute(
        delete(Watching).where(Watching.ticket_id == ticket_id, Watching.staff_id == staff_id)
    )
    if gone.rowcount:  # type: ignore[attr-defined]
        record(TicketUnwatched(ticket_id, staff_id), actor=actor, at=now)
