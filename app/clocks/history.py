"""A ticket's events, read into what clocks look at: an order, who spoke, and the state in between.

Everything that is decided about odd histories is decided here, so that the clocks behind it see a
plain one: equal times, a clock that was set back, reopenings that were only thanks, tickets that
were taken for spam, and tickets whose beginning nobody recorded.

Source: docs/clocks.md, "Histories".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from itertools import groupby
from typing import Any

from app.clocks.vocabulary import DONE, Status

#: The priority of tickets whose events do not say it.
PRIORITY_UNSAID = "normal"


@dataclass(frozen=True)
class Happening:
    """An event as the log holds it.

    :ivar sequence: its place in the log.
    :ivar at: when it was received.
    :ivar kind: as in the catalogue of events.
    :ivar actor_kind: who did it: staff, customer, visitor, api or system.
    """

    sequence: int
    at: datetime
    kind: str
    actor_kind: str
    data: Mapping[str, Any] = field(default_factory=dict)


class What(StrEnum):
    """What a step of a history is."""

    OPENED = "opened"
    ASKED = "asked"
    REPLIED = "replied"
    PRIORITY = "priority"
    RULES = "rules"
    DUE_SET = "due_set"
    STATE = "state"


@dataclass(frozen=True)
class Step:
    """One thing that happened, as clocks see it.

    :ivar value: the new state or priority; the kind of commitment for a due time.
    :ivar due_at: a due time set by hand, or None where it is handed back to the rules.
    """

    at: datetime
    what: What
    value: str = ""
    due_at: datetime | None = None


@dataclass(frozen=True)
class History:
    """What happened to a ticket.

    :ivar opened_at: None if the log does not hold its beginning.
    :ivar by_customer: whoever opened it waits for us.
    :ivar state: the first one; empty if it is not known.
    :ivar priority: the first one.
    :ivar aside: the disposition it has at the end, if any.
    :ivar thanks: messages that were only thanks, for which nothing is owed.
    """

    opened_at: datetime | None
    by_customer: bool
    state: str
    priority: str
    site_id: int | None
    steps: tuple[Step, ...]
    aside: str | None = None
    thanks: tuple[datetime, ...] = ()


#: What comes first of what has the same time: creation, messages, priority, rules, states.
RANKS: Mapping[str, int] = {
    "ticket:opened": 0,
    "ticket:message_added": 1,
    "ticket:priority_changed": 2,
    "ticket:due_set": 4,
    "ticket:disposition_changed": 5,
    "ticket:state_changed": 6,
    "ticket:reopen_dismissed": 7,
}
#: Before these, rules that change at the same time are in force already.
_AFTER_RULES = frozenset({What.DUE_SET, What.STATE})

#: Who a public message is from when it is the customer's; the API speaks for them.
_CUSTOMERS = frozenset({"customer", "visitor", "api"})


def in_order(happenings: Iterable[Happening]) -> list[Happening]:
    """Return events as they are counted: once each, in the order of the log, never back in time.

    Events of one time stand by :data:`RANKS`. Where the server's clock was set back, an event is
    taken to have happened when the one before it did.
    """
    once = {each.sequence: each for each in happenings}
    ordered: list[Happening] = []
    log = sorted(once.values(), key=lambda each: each.sequence)
    for _, same_time in groupby(log, key=lambda each: each.at):
        for each in sorted(same_time, key=lambda each: RANKS.get(each.kind, len(RANKS))):
            at = max(each.at, ordered[-1].at) if ordered else each.at
            ordered.append(replace(each, at=at))
    return ordered


def read_history(happenings: Iterable[Happening], *, as_of: datetime) -> History:
    """Read a ticket's events.

    :param as_of: later ones have not happened yet.
    """
    reader = _Reader([each for each in in_order(happenings) if each.at <= as_of])
    return reader.read()


def with_rules(history: History, changes: Iterable[datetime], *, as_of: datetime) -> list[Step]:
    """Return the steps of a history with the times at which the rules changed under it."""
    steps = list(history.steps)
    for change in changes:
        if steps and steps[0].at < change <= as_of:
            place = next(
                (
                    number
                    for number, step in enumerate(steps)
                    if step.at > change or (step.at == change and step.what in _AFTER_RULES)
                ),
                len(steps),
            )
            steps.insert(place, Step(change, What.RULES))
    return steps


class _Reader:
    """Reads events in order, and takes back what turned out to be otherwise."""

    def __init__(self, happenings: Sequence[Happening]) -> None:
        self.happenings = happenings
        self.steps: list[Step] = []
        self.thanks: list[datetime] = []
        self.aside: str | None = None
        #: How many steps there were when it was set aside.
        self.aside_from = 0

    def read(self) -> History:
        opened = next((each for each in self.happenings if each.kind == "ticket:opened"), None)
        for each in self.happenings:
            self._take(each)
        by_customer = opened is not None and opened.actor_kind in _CUSTOMERS
        given = {} if opened is None else opened.data
        born = "" if opened is None else (Status.NEW if by_customer else Status.OPEN)
        return History(
            opened_at=None if opened is None else opened.at,
            by_customer=by_customer,
            state=given.get("state") or born or self._first_old("ticket:state_changed"),
            # Older events do not say it; then the first change tells what was before.
            priority=given.get("priority")
            or self._first_old("ticket:priority_changed")
            or PRIORITY_UNSAID,
            site_id=given.get("site_id"),
            steps=tuple(self.steps),
            aside=self.aside,
            thanks=tuple(self.thanks),
        )

    def _first_old(self, kind: str) -> str:
        return next((str(each.data["old"]) for each in self.happenings if each.kind == kind), "")

    def _take(self, each: Happening) -> None:
        data = each.data
        if each.kind == "ticket:opened":
            self._add(each, What.OPENED)
        elif each.kind == "ticket:message_added":
            self._message(each)
        elif each.kind == "ticket:priority_changed" and data["old"] != data["new"]:
            self._add(each, What.PRIORITY, data["new"])
        elif each.kind == "ticket:state_changed" and data["old"] != data["new"]:
            self._add(each, What.STATE, data["new"])
        elif each.kind == "ticket:due_set":
            due_at = data["new"] and datetime.fromisoformat(data["new"])
            self.steps.append(Step(each.at, What.DUE_SET, data["commitment"], due_at))
        elif each.kind == "ticket:disposition_changed":
            self._set_aside(data["new"])
        elif each.kind == "ticket:reopen_dismissed":
            self._dismiss_reopening(datetime.fromisoformat(data["solved_at"]))

    def _add(self, each: Happening, what: What, value: str = "") -> None:
        self.steps.append(Step(each.at, what, value))

    def _message(self, each: Happening) -> None:
        author = each.data["author_kind"]
        if author in _CUSTOMERS:
            self._add(each, What.ASKED)
        elif author == "staff" and each.actor_kind == "staff":
            # What rules, imports and other machinery send in our name answers nobody.
            self._add(each, What.REPLIED)

    def _set_aside(self, disposition: str | None) -> None:
        """Set the ticket aside, or take it back as if it had never been: the customer waited."""
        if disposition is not None and self.aside is None:
            self.aside_from = len(self.steps)
        elif disposition is None and self.aside is not None:
            self._forget_states_since(self.aside_from)
        self.aside = disposition

    def _dismiss_reopening(self, solved_at: datetime) -> None:
        """Leave the ticket solved since it was, as if the customer had only said thanks."""
        solved = [
            number
            for number, step in enumerate(self.steps)
            if step.what is What.STATE and step.value in DONE and step.at <= solved_at
        ]
        if not solved:
            return
        since = solved[-1] + 1
        self._forget_states_since(since)
        self.thanks += [step.at for step in self.steps[since:] if step.what is What.ASKED]
        self.steps[since:] = [step for step in self.steps[since:] if step.what is not What.ASKED]

    def _forget_states_since(self, place: int) -> None:
        self.steps[place:] = [step for step in self.steps[place:] if step.what is not What.STATE]
