"""Putting a ticket back that only a thank-you opened again."""

from __future__ import annotations

from datetime import datetime

from app.events.actor import Actor
from app.events.catalogue.tickets import (
    TicketReopenDismissed,
    TicketResolutionSet,
    TicketStateChanged,
)
from app.events.services import record
from app.tickets.errors import NotReopened
from app.tickets.models import Ticket, TicketState
from app.tickets.queries.past import former_solving
from app.tickets.services.properties import lock_ticket, note_change


def dismiss_reopen(
    ticket: Ticket, *, actor: Actor, now: datetime, expected_version: int | None = None
) -> Ticket:
    """Let the former solving count again: time, resolution, and one reopening less.

    :raises TicketChanged: somebody changed it since `expected_version`.
    :raises NotReopened: its last move was not the customer's, out of solved.
    """
    lock_ticket(ticket, expected_version=expected_version)
    former = former_solving(ticket.id)
    if former is None or ticket.state != TicketState.OPEN:
        raise NotReopened
    ticket.state, ticket.resolution = TicketState.SOLVED, former.resolution
    ticket.solved_at = former.solved_at
    ticket.reopen_count -= 1
    moved = TicketStateChanged(ticket.id, TicketState.OPEN, TicketState.SOLVED)
    note_change(ticket, moved, actor=actor, now=now)
    said = TicketResolutionSet(ticket.id, None, former.resolution)
    note_change(ticket, said, actor=actor, now=now)
    dismissed = TicketReopenDismissed(ticket.id, former.solved_at.isoformat())
    record(dismissed, actor=actor, at=now)
    return ticket
