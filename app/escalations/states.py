"""Which state of an escalation may follow which, as data, and why others may not.

Source: docs/escalations.md, "States".
"""

from __future__ import annotations

from collections.abc import Mapping

from app.escalations.models import EscalationState

RAISED, ACKNOWLEDGED, INVESTIGATING, MITIGATED, RESOLVED, CLOSED, DECLINED, DUPLICATE = (
    EscalationState
)

MOVES: Mapping[EscalationState, frozenset[EscalationState]] = {
    RAISED: frozenset({ACKNOWLEDGED, DECLINED, DUPLICATE}),
    ACKNOWLEDGED: frozenset({INVESTIGATING, MITIGATED, RESOLVED, DECLINED, DUPLICATE}),
    INVESTIGATING: frozenset({MITIGATED, RESOLVED, DUPLICATE}),
    MITIGATED: frozenset({INVESTIGATING, RESOLVED, DUPLICATE}),
    RESOLVED: frozenset({INVESTIGATING, CLOSED}),
    CLOSED: frozenset({INVESTIGATING}),
    DECLINED: frozenset({RAISED}),
    DUPLICATE: frozenset({RAISED}),
}

#: Customers are affected, or may be.
RUNNING: tuple[EscalationState, ...] = (RAISED, ACKNOWLEDGED, INVESTIGATING, MITIGATED)
#: Somebody still has something to do, the review included.
OPEN: tuple[EscalationState, ...] = (*RUNNING, RESOLVED)

#: Why a move to a state is refused, for the states from which people try it.
_REASONS: Mapping[EscalationState, str] = {
    RAISED: "Only an escalation that was declined or set aside can be raised again.",
    ACKNOWLEDGED: "It has been acknowledged already.",
    INVESTIGATING: "Somebody has to acknowledge it first.",
    MITIGATED: "Somebody has to acknowledge it first, and what is over cannot be mitigated.",
    RESOLVED: "Somebody has to acknowledge it first, and what is over cannot be resolved again.",
    CLOSED: "It is closed after it has been resolved and reviewed.",
    DECLINED: "Work on it has begun, so it can be resolved but no longer declined.",
    DUPLICATE: "What is over stays what it was; link the two instead.",
}


def may_follow(old: str, new: str) -> bool:
    """Say whether a state may follow another."""
    return EscalationState(new) in MOVES[EscalationState(old)]


def why_not(new: str) -> str:
    """Return why a state cannot follow the present one, for the person who tried."""
    return _REASONS[EscalationState(new)]
