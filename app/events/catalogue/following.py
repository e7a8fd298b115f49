"""Who follows a ticket, and until when it is out of the lists."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.events.catalogue.base import Event


@dataclass(frozen=True)
class TicketWatched(Event):
    """Somebody wants to hear of a ticket."""

    kind: ClassVar[str] = "ticket:watched"
    ticket_id: int
    staff_id: int


@dataclass(frozen=True)
class TicketUnwatched(Event):
    """Somebody no longer wants to hear of a ticket."""

    kind: ClassVar[str] = "ticket:unwatched"
    ticket_id: int
    staff_id: int


@dataclass(frozen=True)
class TicketSnoozed(Event):
    """A ticket left the lists until a moment, or came back.

    :ivar old: the moment until then, ISO 8601; None while it was in the lists.
    :ivar new: likewise; None when it came back: by staff, by a customer's message or in time.
    """

    kind: ClassVar[str] = "ticket:snoozed"
    ticket_id: int
    old: str | None
    new: str | None
