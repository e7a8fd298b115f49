"""Which state may follow which, as data.

Source: docs/tickets.md, "States".
"""

from __future__ import annotations

from collections.abc import Mapping

from app.events.actor import ActorKind
from app.tickets.models import TicketState

NEW, OPEN, WAITING, HOLD, SOLVED, CLOSED = (
    TicketState.NEW,
    TicketState.OPEN,
    TicketState.WAITING_CUSTOMER,
    TicketState.ON_HOLD,
    TicketState.SOLVED,
    TicketState.CLOSED,
)

#: What staff may choose. Nothing leads back to new, and nothing leaves closed.
STAFF_MOVES: Mapping[TicketState, frozenset[TicketState]] = {
    NEW: frozenset({OPEN, WAITING, HOLD, SOLVED}),
    OPEN: frozenset({WAITING, HOLD, SOLVED}),
    WAITING: frozenset({OPEN, HOLD, SOLVED}),
    HOLD: frozenset({OPEN, WAITING, SOLVED}),
    SOLVED: frozenset({OPEN, WAITING, HOLD}),
    CLOSED: frozenset(),
}

#: What time alone does.
SYSTEM_MOVES: Mapping[TicketState, frozenset[TicketState]] = {SOLVED: frozenset({CLOSED})}

#: Where a message of the customer puts a ticket; states not named here stay.
AFTER_CUSTOMER_MESSAGE: Mapping[TicketState, TicketState] = {
    WAITING: OPEN,
    HOLD: OPEN,
    SOLVED: OPEN,
}

#: Where a public answer puts a ticket when its writer chooses nothing; others stay.
AFTER_STAFF_REPLY: Mapping[TicketState, TicketState] = {NEW: OPEN}

#: Somebody still has something to do.
UNSOLVED: tuple[TicketState, ...] = (NEW, OPEN, WAITING, HOLD)


def may_move(old: str, new: str, *, actor_kind: ActorKind) -> bool:
    """Say whether somebody of a kind may move a ticket from one state to another."""
    table = SYSTEM_MOVES if actor_kind is ActorKind.SYSTEM else STAFF_MOVES
    return TicketState(new) in table.get(TicketState(old), frozenset())
