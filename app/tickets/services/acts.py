"""What can be done to several tickets at once, and how each is taken back.

An act is a pair of the existing use cases; this table says which, and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from app.events.actor import Actor
from app.tickets.models import Ticket
from app.tickets.queries.watchers import watcher_ids
from app.tickets.services.filing import change_category, change_team
from app.tickets.services.parking import park_ticket
from app.tickets.services.properties import (
    assign_ticket,
    change_priority,
    change_state,
    lock_ticket,
)
from app.tickets.services.restoring import restore_snooze, restore_state, standing_of
from app.tickets.services.setting_aside import set_aside, take_back
from app.tickets.services.snoozing import snooze_ticket, wake_ticket
from app.tickets.services.tags import tag_tickets
from app.tickets.services.watching import unwatch_ticket, watch_ticket

Values = Mapping[str, Any]


class Act(StrEnum):
    """What can be done to several tickets at once."""

    ASSIGN = "assign"
    TEAM = "team"
    PRIORITY = "priority"
    CATEGORY = "category"
    STATE = "state"
    SOLVE = "solve"
    HOLD = "hold"
    SNOOZE = "snooze"
    TAG = "tag"
    ASIDE = "aside"
    WATCH = "watch"
    UNWATCH = "unwatch"
    WAKE = "wake"


@dataclass(frozen=True)
class Hand:
    """Who does something to a ticket, when, and on what they saw.

    :ivar version: of the ticket.
    """

    actor: Actor
    now: datetime
    version: int

    @property
    def given(self) -> dict[str, Any]:
        """Return what the use cases of one ticket want to know of it."""
        return {"actor": self.actor, "now": self.now, "expected_version": self.version}


@dataclass(frozen=True)
class Way:
    """How an act is done to one ticket, and how it is taken back.

    :ivar do: returns what undoing needs; None if the ticket was so already.
    :ivar undo: gives the ticket back what it had.
    """

    do: Callable[[Ticket, Values, Hand], dict[str, Any] | None]
    undo: Callable[[Ticket, Values, Hand], None]


def _changing(change: Callable[[Ticket, Values, Hand], object]) -> Callable[..., Any]:
    """Return an act that changes the ticket's version, and remembers how the ticket stood."""

    def do(ticket: Ticket, value: Values, hand: Hand) -> dict[str, Any] | None:
        former = standing_of(ticket)
        change(ticket, value, hand)
        return former if ticket.version != hand.version else None

    return do


def _assign(ticket: Ticket, value: Values, hand: Hand) -> None:
    assign_ticket(ticket, assignee_id=value["assignee_id"], **hand.given)


def _team(ticket: Ticket, value: Values, hand: Hand) -> None:
    change_team(ticket, team_id=value["team_id"], **hand.given)


def _category(ticket: Ticket, value: Values, hand: Hand) -> None:
    change_category(ticket, category_id=value["category_id"], **hand.given)


def _priority(ticket: Ticket, value: Values, hand: Hand) -> None:
    change_priority(ticket, priority=value["priority"], **hand.given)


def _state(ticket: Ticket, value: Values, hand: Hand) -> None:
    how = value.get("resolution")
    change_state(ticket, state=value["state"], resolution=how, **hand.given)


def _hold(ticket: Ticket, value: Values, hand: Hand) -> None:
    look_at = datetime.fromisoformat(value["look_at"])
    park_ticket(ticket, reason=value["reason"], look_at=look_at, **hand.given)


def _snooze(ticket: Ticket, value: Values, hand: Hand) -> None:
    snooze_ticket(ticket, until=datetime.fromisoformat(value["until"]), **hand.given)


def _aside(ticket: Ticket, value: Values, hand: Hand) -> None:
    set_aside(ticket, disposition=value["disposition"], **hand.given)


def _restore(ticket: Ticket, former: Values, hand: Hand) -> None:
    restore_state(ticket, former=former, **hand.given)


def _back(ticket: Ticket, former: Values, hand: Hand) -> None:
    take_back(ticket, **hand.given)
    restore_snooze(ticket, former=former, actor=hand.actor, now=hand.now)


def _tag(ticket: Ticket, value: Values, hand: Hand) -> dict[str, Any] | None:
    changed = tag_tickets(
        [ticket.id], add=value["add"], remove=value["remove"], actor=hand.actor, now=hand.now
    )
    if not changed:
        return None
    got, lost = changed[ticket.id]
    return {"got": got, "lost": lost}


def _untag(ticket: Ticket, former: Values, hand: Hand) -> None:
    tag_tickets(
        [ticket.id], add=former["lost"], remove=former["got"], actor=hand.actor, now=hand.now
    )


def _watch(ticket: Ticket, _value: Values, hand: Hand) -> dict[str, Any] | None:
    person = hand.actor.id
    if person is None or person in watcher_ids(ticket.id):
        return None
    watch_ticket(ticket.id, staff_ids=[person], actor=hand.actor, now=hand.now)
    return {"staff_id": person}


def _stop_watching(ticket: Ticket, _value: Values, hand: Hand) -> dict[str, Any] | None:
    person = hand.actor.id
    if person is None or person not in watcher_ids(ticket.id):
        return None
    unwatch_ticket(ticket.id, staff_id=person, actor=hand.actor, now=hand.now)
    return {"staff_id": person}


def _watch_again(ticket: Ticket, former: Values, hand: Hand) -> None:
    watch_ticket(ticket.id, staff_ids=[former["staff_id"]], actor=hand.actor, now=hand.now)


def _wake(ticket: Ticket, _value: Values, hand: Hand) -> None:
    lock_ticket(ticket, expected_version=hand.version)
    wake_ticket(ticket, actor=hand.actor, now=hand.now)


def _unwatch(ticket: Ticket, former: Values, hand: Hand) -> None:
    unwatch_ticket(ticket.id, staff_id=former["staff_id"], actor=hand.actor, now=hand.now)


ACTS: Mapping[Act, Way] = {
    Act.ASSIGN: Way(_changing(_assign), _assign),
    Act.TEAM: Way(_changing(_team), _team),
    Act.PRIORITY: Way(_changing(_priority), _priority),
    Act.CATEGORY: Way(_changing(_category), _category),
    Act.STATE: Way(_changing(_state), _restore),
    Act.SOLVE: Way(_changing(_state), _restore),
    Act.HOLD: Way(_changing(_hold), _restore),
    Act.SNOOZE: Way(_changing(_snooze), _restore),
    Act.TAG: Way(_tag, _untag),
    Act.ASIDE: Way(_changing(_aside), _back),
    Act.WATCH: Way(_watch, _unwatch),
    Act.UNWATCH: Way(_stop_watching, _watch_again),
    Act.WAKE: Way(_changing(_wake), _restore),
}
