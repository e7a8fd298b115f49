"""Moving an escalation from one state to another."""

from __future__ import annotations

from datetime import datetime

from app.db import db
from app.errors import Invalid
from app.escalations.errors import EscalationChanged, EscalationMoveRefused
from app.escalations.models import Escalation, EscalationState
from app.escalations.states import BACKWARDS, EXITS, may_follow, why_not
from app.events.actor import Actor
from app.events.catalogue.escalations import EscalationStateChanged
from app.events.services import record

#: State to the stamp that reaching it sets, the first time. When customers were told, and when
#: it was reviewed, is stamped by telling and by reviewing.
STAMPS = {
    EscalationState.ACKNOWLEDGED: "acknowledged_at",
    EscalationState.MITIGATED: "mitigated_at",
    EscalationState.RESOLVED: "resolved_at",
    EscalationState.CLOSED: "closed_at",
}

#: What an exit needs, for whoever tries to go there without.
_EXIT_NEEDS = {
    EscalationState.DECLINED: "Please decline it with a reason, and say what to do instead.",
    EscalationState.DUPLICATE: "Please say which escalation it is a duplicate of.",
    EscalationState.CLOSED: "It is closed by its review.",
}


def lock_escalation(escalation: Escalation, *, expected_version: int | None) -> None:
    """Read an escalation again under a lock, and refuse if it moved on.

    :param expected_version: what the person saw; None accepts any.
    :raises EscalationChanged: somebody changed it since.
    """
    db.session.flush()  # a refresh would throw pending changes away
    db.session.refresh(escalation, with_for_update=True)
    if expected_version is not None and expected_version != escalation.version:
        raise EscalationChanged


def move_escalation(
    escalation: Escalation,
    state: EscalationState | str,
    *,
    actor: Actor,
    now: datetime,
    reason: str = "",
    expected_version: int | None = None,
) -> None:
    """Move an escalation along, or back, without leaving the way.

    Exits say more than a state and have services of their own.

    :param reason: what is new; needed for going back.
    :raises EscalationChanged: somebody changed it since `expected_version`.
    :raises EscalationMoveRefused: the state cannot follow, or is an exit; the message says why.
    :raises Invalid: there is no such state, or the reason is missing.
    """
    if state not in set(EscalationState):
        raise Invalid(fields={"state": ["Please choose a state."]})
    wanted = EscalationState(state)
    lock_escalation(escalation, expected_version=expected_version)
    present = EscalationState(escalation.state)
    if wanted is present:
        return
    check_move(escalation, wanted)
    if wanted in EXITS:
        raise EscalationMoveRefused(fields={"state": [_EXIT_NEEDS[wanted]]})
    reason = reason.strip()
    if (present, wanted) in BACKWARDS and not reason:
        raise Invalid(fields={"reason": ["Please say what is new."]})
    enter_state(escalation, wanted, reason=reason, actor=actor, now=now)


def check_move(escalation: Escalation, state: EscalationState) -> None:
    """Refuse a state that cannot follow the present one.

    :raises EscalationMoveRefused: the message says why.
    """
    if not may_follow(escalation.state, state):
        raise EscalationMoveRefused(fields={"state": [why_not(escalation.state, state)]})


def enter_state(
    escalation: Escalation, state: EscalationState, *, reason: str, actor: Actor, now: datetime
) -> None:
    """Write a state with its stamp; whoever calls has locked it and checked what it needs.

    A stamp is set once: reopening and going the way again keeps the first ones.

    :param reason: kept with the event.
    """
    old, escalation.state = escalation.state, state
    stamp = STAMPS.get(state)
    if stamp is not None and getattr(escalation, stamp) is None:
        setattr(escalation, stamp, now)
    escalation.version += 1
    record(EscalationStateChanged(escalation.id, str(old), state, reason), actor=actor, at=now)
