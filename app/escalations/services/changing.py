"""Changing what is known of an escalation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from app.errors import Invalid
from app.escalations.models import Escalation, Severity
from app.escalations.services.moving import lock_escalation
from app.escalations.texts import checked_facts
from app.events.actor import Actor
from app.events.catalogue.escalations import EscalationChanged
from app.events.services import record

#: What may be changed after it was raised, severity aside.
FACTS = ("title", "symptom", "question", "workaround", "area_id", "impact_started_at")


def change_severity(
    escalation: Escalation,
    severity: Severity | str,
    *,
    actor: Actor,
    now: datetime,
    expected_version: int | None = None,
) -> None:
    """Say that it is worse, or less bad, than was thought.

    :raises EscalationChanged: somebody changed it since `expected_version`.
    :raises Invalid: there is no such severity.
    """
    if severity not in set(Severity):
        raise Invalid(fields={"severity": ["Please choose how bad it is."]})
    lock_escalation(escalation, expected_version=expected_version)
    _change(escalation, {"severity": Severity(severity)}, actor=actor, now=now)


def change_facts(
    escalation: Escalation,
    facts: Mapping[str, Any],
    *,
    actor: Actor,
    now: datetime,
    expected_version: int | None = None,
) -> None:
    """Change title, words, area or since when customers suffer; each is one event.

    :param facts: names of :data:`FACTS` with their new values; others stay.
    :raises EscalationChanged: somebody changed it since `expected_version`.
    :raises Invalid: a value cannot be accepted; `fields` says which.
    """
    lock_escalation(escalation, expected_version=expected_version)
    present = {name: getattr(escalation, name) for name in FACTS}
    wanted = present | {name: facts[name] for name in FACTS if name in facts}
    _change(escalation, checked_facts(wanted, now=now), actor=actor, now=now)


def _change(
    escalation: Escalation, values: Mapping[str, Any], *, actor: Actor, now: datetime
) -> None:
    changed = {
        name: (getattr(escalation, name), value)
        for name, value in values.items()
        if getattr(escalation, name) != value
    }
    if not changed:
        return
    for name, (_old, value) in changed.items():
        setattr(escalation, name, value)
    escalation.version += 1
    for name, (old, value) in changed.items():
        record(
            EscalationChanged(escalation.id, name, _text(old), _text(value)), actor=actor, at=now
        )


def _text(value: Any) -> str | None:
    """Return a value as events hold it: moments as ISO 8601 in UTC."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return None if value is None else str(value)
