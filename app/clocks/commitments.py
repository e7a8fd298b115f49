"""What we owe on a ticket and how it stands, with the steps that led there.

Source: docs/clocks.md, "Commitments".
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from app.clocks.rules import Terms
from app.clocks.vocabulary import CommitmentKind, CommitmentState


class Turn(StrEnum):
    """What happened to a commitment, for the explanation of its due time."""

    STARTED = "started"
    RAISED = "raised"
    EASED = "eased"
    PAUSED = "paused"
    RESUMED = "resumed"
    SET_BY_HAND = "set_by_hand"
    HANDED_BACK = "handed_back"
    FULFILLED = "fulfilled"
    REOPENED = "reopened"
    BREACHED = "breached"


@dataclass(frozen=True)
class Entry:
    """One line of the explanation.

    :ivar due_at: as it was due from then on, as far as known then.
    :ivar left: open seconds left, where the clock stopped.
    """

    at: datetime
    turn: Turn
    due_at: datetime | None = None
    left: int | None = None
    terms: Terms | None = None


@dataclass(frozen=True)
class Commitment:
    """What we owe on a ticket, and how it stands.

    :ivar turn: counts the commitments of a kind on the ticket, from 1.
    :ivar target_seconds: open seconds promised; None without a target or by hand.
    :ivar due_at: None while paused, without target, or if the calendar never opens long enough.
    :ivar left_seconds: open seconds left while paused.
    :ivar is_open: its clock runs and it is not fulfilled, be it overdue or not.
    :ivar decided_at: when it was met, or breached; the outcome belongs to that time.
    :ivar matures_at: until then a reopening makes a resolution undecided again.
    :ivar warn_at: when most of the target is used up.
    """

    kind: CommitmentKind
    turn: int
    started_at: datetime
    state: CommitmentState
    exclusion: str | None = None
    target_seconds: int | None = None
    due_at: datetime | None = None
    left_seconds: int | None = None
    is_open: bool = False
    is_manual: bool = False
    fulfilled_at: datetime | None = None
    decided_at: datetime | None = None
    matures_at: datetime | None = None
    breached_at: datetime | None = None
    warn_at: datetime | None = None
    entries: tuple[Entry, ...] = ()

    @property
    def is_pending(self) -> bool:
        """Say whether it is still to be decided."""
        return self.state in (CommitmentState.RUNNING, CommitmentState.PAUSED)
