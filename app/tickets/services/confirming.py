"""What a requester says of whether their ticket is solved.

That it is not yet is said by writing, which opens it again (`add_customer_message`).
"""

from __future__ import annotations

from datetime import UTC, datetime

from app.events.actor import Actor
from app.events.catalogue.tickets import TicketConfirmed
from app.tickets.models import Resolution, Ticket, TicketState
from app.tickets.services.properties import lock_ticket, move_to, note_change
from app.tickets.states import UNSOLVED


def confirm_solved(ticket: Ticket, *, actor: Actor, now: datetime) -> Ticket:
    """Note that the requester says it is solved; one that is not solved yet is by this.

    One that is set aside stays as it is, and says so to nobody.

    :param actor: the requester: a customer or visitor.
    """
    lock_ticket(ticket, expected_version=None)
    if ticket.disposition is not None or ticket.confirmed_at is not None:
        return ticket
    if ticket.state in UNSOLVED:
        answered = ticket.last_staff_message_at is not None
        how = Resolution.ANSWER if answered else Resolution.SELF
        move_to(ticket, TicketState.SOLVED, actor=actor, now=now, resolution=how)
    ticket.confirmed_at = now
    event = TicketConfirmed(ticket.id, None, now.astimezone(UTC).isoformat())
    note_change(ticket, event, actor=actor, now=now)
    return ticket
