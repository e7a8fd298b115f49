"""Giving a ticket back what it had before a change of its state, as new events."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from app.events.actor import Actor
from app.events.catalogue.lifecycle import TicketParked
from app.tickets.models import Resolution, Ticket, TicketState
from app.tickets.services.properties import lock_ticket, move_to, note_change
from app.tickets.services.snoozing import set_snooze


def standing_of(ticket: Ticket) -> dict[str, Any]:
    """Return everything about a ticket's standing that can be given back, as plain values."""
    return {
        "state": str(ticket.state),
        "resolution": str(ticket.resolution) if ticket.resolution else None,
        "assignee_id": ticket.assignee_id,
        "team_id": ticket.team_id,
        "category_id": ticket.category_id,
        "priority": str(ticket.priority),
        "solved_at": _text(ticket.solved_at),
        "snoozed_until": _text(ticket.snoozed_until),
        "hold_reason": ticket.hold_reason,
        "look_at": _text(ticket.look_at),
    }


def restore_state(
    ticket: Ticket,
    *,
    former: Mapping[str, Any],
    actor: Actor,
    now: datetime,
    expected_version: int,
) -> None:
    """Give a ticket its former state back, and what belonged to it; any state can come back.

    A snooze or hold whose time has passed meanwhile stays over.

    :param former: as :func:`standing_of` wrote it.
    :raises TicketChanged: somebody changed it since `expected_version`.
    """
    lock_ticket(ticket, expected_version=expected_version)
    resolution = Resolution(former["resolution"]) if former["resolution"] else None
    move_to(ticket, TicketState(former["state"]), actor=actor, now=now, resolution=resolution)
    ticket.solved_at = _moment(former["solved_at"])
    if former["state"] == TicketState.ON_HOLD:
        _restore_hold(ticket, former, actor=actor, now=now)
    restore_snooze(ticket, former=former, actor=actor, now=now)


def restore_snooze(
    ticket: Ticket, *, former: Mapping[str, Any], actor: Actor, now: datetime
) -> None:
    """Put a ticket aside again until when it was; the caller holds its lock.

    :param former: as :func:`standing_of` wrote it.
    """
    until = _moment(former["snoozed_until"])
    if until is not None and until <= now:
        until = None
    if until != ticket.snoozed_until:
        set_snooze(ticket, until, actor=actor, now=now)


def _restore_hold(
    ticket: Ticket, former: Mapping[str, Any], *, actor: Actor, now: datetime
) -> None:
    reason, look_at = former["hold_reason"], _moment(former["look_at"])
    if look_at is None or (ticket.hold_reason, ticket.look_at) == (reason, look_at):
        return
    event = TicketParked(
        ticket.id,
        ticket.hold_reason or None,
        reason,
        _text(ticket.look_at),
        look_at.isoformat(),
    )
    ticket.hold_reason, ticket.look_at = reason, look_at
    note_change(ticket, event, actor=actor, now=now)


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
