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

#: States that are reached only by saying more than a state, each by a service of its own.
EXITS: tuple[EscalationState, ...] = (CLOSED, DECLINED, DUPLICATE)

#: Going back, which needs a sentence about what is new.
BACKWARDS: frozenset[tuple[EscalationState, EscalationState]] = frozenset(
    {
        (MITIGATED, INVESTIGATING),
        (RESOLVED, INVESTIGATING),
        (CLOSED, INVESTIGATING),
        (DECLINED, RAISED),
        (DUPLICATE, RAISED),
    }
)

#: Out of the way: nothing but raising it again leads on from there.
_ASIDE: Mapping[EscalationState, str] = {
    DECLINED: "It was declined. Raise it again first.",
    DUPLICATE: "It is set aside as a duplicate. Raise it again first.",
}
_ACKNOWLEDGE_FIRST = "Somebody has to acknowledge it first."
_REOPEN = "Its cause is dealt with. If customers suffer again, go back to investigating."

#: Why a move is refused: by the wanted state, then by the present one; None is for all others.
_REASONS: Mapping[EscalationState, Mapping[EscalationState | None, str]] = {
    RAISED: {None: "Only what was declined or set aside as a duplicate can be raised again."},
    ACKNOWLEDGED: {None: "Somebody has acknowledged it already."},
    INVESTIGATING: {RAISED: _ACKNOWLEDGE_FIRST},
    MITIGATED: {RAISED: _ACKNOWLEDGE_FIRST, None: _REOPEN},
    RESOLVED: {
        RAISED: _ACKNOWLEDGE_FIRST,
        CLOSED: "It was resolved, reviewed and closed already.",
    },
    CLOSED: {None: "It can be closed once it is resolved and reviewed."},
    DECLINED: {
        INVESTIGATING: "Work on it has begun, so it can be resolved but no longer declined.",
        MITIGATED: "Work on it has begun, so it can be resolved but no longer declined.",
        None: "It is resolved. What is done cannot be declined any more.",
    },
    DUPLICATE: {None: "What is over stays what it was. Say that it came again instead."},
}
_SAME = "It is in this state already."


def may_follow(old: str, new: str) -> bool:
    """Say whether a state may follow another."""
    return EscalationState(new) in MOVES[EscalationState(old)]


def why_not(old: str, new: str) -> str:
    """Return why a state cannot follow the present one, for the person who tried.

    :param old: the present state.
    :param new: the wanted one, which may not follow.
    """
    present, wanted = EscalationState(old), EscalationState(new)
    if present is wanted:
        return _SAME
    if present in _ASIDE:
        return _ASIDE[present]
    reasons = _REASONS[wanted]
    return reasons[present] if present in reasons else reasons[None]
