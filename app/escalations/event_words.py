"""What the timeline says about each event, and whether it is part of the story by itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.escalations.labels import (
    DEADLINE_WORDS,
    FIELD_WORDS,
    MISSED_WORDS,
    RECURRENCE_WORDS,
    ROLE_NAMES,
    STATE_WORDS,
)
from app.escalations.models import DeadlineKind, EntryLevel, EscalationState, RecurrenceKind, Role

#: Kinds of events that are told by themselves; all others are in the log.
LEVELS: Mapping[str, EntryLevel] = dict.fromkeys(
    (
        "escalation:raised",
        "escalation:state_changed",
        "escalation:role_changed",
        "escalation:update_sent",
        "escalation:deadline_missed",
        "escalation:recurred",
        "escalation:target_set",
        "ticket:opened",
    ),
    EntryLevel.STORY,
)


@dataclass(frozen=True)
class Names:
    """Names of what events hold ids of.

    :ivar numbers: of tickets.
    """

    staff: Mapping[int, str] = field(default_factory=dict)
    areas: Mapping[int, str] = field(default_factory=dict)
    numbers: Mapping[int, int] = field(default_factory=dict)

    def person(self, key: int | None) -> str:
        """Return who somebody is."""
        return self.staff.get(key or 0, "somebody")

    def ticket(self, key: int) -> str:
        """Return how a ticket is named."""
        return f"#{self.numbers[key]}" if key in self.numbers else "a ticket"


def event_text(kind: str, data: Mapping[str, Any], names: Names) -> str:
    """Return an event as one plain sentence.

    :param kind: of the event.
    :param data: what it holds.
    """
    tell = _TEXTS.get(kind)
    return tell(data, names) if tell is not None else kind.partition(":")[2].replace("_", " ")


def _state(data: Mapping[str, Any], _names: Names) -> str:
    word = STATE_WORDS[EscalationState(data["new"])]
    return f"{word}: {data['reason']}" if data["reason"] else word


def _changed(data: Mapping[str, Any], names: Names) -> str:
    name, old, new = data["field"], data["old"], data["new"]
    if name == "area_id":
        old, new = (names.areas.get(int(each or 0), "") for each in (old, new))
    if name == "severity":
        old, new = old.upper(), new.upper()
    said = f"{FIELD_WORDS[name]}: {new}" if new else f"{FIELD_WORDS[name]} taken away"
    return f"{said} (was {old})" if old and name in ("severity", "title", "area_id") else said


def _role(data: Mapping[str, Any], names: Names) -> str:
    role = ROLE_NAMES[Role(data["role"])]
    if data["new"] is None:
        return f"{role}: nobody any more (was {names.person(data['old'])})"
    took = f"{role}: {names.person(data['new'])}"
    return took if data["old"] is None else f"{took}, instead of {names.person(data['old'])}"


def _linked(data: Mapping[str, Any], names: Names) -> str:
    said = "its customer said “me too”" if data["me_too"] else "linked"
    return f"Ticket {names.ticket(data['ticket_id'])}: {said}"


def _sent(data: Mapping[str, Any], _names: Names) -> str:
    return f"Update to the customers of {data['tickets']} tickets"


def _target(data: Mapping[str, Any], _names: Names) -> str:
    what = DEADLINE_WORDS[DeadlineKind(data["deadline_kind"])]
    if data["new"] is None:
        return f"{what}: no time can be said"
    due = datetime.fromisoformat(data["new"])
    return f"{what}: to be done by {due:%d %b, %H:%M} UTC"


def _recurred(data: Mapping[str, Any], _names: Names) -> str:
    kind = data["recurrence_kind"]
    said = "Confirmed: an earlier escalation came again"
    return f"{said}. {RECURRENCE_WORDS[RecurrenceKind(kind)]}" if kind else said


def _ticket_state(data: Mapping[str, Any], _names: Names) -> str:
    return f"{data['old']} → {data['new']}".replace("_", " ")


_WHO_WROTE = {"staff": "We answered", "customer": "The customer wrote", "visitor": "They wrote"}

_TEXTS: Mapping[str, Callable[[Mapping[str, Any], Names], str]] = {
    "escalation:raised": lambda data, _: f"Escalated, {data['severity'].upper()}",
    "escalation:state_changed": _state,
    "escalation:changed": _changed,
    "escalation:role_changed": _role,
    "escalation:ticket_linked": _linked,
    "escalation:ticket_unlinked": lambda data, names: (
        f"Ticket {names.ticket(data['ticket_id'])} is not about this after all"
    ),
    "escalation:update_sent": _sent,
    "escalation:deadline_missed": lambda data, _: MISSED_WORDS[DeadlineKind(data["deadline_kind"])],
    "escalation:verdict_given": lambda data, names: (
        f"The customer of {names.ticket(data['ticket_id'])} says: "
        + ("solved" if data["verdict"] == "solved" else "not solved yet")
    ),
    "escalation:recurred": _recurred,
    "escalation:target_set": _target,
    "ticket:opened": lambda data, _: f"Somebody asked ({data['channel']})",
    "ticket:message_added": lambda data, _: _WHO_WROTE.get(data["author_kind"], "An answer"),
    "ticket:note_added": lambda _data, _names: "A note was written",
    "ticket:state_changed": _ticket_state,
    "ticket:priority_changed": lambda data, _: f"Priority {data['old']} → {data['new']}",
    "ticket:promise_made": lambda _data, _names: "Something was promised",
    "ticket:promise_moved": lambda _data, _names: "A promise got another date",
    "ticket:promise_kept": lambda _data, _names: "A promise was kept",
    "ticket:promise_broken": lambda _data, _names: "A promise was broken",
    "ticket:flagged": lambda _data, _names: "Flagged as something to mend",
    "ticket:confirmed": lambda _data, _names: "The customer says that it is solved",
    "ticket:merged_in": lambda _data, _names: "Another ticket was merged into it",
    "ticket:assigned": lambda data, names: (
        f"Given to {names.person(data['new'])}" if data["new"] else "Given to nobody"
    ),
}
