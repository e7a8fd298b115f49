"""Saying by when it is to be mitigated, or resolved."""

from __future__ import annotations

from datetime import UTC, datetime

from app.errors import Invalid
from app.escalations.models import DeadlineKind, Escalation, EscalationState
from app.escalations.services.deadlines import drop, owe, owed_of
from app.escalations.services.moving import lock_escalation
from app.escalations.states import RUNNING
from app.events.actor import Actor
from app.events.catalogue.escalations import EscalationTargetSet
from app.events.services import record
from app.promises.dates import checked_due

#: What people may give a time to, with the states in which that still means something.
TARGETS = {
    DeadlineKind.MITIGATE: tuple(each for each in RUNNING if each != EscalationState.MITIGATED),
    DeadlineKind.RESOLVE: RUNNING,
}


def set_target(
    escalation: Escalation,
    kind: DeadlineKind | str,
    *,
    due_at: datetime | None,
    zone: str,
    actor: Actor,
    now: datetime,
) -> None:
    """Say by when the team means to have it mitigated or resolved, or that it cannot say.

    It is for the team; what customers hear is what the communicator writes.

    :param due_at: by when; None takes the time back.
    :param zone: of the installation.
    :raises Invalid: it is nothing that has a time, it is done already, or the time makes no sense.
    """
    if kind not in set(TARGETS):
        raise Invalid(fields={"kind": ["Mitigated or resolved?"]})
    wanted = DeadlineKind(kind)
    lock_escalation(escalation, expected_version=None)
    if escalation.state not in TARGETS[wanted]:
        raise Invalid(fields={"kind": ["That is behind us already."]})
    if due_at is not None:
        due_at = checked_due(due_at, now=now, field="due_at")
    old = owed_of(escalation.id, wanted)
    if old == due_at:
        return
    if due_at is None:
        drop(escalation.id, wanted, now=now)
    else:
        owe(escalation, wanted, since=now, zone=zone, now=now, due_at=due_at)
    event = EscalationTargetSet(escalation.id, wanted, _iso(old), _iso(due_at))
    record(event, actor=actor, at=now)


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat()
