"""Changing who has a ticket, its state and its priority, without overwriting anybody."""

from __future__ import annotations

from datetime import datetime

from app.db import db
from app.errors import Invalid, NotFound
from app.events.actor import Actor, ActorKind
from app.events.catalogue.base import Event
from app.events.catalogue.tickets import (
    TicketAssigned,
    TicketPriorityChanged,
    TicketResolutionSet,
    TicketStateChanged,
)
from app.events.services import record
from app.staff.models import Staff
from app.tickets.errors import (
    HoldNeeded,
    MoveRefused,
    NotSolved,
    ResolutionNeeded,
    TicketChanged,
)
from app.tickets.models import Priority, Resolution, Ticket, TicketState
from app.tickets.queries.history import changes_since
from app.tickets.states import UNSOLVED, may_move, why_not

LOCKED = (
    "version",
    "state",
    "priority",
    "assignee_id",
    "category_id",
    "team_id",
    "resolution",
    "disposition",
    "merged_into_id",
    "hold_reason",
    "look_at",
    "reopen_count",
    "solved_at",
    "confirmed_at",
    "closed_at",
    "subject",
    "snoozed_until",
    "updated_at",
)


def lock_ticket(ticket: Ticket, *, expected_version: int | None) -> None:
    """Read a ticket's properties again under a lock, and refuse if they moved on.

    :param expected_version: what the person saw; None accepts any.
    :raises TicketChanged: somebody changed it since.
    """
    db.session.flush()  # a refresh would throw pending changes away
    db.session.refresh(ticket, attribute_names=LOCKED, with_for_update=True)
    if expected_version is not None and expected_version != ticket.version:
        raise TicketChanged(ticket, changes=changes_since(ticket, expected_version))


def assign_ticket(
    ticket: Ticket,
    *,
    assignee_id: int | None,
    actor: Actor,
    now: datetime,
    expected_version: int | None = None,
) -> Ticket:
    """Give a ticket to somebody, or to nobody.

    :param assignee_id: key of an active member of staff, or None.
    :raises TicketChanged: somebody changed it since `expected_version`.
    :raises Invalid: there is no such active member of staff.
    """
    lock_ticket(ticket, expected_version=expected_version)
    if assignee_id == ticket.assignee_id:
        return ticket
    if assignee_id is not None:
        assignee = db.session.get(Staff, assignee_id)
        if assignee is None or not assignee.is_active:
            raise Invalid(fields={"assignee": ["There is nobody like that."]})
    old, ticket.assignee_id = ticket.assignee_id, assignee_id
    db.session.expire(ticket, ["assignee"])
    note_change(ticket, TicketAssigned(ticket.id, old, assignee_id), actor=actor, now=now)
    return ticket


def change_state(
    ticket: Ticket,
    *,
    state: TicketState | str,
    actor: Actor,
    now: datetime,
    expected_version: int | None = None,
    resolution: Resolution | str | None = None,
) -> Ticket:
    """Move a ticket to another state. On hold has a use case of its own (`park_ticket`).

    :param resolution: how it was resolved; needed to solve it, of no meaning otherwise.
    :raises TicketChanged: somebody changed it since `expected_version`.
    :raises MoveRefused: the table of moves does not allow it.
    :raises ResolutionNeeded: it is to be solved, and nothing says how.
    :raises HoldNeeded: it is to be put on hold, which needs a reason and a date.
    """
    if state not in set(TicketState):
        raise NotFound
    lock_ticket(ticket, expected_version=expected_version)
    if state == ticket.state:
        return ticket
    if not may_move(ticket.state, state, actor_kind=actor.kind):
        raise MoveRefused(fields={"state": [why_not(ticket.state, state)]})
    if state == TicketState.ON_HOLD:
        raise HoldNeeded
    how = checked_resolution(resolution) if state == TicketState.SOLVED else None
    move_to(ticket, TicketState(state), actor=actor, now=now, resolution=how)
    return ticket


def checked_resolution(resolution: str | None) -> Resolution:
    """Return how a ticket was resolved.

    :raises ResolutionNeeded: nothing says how, or there is no such way.
    """
    if resolution not in set(Resolution):
        raise ResolutionNeeded
    return Resolution(resolution)


def move_to(
    ticket: Ticket,
    state: TicketState,
    *,
    actor: Actor,
    now: datetime,
    resolution: Resolution | None = None,
) -> None:
    """Set the state with all that goes with it; the caller has checked that it is allowed.

    :param resolution: how it was resolved, if it is solved now. Whatever is not solved or closed
        has none.
    """
    if state == ticket.state:
        return
    old, ticket.state = ticket.state, state
    if old == TicketState.ON_HOLD:
        ticket.hold_reason, ticket.look_at = "", None
    if old == TicketState.SOLVED and actor.kind is not ActorKind.STAFF:
        ticket.reopen_count += state is not TicketState.CLOSED
    if state is TicketState.SOLVED:
        ticket.solved_at = now
    elif state is TicketState.CLOSED:
        ticket.closed_at = now
    else:
        ticket.solved_at = ticket.confirmed_at = None
    note_change(ticket, TicketStateChanged(ticket.id, str(old), state), actor=actor, now=now)
    if state is not TicketState.CLOSED:
        _set_resolution(ticket, resolution, actor=actor, now=now)


def change_resolution(
    ticket: Ticket,
    *,
    resolution: Resolution | str | None,
    actor: Actor,
    now: datetime,
    expected_version: int | None = None,
) -> Ticket:
    """Correct how a solved or closed ticket was resolved.

    :raises TicketChanged: somebody changed it since `expected_version`.
    :raises ResolutionNeeded: there is no such way.
    :raises NotSolved: the ticket is not solved.
    """
    how = checked_resolution(resolution)
    lock_ticket(ticket, expected_version=expected_version)
    if ticket.state in UNSOLVED:
        raise NotSolved
    _set_resolution(ticket, how, actor=actor, now=now)
    return ticket


def _set_resolution(
    ticket: Ticket, resolution: Resolution | None, *, actor: Actor, now: datetime
) -> None:
    if resolution == ticket.resolution:
        return
    old, ticket.resolution = ticket.resolution, resolution
    event = TicketResolutionSet(ticket.id, str(old) if old else None, resolution)
    note_change(ticket, event, actor=actor, now=now)


def change_priority(
    ticket: Ticket,
    *,
    priority: Priority | str,
    actor: Actor,
    now: datetime,
    expected_version: int | None = None,
) -> Ticket:
    """Change how soon a ticket is wanted.

    :raises TicketChanged: somebody changed it since `expected_version`.
    """
    if priority not in set(Priority):
        raise Invalid(fields={"priority": ["There is no such priority."]})
    lock_ticket(ticket, expected_version=expected_version)
    if priority == ticket.priority:
        return ticket
    old, ticket.priority = ticket.priority, Priority(priority)
    event = TicketPriorityChanged(ticket.id, str(old), ticket.priority)
    note_change(ticket, event, actor=actor, now=now)
    return ticket


def note_change(ticket: Ticket, event: Event, *, actor: Actor, now: datetime) -> None:
    """Count a change and record it: one event each, so that versions and events run together."""
    ticket.version += 1
    ticket.updated_at = now
    record(event, actor=actor, at=now)
