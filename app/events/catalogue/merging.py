"""Events of tickets that become one, or two."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.events.catalogue.base import Event


@dataclass(frozen=True)
class TicketMergedIn(Event):
    """Another ticket of the same person goes on in this one, or no longer does.

    :ivar source_id: the other ticket.
    :ivar old: its number if it went on here before, else None.
    :ivar new: its number if it goes on here now, else None.
    """

    kind: ClassVar[str] = "ticket:merged_in"
    ticket_id: int
    source_id: int
    old: int | None
    new: int | None


@dataclass(frozen=True)
class TicketSplit(Event):
    """Messages of a ticket became a ticket of their own.

    :ivar into_id: the new ticket.
    :ivar new: its number.
    :ivar message_ids: what moved there.
    """

    kind: ClassVar[str] = "ticket:split"
    ticket_id: int
    into_id: int
    new: int
    message_ids: list[int]


@dataclass(frozen=True)
class TicketSplitOff(Event):
    """A ticket began as a part of another one.

    :ivar old: the number of the other one.
    """

    kind: ClassVar[str] = "ticket:split_off"
    ticket_id: int
    source_id: int
    old: int


@dataclass(frozen=True)
class TicketRelated(Event):
    """What a ticket is to another one changed; the other has an event of its own.

    :ivar old: a `Relation`; None if they had nothing to do with each other.
    :ivar new: a `Relation`; None if they no longer have.
    :ivar other_number: the number of the other.
    """

    kind: ClassVar[str] = "ticket:related"
    ticket_id: int
    other_id: int
    other_number: int
    old: str | None
    new: str | None
