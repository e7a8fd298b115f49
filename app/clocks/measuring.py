"""What a ticket took, in business and in calendar time.

None means that we do not know, or that it has not happened; it is never told as zero.

Source: docs/clocks.md, "Durations".
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from app.calendars.algebra import AROUND_THE_CLOCK, Calendar
from app.clocks.commitments import Commitment
from app.clocks.history import History, What
from app.clocks.rules import Rules
from app.clocks.vocabulary import DONE, MATURITY, WITH_US, CommitmentKind, Status

_NOT_DONE = frozenset(Status) - DONE


@dataclass(frozen=True)
class Duration:
    """A length of time on two clocks, in seconds.

    :ivar business: open seconds; None if there is no calendar yet.
    """

    business: int | None
    calendar: int


@dataclass(frozen=True)
class Metrics:
    """What a ticket took until now.

    :ivar first_response: from the customer's first words to our first public answer.
    :ivar next_responses: from each later turn of the customer to our answer.
    :ivar requester_wait: while the ball was with us or a third party.
    :ivar staff_work: while it was with us.
    :ivar customer_wait: while it was with the customer.
    :ivar first_resolution: from the beginning until it was solved the first time.
    :ivar full_resolution: until it was solved the last time, less the time it spent solved.
    :ivar solved_at: since when it is solved; None if it is not.
    :ivar reopened: how often, thanks aside.
    :ivar resolved_without_reply: it was solved and nobody had answered.
    :ivar first_contact_resolution: None while it is not known, or not asked of this ticket.
    """

    first_response: Duration | None = None
    next_responses: tuple[Duration, ...] = ()
    requester_wait: Duration | None = None
    staff_work: Duration | None = None
    customer_wait: Duration | None = None
    on_hold: Duration | None = None
    first_resolution: Duration | None = None
    full_resolution: Duration | None = None
    solved_at: datetime | None = None
    reopened: int = 0
    resolved_without_reply: bool = False
    first_contact_resolution: bool | None = None


@dataclass(frozen=True)
class Stretch:
    """A part of a ticket's life in which it had one state."""

    since: datetime
    until: datetime
    state: str


def measure(
    history: History,
    commitments: Sequence[Commitment],
    rules: Rules,
    *,
    as_of: datetime,
    recontacts: Iterable[datetime] = (),
    escalated: bool = False,
) -> Metrics:
    """Return what a ticket took until a time.

    :param commitments: of the ticket.
    :param recontacts: when the same person asked about the same thing in another ticket.
    :param escalated: engineering was ever asked.
    """
    ruler = _Ruler(history, rules, as_of)
    first = [each for each in commitments if each.kind is CommitmentKind.FIRST_REPLY]
    later = [each for each in commitments if each.kind is CommitmentKind.NEXT_REPLY]
    solved = [each.since for each in ruler.done[1 if history.state in DONE else 0 :]]
    is_done = history.opened_at is not None and ruler.stretches[-1].state in DONE
    unanswered = any(each.fulfilled_at is None for each in first)
    return Metrics(
        first_response=next(iter(ruler.answers(first)), None),
        next_responses=tuple(ruler.answers(later)),
        requester_wait=ruler.time_in(WITH_US),
        staff_work=ruler.time_in(frozenset({Status.NEW, Status.OPEN})),
        customer_wait=ruler.time_in(frozenset({Status.WAITING})),
        on_hold=ruler.time_in(frozenset({Status.ON_HOLD})),
        first_resolution=ruler.until_first(solved),
        full_resolution=ruler.time_in(_NOT_DONE) if is_done and solved else None,
        solved_at=solved[-1] if is_done and solved else None,
        reopened=len(ruler.done) - (1 if is_done else 0),
        resolved_without_reply=is_done and unanswered,
        first_contact_resolution=_first_contact(history, ruler.done, recontacts, escalated),
    )


class _Ruler:
    """Measures parts of a ticket's life by the calendar that held in each."""

    def __init__(self, history: History, rules: Rules, as_of: datetime) -> None:
        self.history, self.rules = history, rules
        self.stretches = list(_stretches(history, as_of))
        self.done = [each for each in self.stretches if each.state in DONE]
        priorities = [step for step in history.steps if step.what is What.PRIORITY]
        #: From when on which priority, and when other rules came into force.
        self._priorities = [(step.at, step.value) for step in priorities]
        self._edges = [*rules.changes(site_id=history.site_id), *(at for at, _ in self._priorities)]

    def between(self, since: datetime, until: datetime) -> Duration:
        """Return the time between two times of the ticket's life."""
        edges = sorted({since, until, *(edge for edge in self._edges if since < edge < until)})
        business: int | None = 0
        for begin, end in pairwise(edges):
            calendar = self._calendar_at(begin)
            if calendar is None or business is None:
                business = None
            else:
                business += calendar.elapsed(begin, end)
        return Duration(business, AROUND_THE_CLOCK.elapsed(since, until))

    def answers(self, replies: Iterable[Commitment]) -> Iterator[Duration]:
        """Yield how long the customer waited for each answer that was given."""
        for each in replies:
            if each.fulfilled_at is not None:
                yield self.between(each.started_at, each.fulfilled_at)

    def time_in(self, states: Collection[str]) -> Duration | None:
        """Return the time spent in some states; None if the beginning is unknown."""
        if self.history.opened_at is None:
            return None
        parts = [self.between(each.since, each.until) for each in self.stretches
                 if each.state in states]  # fmt: skip
        business = [each.business for each in parts]
        return Duration(
            None if None in business else sum(each or 0 for each in business),
            sum(each.calendar for each in parts),
        )

    def until_first(self, solved: Sequence[datetime]) -> Duration | None:
        """Return the time until it was solved the first time."""
        if self.history.opened_at is None or not solved:
            return None
        return self.between(self.history.opened_at, solved[0])

    def _calendar_at(self, at: datetime) -> Calendar | None:
        before = [value for since, value in self._priorities if since <= at]
        priority = before[-1] if before else self.history.priority
        return self.rules.calendar_at(at, site_id=self.history.site_id, priority=priority)


def _stretches(history: History, as_of: datetime) -> Iterator[Stretch]:
    """Yield the stretches of a ticket's life from its beginning on; none if that is unknown."""
    if history.opened_at is None:
        return
    since, state = history.opened_at, history.state
    for step in history.steps:
        # From solved to closed is no change: it stays done.
        if step.what is What.STATE and not (state in DONE and step.value in DONE):
            yield Stretch(since, step.at, state)
            since, state = step.at, step.value
    yield Stretch(since, max(since, as_of), state)


def _first_contact(
    history: History, done: Sequence[Stretch], recontacts: Iterable[datetime], escalated: bool
) -> bool | None:
    """Say whether our first answer was enough, once that can be told; what comes later is new.

    :returns: None for what staff opened or nobody answered, what was set aside, and what has not
        matured.
    """
    matured = next((each for each in done if each.until >= each.since + MATURITY), None)
    if history.aside or not history.by_customer or matured is None:
        return None
    replies = [step.at for step in history.steps if step.what is What.REPLIED]
    if not replies or replies[0] > matured.since:
        return None
    end = matured.since + MATURITY
    asked_again = any(
        step.what is What.ASKED and replies[0] < step.at < end for step in history.steps
    )
    came_back = any(matured.since <= at < end for at in recontacts)
    return matured is done[0] and not (asked_again or came_back or escalated)
