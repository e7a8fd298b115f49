"""Which state may follow which, as data.

Source: docs/tickets.md, "States".
"""

from __future__ import annotations

from collections.abc import Mapping

from app.events.actor import ActorKind
from app.tickets.models import Disposition, TicketState

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

#: How a ticket may leave its normal life (None) and come back. Whatever is set aside is closed,
#: and gets the state back that it had. Merging and its undoing have rules of their own.
DISPOSITION_MOVES: Mapping[Disposition | None, frozenset[Disposition | None]] = {
    None: frozenset(Disposition),
    **{disposition: frozenset({None}) for disposition in Disposition},
}

#: Why staff may not make a move, by where it leads; the state it leaves comes first.
REFUSALS: Mapping[TicketState, str] = {
    NEW: "A ticket that somebody has looked at cannot be new again.",
    CLOSED: "Tickets close by themselves, some days after they are solved.",
}
REFUSED_FROM_CLOSED = (
    "This ticket is closed for good. When the customer writes again, a new one opens."
)

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


def why_not(old: str, new: str) -> str:
    """Say why staff may not move a ticket from one state to another.

    :param old: a state from which the table does not lead to `new`.
    """
    if old == CLOSED:
        return REFUSED_FROM_CLOSED
    return REFUSALS[TicketState(new)]
