"""What a ticket was before, read back from its events."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.events.actor import ActorKind
from app.events.catalogue.tickets import (
    TicketDispositionChanged,
    TicketReopenDismissed,
    TicketResolutionSet,
    TicketStateChanged,
)
from app.events.queries import events_about
from app.tickets.models import Resolution, TicketState


@dataclass(frozen=True)
class Solving:
    """A solving that was taken back."""

    solved_at: datetime
    resolution: Resolution


def state_when_set_aside(ticket_id: int) -> TicketState:
    """Return the state a ticket had when it was last set aside."""
    last = events_about("ticket", ticket_id, kinds={TicketDispositionChanged.kind})[-1]
    return TicketState(last.data["state"])


def ticket_merged_into(ticket_id: int) -> int | None:
    """Return the key of the ticket that a set aside one was itself merged into."""
    last = events_about("ticket", ticket_id, kinds={TicketDispositionChanged.kind})[-1]
    into: int | None = last.data["into_id"]
    return into


def former_solving(ticket_id: int) -> Solving | None:
    """Return the solving that the customer's last message took back.

    :returns: None if the ticket's last move was another.
    """
    kinds = {TicketStateChanged.kind, TicketResolutionSet.kind, TicketReopenDismissed.kind}
    events = list(events_about("ticket", ticket_id, kinds=kinds))
    moves = [event for event in events if event.kind == TicketStateChanged.kind]
    if not moves or moves[-1].actor_kind == ActorKind.STAFF:
        return None
    if (moves[-1].data["old"], moves[-1].data["new"]) != (TicketState.SOLVED, TicketState.OPEN):
        return None
    said = [event for event in events if event.kind == TicketResolutionSet.kind]
    resolution = next(event.data["new"] for event in reversed(said) if event.data["new"])
    solved_at = moves[-2].at
    dismissed = [event for event in events if event.kind == TicketReopenDismissed.kind]
    if dismissed and dismissed[-1].id > moves[-2].id:
        # That solving was itself restored: the first one counts.
        solved_at = datetime.fromisoformat(dismissed[-1].data["solved_at"])
    return Solving(solved_at, Resolution(resolution))
