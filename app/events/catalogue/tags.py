"""What happens to tags of tickets.

Events name a tag by its name: it says what was meant even after the tag was renamed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.events.catalogue.base import Event


@dataclass(frozen=True)
class TicketTagged(Event):
    """A ticket got a tag it did not have."""

    kind: ClassVar[str] = "ticket:tagged"
    ticket_id: int
    tag: str


@dataclass(frozen=True)
class TicketUntagged(Event):
    """A ticket lost a tag it had."""

    kind: ClassVar[str] = "ticket:untagged"
    ticket_id: int
    tag: str


@dataclass(frozen=True)
class TagRenamed(Event):
    """A tag got another name, on all its tickets."""

    kind: ClassVar[str] = "tag:renamed"
    tag_id: int
    old: str
    new: str


@dataclass(frozen=True)
class TagMerged(Event):
    """A tag went into another one: all its tickets have that one now.

    :ivar old: the name it had.
    :ivar new: the name of the other.
    """

    kind: ClassVar[str] = "tag:merged"
    tag_id: int
    into_id: int
    old: str
    new: str


@dataclass(frozen=True)
class TagDeleted(Event):
    """A tag was taken off all its tickets and forgotten.

    :ivar tickets: how many had it.
    """

    kind: ClassVar[str] = "tag:deleted"
    tag_id: int
    name: str
    tickets: int
