"""Taking a ticket out of its normal life, and back into it.

Whatever is set aside is closed, in no list and in no rate; when it is taken back it has the state
that it had, and its history holds both.
"""

from __future__ import annotations

from datetime import datetime

from app.errors import NotFound
from app.events.actor import Actor
from app.events.catalogue.tickets import TicketDispositionChanged, TicketStateChanged
from app.tickets.errors import SetAside
from app.tickets.models import Disposition, Ticket, TicketState
from app.tickets.queries.past import state_when_set_aside
from app.tickets.services.properties import lock_ticket, note_change
from app.tickets.states import DISPOSITION_MOVES

#: What staff may choose by itself; the others say into which ticket.
BY_ITSELF = frozenset({Disposition.SPAM, Disposition.DELETED})


def set_aside(
    ticket: Ticket,
    *,
    disposition: Disposition | str,
    actor: Actor,
    now: datetime,
    expected_version: int | None = None,
) -> Ticket:
    """Mark a ticket as spam, or put it into the bin.

    :raises NotFound: there is no such disposition, or it is not for staff to choose.
    :raises TicketChanged: somebody changed it since `expected_version`.
    :raises SetAside: it is set aside already.
    """
    if disposition not in BY_ITSELF:
        raise NotFound
    lock_ticket(ticket, expected_version=expected_version)
    put_aside(ticket, Disposition(disposition), actor=actor, now=now)
    return ticket


def take_back(
    ticket: Ticket, *, actor: Actor, now: datetime, expected_version: int | None = None
) -> Ticket:
    """Bring spam or a deleted ticket back into the state it had.

    :raises TicketChanged: somebody changed it since `expected_version`.
    :raises SetAside: it is not set aside, or it was merged: that is undone in its own way.
    """
    lock_ticket(ticket, expected_version=expected_version)
    if ticket.disposition == Disposition.MERGED:
        raise SetAside("This ticket was merged. Undo that instead.")
    bring_back(ticket, actor=actor, now=now)
    return ticket


def put_aside(
    ticket: Ticket,
    disposition: Disposition,
    *,
    actor: Actor,
    now: datetime,
    into_id: int | None = None,
) -> None:
    """Set a ticket aside; the caller holds its lock.

    :param into_id: the ticket that goes on in its place.
    :raises SetAside: it is set aside already.
    """
    if disposition not in DISPOSITION_MOVES[_present(ticket)]:
        raise SetAside
    state, ticket.disposition = TicketState(ticket.state), disposition
    event = TicketDispositionChanged(ticket.id, None, disposition, into_id, state)
    note_change(ticket, event, actor=actor, now=now)
    if state is not TicketState.CLOSED:
        ticket.state, ticket.closed_at = TicketState.CLOSED, now
        moved = TicketStateChanged(ticket.id, state, TicketState.CLOSED)
        note_change(ticket, moved, actor=actor, now=now)


def bring_back(ticket: Ticket, *, actor: Actor, now: datetime) -> None:
    """Give a ticket back the state it had; the caller holds its lock.

    :raises SetAside: it is not set aside.
    """
    old = _present(ticket)
    if None not in DISPOSITION_MOVES[old]:
        raise SetAside("This ticket is not set aside.")
    state, ticket.disposition = state_when_set_aside(ticket.id), None
    event = TicketDispositionChanged(ticket.id, old, None, None, state)
    note_change(ticket, event, actor=actor, now=now)
    if state is not TicketState.CLOSED:
        ticket.state, ticket.closed_at = state, None
        moved = TicketStateChanged(ticket.id, TicketState.CLOSED, state)
        note_change(ticket, moved, actor=actor, now=now)


def _present(ticket: Ticket) -> Disposition | None:
    return Disposition(ticket.disposition) if ticket.disposition else None
