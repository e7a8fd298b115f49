"""The commitments of a ticket, worked out from nothing but its events and the rules.

Source: docs/clocks.md.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from app.clocks.commitments import Commitment
from app.clocks.history import Happening, History, Step, What, read_history, with_rules
from app.clocks.measuring import Metrics, measure
from app.clocks.rules import Rules, Terms
from app.clocks.running import Running
from app.clocks.vocabulary import (
    DONE,
    MATURITY,
    REPLIES,
    WITH_US,
    CommitmentKind,
    Exclusion,
)


@dataclass(frozen=True)
class Clocks:
    """All clocks of a ticket as of a time.

    :ivar commitments: in the order in which they began.
    """

    history: History
    commitments: tuple[Commitment, ...]
    metrics: Metrics

    @property
    def next_due(self) -> Commitment | None:
        """Return what is due first of all that is still open, overdue or not."""
        open_ones = [each for each in self.commitments if each.is_open and each.due_at]
        return min(open_ones, key=lambda each: (each.due_at, each.kind), default=None)


def derive_clocks(
    happenings: Iterable[Happening],
    rules: Rules,
    *,
    as_of: datetime,
    recontacts: Iterable[datetime] = (),
    escalated: bool = False,
) -> Clocks:
    """Work out what a ticket owes, owed and took.

    A pure function: the same events, calendars, policies and time always give the same.

    :param happenings: the ticket's events in any order; repeats count once.
    :param rules: every version of calendars and policies.
    :param as_of: the time of asking; nothing after it is looked at.
    :param recontacts: when the same person asked about the same thing in another ticket.
    :param escalated: engineering was ever asked.
    """
    history = read_history(happenings, as_of=as_of)
    walk = _Walk(history, rules)
    walk.go(with_rules(history, rules.changes(site_id=history.site_id), as_of=as_of), as_of)
    commitments = tuple(each.result(aside=history.aside) for each in walk.made)
    metrics = measure(
        history, commitments, rules, as_of=as_of, recontacts=recontacts, escalated=escalated
    )
    return Clocks(history, commitments, metrics)


class _Walk:
    """Walks a history step by step and keeps the commitments."""

    def __init__(self, history: History, rules: Rules) -> None:
        self.history, self.rules = history, rules
        self.state, self.priority = history.state, history.priority
        self.terms: Terms | None = None
        self.made: list[Running] = []
        #: What the customer waits for an answer to.
        self.reply: Running | None = None
        self.resolution: Running | None = None
        #: The customer wrote while the ticket was done with; it counts if that reopens it.
        self.asked_when_done = False

    def go(self, steps: Iterable[Step], as_of: datetime) -> None:
        """Take the steps in order, then let time run to the end."""
        for step in steps:
            self._advance(step.at)
            self.terms = self.rules.terms_at(
                step.at, site_id=self.history.site_id, priority=self.priority
            )
            self._take(step)
        self._advance(as_of)

    def _advance(self, at: datetime) -> None:
        for each in self.made:
            each.advance(at)

    def _take(self, step: Step) -> None:
        if step.what is What.OPENED:
            self._open(step.at)
        elif step.what is What.ASKED:
            self._ask(step.at)
        elif step.what is What.REPLIED:
            self._answer(step.at)
        elif step.what is What.DUE_SET:
            self._set_due(step)
        elif step.what is What.STATE:
            self._move(step.at, step.value)
        else:
            self._adopt(step)

    def _open(self, at: datetime) -> None:
        if self.state in DONE:
            return  # it was done before anybody wrote it down: nothing was promised
        self.resolution = self._start(CommitmentKind.RESOLUTION, at)
        if self.state not in WITH_US:
            self.resolution.pause(at)
        if self.history.by_customer:
            self.reply = self._start(CommitmentKind.FIRST_REPLY, at)

    def _ask(self, at: datetime) -> None:
        if self.reply is None and self.state in DONE:
            self.asked_when_done = True
        elif self.reply is None:
            self.reply = self._start(self._kind_of_reply(), at)

    def _kind_of_reply(self) -> CommitmentKind:
        """Return which answer comes next; where the beginning is unknown, none is the first."""
        had_one = any(each.kind is CommitmentKind.FIRST_REPLY for each in self.made)
        if had_one or self.history.opened_at is None:
            return CommitmentKind.NEXT_REPLY
        return CommitmentKind.FIRST_REPLY

    def _answer(self, at: datetime) -> None:
        if self.reply is not None:
            self.reply.fulfil(at)
        self.reply, self.asked_when_done = None, False

    def _move(self, at: datetime, state: str) -> None:
        before, self.state = self.state, state
        if state in DONE and before not in DONE:
            self._solve(at)
        elif state not in DONE and before in DONE:
            self._reopen(at)
        if self.resolution is None or state in DONE:
            return
        runs = state in WITH_US
        if runs and self.resolution.is_stopped:
            self.resolution.resume(at, self.terms)
        elif not runs and not self.resolution.is_stopped:
            self.resolution.pause(at)

    def _solve(self, at: datetime) -> None:
        if self.resolution is not None:
            self.resolution.fulfil(at)
        if self.reply is not None:
            self.reply.leave_out(at, Exclusion.RESOLVED_WITHOUT_REPLY)
            if self.reply.kind is CommitmentKind.NEXT_REPLY:
                self.reply = None

    def _reopen(self, at: datetime) -> None:
        done_at = None if self.resolution is None else self.resolution.fulfilled_at
        if done_at is None or at < done_at + MATURITY:
            if self.resolution is not None:
                self.resolution.resume(at, self.terms)
        else:
            self.resolution = self._start(CommitmentKind.RESOLUTION, at)
        if self.reply is not None:
            self.reply.resume(at, self.terms)
        elif self.asked_when_done:
            self.reply = self._start(self._kind_of_reply(), at)
        self.asked_when_done = False

    def _set_due(self, step: Step) -> None:
        wanted = self.reply if step.value in REPLIES else self.resolution
        if wanted is None or wanted.kind != step.value or not wanted.is_pending:
            return
        wanted.set_due(step.at, step.due_at)
        if wanted is self.resolution and self.state not in WITH_US:
            wanted.pause(step.at)

    def _adopt(self, step: Step) -> None:
        if step.what is What.PRIORITY:
            self.priority = step.value
            self.terms = self.rules.terms_at(
                step.at, site_id=self.history.site_id, priority=self.priority
            )
        for each in self.made:
            if each.is_pending:
                each.adopt(step.at, self.terms)

    def _start(self, kind: CommitmentKind, at: datetime) -> Running:
        turn = sum(each.kind is kind for each in self.made) + 1
        self.made.append(Running(kind, turn, at=at, terms=self.terms))
        return self.made[-1]
