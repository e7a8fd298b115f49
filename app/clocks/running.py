"""How the clock of one commitment runs, stops and is decided.

Source: docs/clocks.md, "Commitments".
"""

from __future__ import annotations

from datetime import datetime, timedelta

from app.calendars.algebra import AROUND_THE_CLOCK
from app.calendars.walltime import instant
from app.clocks.commitments import Commitment, Entry, Turn
from app.clocks.deadlines import Deadline, moved
from app.clocks.rules import Terms
from app.clocks.vocabulary import (
    MATURITY,
    URGENCY,
    CommitmentKind,
    CommitmentState,
    Exclusion,
)

#: What is fulfilled, or left out, waits for nobody.
_MAY_BE_OPEN = (CommitmentState.RUNNING, CommitmentState.BREACHED)


class Running:
    """A commitment while its history is walked.

    :param kind: what is owed.
    :param turn: counts the commitments of the kind.
    :param at: when it starts.
    :param terms: what is promised; None promises nothing.
    """

    def __init__(
        self, kind: CommitmentKind, turn: int, *, at: datetime, terms: Terms | None
    ) -> None:
        self.kind, self.turn, self.started_at, self.terms = kind, turn, at, terms
        self.is_stopped = False
        self.deadline: Deadline | None = None
        self.fulfilled_at: datetime | None = None
        self.breached_at: datetime | None = None
        self.exclusion: Exclusion | None = None
        self.entries: list[Entry] = []
        #: Open seconds that have counted until `_counted_to`.
        self._spent, self._counted_to = 0, at
        #: Open seconds left where the clock was stopped.
        self._left: int | None = None
        #: By the hours in force when it was fulfilled: later ones do not touch what is decided.
        self._due_when_met: datetime | None = None
        target = self.target
        if terms is not None and target is not None:
            self.deadline = Deadline(terms.calendar, at, target)
        self._note(at, Turn.STARTED)

    @property
    def target(self) -> int | None:
        """Return the open seconds promised."""
        return None if self.terms is None else self.terms.target.seconds(self.kind)

    @property
    def is_pending(self) -> bool:
        """Say whether it is neither fulfilled, nor breached, nor left out."""
        return not (self.fulfilled_at or self.breached_at or self.exclusion)

    @property
    def is_manual(self) -> bool:
        """Say whether its time was set by hand."""
        return self.deadline is not None and self.deadline.fixed is not None

    def advance(self, at: datetime) -> None:
        """Breach it if its time has passed; within the second in which it is due it has not."""
        if self.is_pending and not self.is_stopped and self.deadline is not None:
            due_at = self.deadline.at
            if due_at is not None and instant(due_at) < instant(at):
                self.breached_at = due_at
                self._note(due_at, Turn.BREACHED)

    def fulfil(self, at: datetime) -> None:
        """Note that what was owed is done."""
        if self.deadline is not None and not self.is_stopped:
            self._due_when_met = self.deadline.as_known_before(at)
        self._stop(at)
        self.fulfilled_at, self.exclusion = at, None
        self._note(at, Turn.FULFILLED)

    def leave_out(self, at: datetime, reason: Exclusion) -> None:
        """Stop it without an outcome; a breach that has happened stays."""
        self._stop(at)
        if self.breached_at is None:
            self.exclusion = reason
        self._note(at, Turn.PAUSED)

    def pause(self, at: datetime) -> None:
        """Stop the clock; a time set by hand stands all the same."""
        if not self.is_manual:
            self._stop(at)
            self._note(at, Turn.PAUSED)

    def resume(self, at: datetime, terms: Terms | None) -> None:
        """Let the clock run on with what was left, by what is promised now."""
        turn = Turn.RESUMED if self.fulfilled_at is None else Turn.REOPENED
        self.fulfilled_at = self.exclusion = self._due_when_met = None
        self.is_stopped, self._counted_to = False, at
        left, self._left = self._left, None
        if left is not None and terms is not None and self.deadline is not None:
            late = left == 0 and self.deadline.at is not None and self.deadline.at > at
            # Nothing is left if it was stopped in closed time just before: its time then stands.
            self.deadline = self.deadline if late else Deadline(terms.calendar, at, left)
        self._note(at, turn)
        self.adopt(at, terms)

    def adopt(self, at: datetime, terms: Terms | None) -> None:
        """Go on by other terms; what is decided or set by hand does not move."""
        if terms == self.terms:
            return
        self._count(at)
        before, old_target, self.terms = self.terms, self.target, terms
        target = self.target
        if not self.is_pending or self.is_manual:
            return
        if terms is None or target is None:
            self.deadline = self._left = None
            return
        eased = _eases(before, terms, old_target, target)
        if eased is None:
            self._move_to(terms, at)
            return
        if self._left is None:
            self.deadline = moved(
                self.deadline, at=at, calendar=terms.calendar, target=target,
                spent=self._spent, eased=eased,
            )  # fmt: skip
        else:
            self._left = _left_after(self._left, target=target, spent=self._spent, eased=eased)
        self._note(at, Turn.EASED if eased else Turn.RAISED)

    def set_due(self, at: datetime, due_at: datetime | None) -> None:
        """Set its time by hand, or hand it back to the rules with what they leave."""
        self._count(at)
        calendar = AROUND_THE_CLOCK if self.terms is None else self.terms.calendar
        self.is_stopped, self._left, target = False, None, self.target
        if due_at is not None:
            self.deadline = Deadline(calendar, at, 0, fixed=due_at)
        elif target is None:
            self.deadline = None
        else:
            self.deadline = Deadline(calendar, at, max(0, target - self._spent))
        self._note(at, Turn.HANDED_BACK if due_at is None else Turn.SET_BY_HAND)

    def _stop(self, at: datetime) -> None:
        if self.is_stopped:
            return
        self._count(at)
        self.is_stopped = True
        if self.deadline is not None and not self.is_manual and self.breached_at is None:
            self._left = self.deadline.left(at)

    def _count(self, at: datetime) -> None:
        if not self.is_stopped and self.terms is not None:
            self._spent += self.terms.calendar.elapsed(self._counted_to, at)
        self._counted_to = at

    def _move_to(self, terms: Terms, at: datetime) -> None:
        """Keep what is left and let it run by another calendar."""
        if self.deadline is not None and self._left is None:
            left = self.deadline.left(at)
            if self.deadline.calendar != terms.calendar:
                self.deadline = Deadline(terms.calendar, at, left)

    def _note(self, at: datetime, turn: Turn) -> None:
        due_at = None if self.deadline is None or self.is_stopped else self.deadline.at
        self.entries.append(Entry(at, turn, due_at, self._left, self.terms))

    def result(self, *, aside: str | None) -> Commitment:
        """Return how it stands.

        :param aside: the disposition of its ticket, which takes it out of every rate.
        """
        state, exclusion = self._state(aside)
        is_open = state in _MAY_BE_OPEN and not self.is_stopped
        return Commitment(
            kind=self.kind,
            turn=self.turn,
            started_at=self.started_at,
            state=state,
            exclusion=exclusion,
            target_seconds=None if self.is_manual else self.target,
            due_at=self._due_at(state),
            left_seconds=self._left if state is CommitmentState.PAUSED else None,
            is_open=is_open,
            is_manual=self.is_manual,
            fulfilled_at=self.fulfilled_at,
            decided_at=self._decided_at(state),
            matures_at=self._matures_at(state),
            breached_at=self.breached_at,
            warn_at=self._warn_at() if state is CommitmentState.RUNNING else None,
            entries=tuple(self.entries),
        )

    def _state(self, aside: str | None) -> tuple[CommitmentState, str | None]:
        exclusion = aside or self.exclusion
        if exclusion is None and self.deadline is None and self.breached_at is None:
            exclusion = Exclusion.NO_TARGET
        if exclusion is not None:
            return CommitmentState.EXCLUDED, str(exclusion)
        if self.breached_at is not None:
            return CommitmentState.BREACHED, None
        if self.fulfilled_at is not None:
            return CommitmentState.MET, None
        return CommitmentState.PAUSED if self.is_stopped else CommitmentState.RUNNING, None

    def _due_at(self, state: CommitmentState) -> datetime | None:
        if state is CommitmentState.BREACHED:
            return self.breached_at
        if state is CommitmentState.MET:
            return self._due_when_met
        return self.deadline.at if state is CommitmentState.RUNNING and self.deadline else None

    def _decided_at(self, state: CommitmentState) -> datetime | None:
        if state is CommitmentState.BREACHED:
            return self.breached_at
        return self.fulfilled_at if state is CommitmentState.MET else None

    def _matures_at(self, state: CommitmentState) -> datetime | None:
        if self.kind is not CommitmentKind.RESOLUTION or self.fulfilled_at is None:
            return None
        return None if state is CommitmentState.EXCLUDED else self.fulfilled_at + MATURITY

    def _warn_at(self) -> datetime | None:
        if self.deadline is None or self.terms is None:
            return None
        share = 100 - self.terms.warn_percent
        if self.deadline.fixed is not None:
            whole = int((self.deadline.fixed - self.deadline.anchor) / timedelta(seconds=1))
        else:
            whole = self.target or 0
        return self.deadline.before(whole * share // 100)


def _eases(before: Terms | None, after: Terms, old_target: int | None, target: int) -> bool | None:
    """Say whether other terms give more time; None if they only count it by another calendar.

    Between priorities their order decides, so that a raise can only bring a commitment forward.
    """
    if before is None or old_target is None:
        return False
    if before.priority != after.priority:
        return URGENCY[after.priority] < URGENCY[before.priority]
    return None if target == old_target else target > old_target


def _left_after(left: int, *, target: int, spent: int, eased: bool) -> int:
    """Return what is left of a stopped clock, as :func:`app.clocks.deadlines.moved` has it."""
    from_now = min(left, target)
    return max(from_now, target - spent) if eased else from_now
