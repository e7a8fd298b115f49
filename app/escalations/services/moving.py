"""Moving an escalation from one state to another."""

from __future__ import annotations

from datetime import datetime

from app.db import db
from app.errors import Invalid
from app.escalations.errors import EscalationChanged, EscalationMoveRefused
from app.escalations.models import Escalation, EscalationState
from app.escalations.states import may_follow, why_not
from app.events.actor import Actor
from app.events.catalogue.escalations import EscalationStateChanged
from app.events.services import record

#: State to the stamp that reaching it sets, the first time.
STAMPS = {
    EscalationState.ACKNOWLEDGED: "acknowledged_at",
    EscalationState.MITIGATED: "mitigated_at",
    EscalationState.RESOLVED: "resolved_at",
    EscalationState.CLOSED: "closed_at",
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
    state: EscalationState,
    *,
    actor: Actor,
    now: datetime,
    reason: str = "",
    expected_version: int | None = None,
) -> None:
    """Move an escalation to another state, with the stamp that belongs to it.

    A stamp is set once: reopening and going the way again keeps the first ones. What a state
    needs beyond the order of states (a reason to decline, a review to close) is checked by the
    service that leads there.

    :param reason: kept with the event.
    :raises EscalationChanged: somebody changed it since `expected_version`.
    :raises EscalationMoveRefused: it cannot follow the present one; the message says why.
    """
    lock_escalation(escalation, expected_version=expected_version)
    if state == escalation.state:
        return
    if not may_follow(escalation.state, state):
        raise EscalationMoveRefused(fields={"state": [why_not(state)]})
    old, escalation.state = escalation.state, state
    stamp = STAMPS.get(state)
    if stamp is not None and getattr(escalation, stamp) is None:
        setattr(escalation, stamp, now)
    escalation.version += 1
    record(EscalationStateChanged(escalation.id, str(old), state, reason), actor=actor, at=now)


def decline_escalation(
    escalation: Escalation,
    *,
    reason: str,
    instead: str,
    actor: Actor,
    now: datetime,
    expected_version: int | None = None,
) -> None:
    """Say that engineering will not take it, why, and what to do instead.

    :raises Invalid: a word is missing; whoever raised it needs both.
    """
    reason, instead = reason.strip(), instead.strip()
    errors = {}
    if not reason:
        errors["reason"] = ["Please say why."]
    if not instead:
        errors["instead"] = ["Please say what to do instead, so that the customer is helped."]
    if errors:
        raise Invalid(fields=errors)
    move_escalation(
        escalation,
        EscalationState.DECLINED,
        actor=actor,
        now=now,
        reason=reason,
        expected_version=expected_version,
    )
    escalation.declined_reason, escalation.declined_instead = reason, instead
