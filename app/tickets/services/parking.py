"""Putting a ticket on hold while somebody else has the ball: with a reason, until a date."""

from __future__ import annotations

from datetime import datetime

from app.events.actor import Actor, ActorKind
from app.events.catalogue.lifecycle import TicketParked
from app.texts import clean_line
from app.tickets.errors import HoldNeeded, MoveRefused
from app.tickets.models import Ticket, TicketState
from app.tickets.services.properties import lock_ticket, move_to, note_change
from app.tickets.services.snoozing import FARTHEST, set_snooze
from app.tickets.services.texts import too_long
from app.tickets.states import may_move, why_not

REASON_MAX = 200


def park_ticket(
    ticket: Ticket,
    *,
    reason: str,
    look_at: datetime | None,
    actor: Actor,
    now: datetime,
    expected_version: int | None = None,
) -> Ticket:
    """Put a ticket on hold, or say anew why it is and until when.

    It leaves the lists until then, or until the customer writes.

    :param reason: who has the ball, or what is waited for.
    :param look_at: when to look at it again.
    :raises TicketChanged: somebody changed it since `expected_version`.
    :raises MoveRefused: the table of moves does not allow it.
    :raises HoldNeeded: reason or date are missing or make no sense; `fields` says which.
    """
    reason = _checked(reason, look_at, now)
    assert look_at is not None  # the check refuses that
    lock_ticket(ticket, expected_version=expected_version)
    is_held = ticket.state == TicketState.ON_HOLD
    if is_held and (ticket.hold_reason, ticket.look_at) == (reason, look_at):
        return ticket
    if not is_held and not may_move(ticket.state, TicketState.ON_HOLD, actor_kind=ActorKind.STAFF):
        raise MoveRefused(fields={"state": [why_not(ticket.state, TicketState.ON_HOLD)]})
    move_to(ticket, TicketState.ON_HOLD, actor=actor, now=now)
    event = TicketParked(
        ticket.id,
        ticket.hold_reason or None,
        reason,
        ticket.look_at.isoformat() if ticket.look_at else None,
        look_at.isoformat(),
    )
    ticket.hold_reason, ticket.look_at = reason, look_at
    note_change(ticket, event, actor=actor, now=now)
    if ticket.snoozed_until != look_at:
        set_snooze(ticket, look_at, actor=actor, now=now)
    return ticket


def _checked(reason: str, look_at: datetime | None, now: datetime) -> str:
    reason = clean_line(reason)
    errors: dict[str, list[str]] = {}
    if not reason:
        errors["reason"] = ["Who has the ball, or what do we wait for?"]
    elif len(reason) > REASON_MAX:
        errors["reason"] = [too_long(REASON_MAX)]
    if look_at is None:
        errors["look_at"] = ["When should somebody look at it again?"]
    elif look_at <= now:
        errors["look_at"] = ["Please choose a day in the future."]
    elif look_at > now + FARTHEST:
        errors["look_at"] = ["Please choose a day within a year."]
    if errors:
        raise HoldNeeded(fields=errors)
    return reason
