"""What happens to tickets between their states."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.events.catalogue.base import Event


@dataclass(frozen=True)
class TicketParked(Event):
    """Why a ticket is on hold was said, and when somebody looks again.

    :ivar old: the reason before; None if it was not on hold.
    :ivar new: the reason.
    :ivar old_look_at: ISO 8601, or None.
    :ivar new_look_at: ISO 8601.
    """

    kind: ClassVar[str] = "ticket:parked"
    ticket_id: int
    old: str | None
    new: str
    old_look_at: str | None
    new_look_at: str


@dataclass(frozen=True)
class TicketFollowUpSet(Event):
    """Which closed ticket a ticket continues was said; values are ticket ids."""

    kind: ClassVar[str] = "ticket:follow_up_set"
    ticket_id: int
    old: int | None
    new: int | None


@dataclass(frozen=True)
class TicketRequesterConfirmed(Event):
    """Whether the requester's address is vouched for has changed."""

    kind: ClassVar[str] = "ticket:requester_confirmed"
    ticket_id: int
    old: bool
    new: bool
