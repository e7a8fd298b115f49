"""What happens to what is owed on tickets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.events.catalogue.base import Event


@dataclass(frozen=True)
class TicketDueSet(Event):
    """A member of staff said by when something is due, or handed that back to the rules.

    :ivar commitment: a value of `CommitmentKind`.
    :ivar old: when it was due before, ISO 8601; None if it had no time.
    :ivar new: when it is due now, ISO 8601; None for what the rules say.
    """

    kind: ClassVar[str] = "ticket:due_set"
    ticket_id: int
    commitment: str
    old: str | None
    new: str | None


@dataclass(frozen=True)
class TicketCommitmentBreached(Event):
    """The time of something owed on a ticket passed; recorded once for each commitment.

    :ivar commitment: a value of `CommitmentKind`.
    :ivar turn: which of its kind on the ticket, from 1.
    :ivar due_at: when it was due, ISO 8601.
    """

    kind: ClassVar[str] = "ticket:commitment_breached"
    ticket_id: int
    commitment: str
    turn: int
    due_at: str


@dataclass(frozen=True)
class ClockRulesRevised(Event):
    """Opening hours and targets were said anew.

    :ivar old: number of the calendar's version before.
    :ivar new: number of its version from now on.
    """

    kind: ClassVar[str] = "calendar:revised"
    calendar_id: int
    old: int
    new: int
