"""What happens to tickets."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.events.catalogue.base import Event


@dataclass(frozen=True)
class TicketOpened(Event):
    """A ticket was accepted.

    :ivar channel: widget, help, api or staff.
    :ivar help_session_id: the help session it came out of, if any.
    :ivar customer_id: the requester, if known.
    :ivar visitor_id: the requester, if anonymous.
    :ivar priority: a value of `Priority`; older events do not say it, nor the site.
    :ivar site_id: where it was asked.
    """

    kind: ClassVar[str] = "ticket:opened"
    ticket_id: int
    number: int
    channel: str
    help_session_id: int | None
    customer_id: int | None
    visitor_id: int | None
    priority: str = "normal"
    site_id: int | None = None


@dataclass(frozen=True)
class MessageAdded(Event):
    """A public message was added to a ticket.

    :ivar author_kind: staff, customer or visitor.
    """

    kind: ClassVar[str] = "ticket:message_added"
    ticket_id: int
    message_id: int
    author_kind: str


@dataclass(frozen=True)
class NoteAdded(Event):
    """An internal note was added to a ticket."""

    kind: ClassVar[str] = "ticket:note_added"
    ticket_id: int
    message_id: int


@dataclass(frozen=True)
class TicketStateChanged(Event):
    """A ticket moved from one state to another."""

    kind: ClassVar[str] = "ticket:state_changed"
    ticket_id: int
    old: str
    new: str


@dataclass(frozen=True)
class TicketAssigned(Event):
    """A ticket was given to somebody or to nobody; values are staff ids."""

    kind: ClassVar[str] = "ticket:assigned"
    ticket_id: int
    old: int | None
    new: int | None


@dataclass(frozen=True)
class TicketPriorityChanged(Event):
    """The priority of a ticket changed."""

    kind: ClassVar[str] = "ticket:priority_changed"
    ticket_id: int
    old: str
    new: str


@dataclass(frozen=True)
class TicketCategoryChanged(Event):
    """What a ticket is about was said; values are category ids."""

    kind: ClassVar[str] = "ticket:category_changed"
    ticket_id: int
    old: int | None
    new: int | None


@dataclass(frozen=True)
class TicketTeamChanged(Event):
    """A ticket was given to a team or to everybody; values are team ids."""

    kind: ClassVar[str] = "ticket:team_changed"
    ticket_id: int
    old: int | None
    new: int | None


@dataclass(frozen=True)
class TicketSubjectChanged(Event):
    """The subject of a ticket was put differently."""

    kind: ClassVar[str] = "ticket:subject_changed"
    ticket_id: int
    old: str
    new: str


@dataclass(frozen=True)
class TicketDispositionChanged(Event):
    """A ticket was set aside (spam, merged, duplicate, deleted) or taken back.

    :ivar old: a value of `Disposition`, or None for a ticket in its normal life.
    :ivar new: likewise.
    :ivar into_id: the ticket that goes on in its place, for merged and duplicate.
    :ivar state: the state it had before, or gets back.
    """

    kind: ClassVar[str] = "ticket:disposition_changed"
    ticket_id: int
    old: str | None
    new: str | None
    into_id: int | None
    state: str


@dataclass(frozen=True)
class TicketResolutionSet(Event):
    """How a ticket was resolved was said; values are of `Resolution`."""

    kind: ClassVar[str] = "ticket:resolution_set"
    ticket_id: int
    old: str | None
    new: str | None


@dataclass(frozen=True)
class TicketConfirmed(Event):
    """The requester said that their ticket is solved.

    :ivar old: when they had said so before, ISO 8601; None if they had not.
    :ivar new: when they say it.
    """

    kind: ClassVar[str] = "ticket:confirmed"
    ticket_id: int
    old: str | None
    new: str


@dataclass(frozen=True)
class TicketReopenDismissed(Event):
    """A reopening was only a thank-you: the former solving counts again.

    :ivar solved_at: the restored instant, ISO 8601.
    """

    kind: ClassVar[str] = "ticket:reopen_dismissed"
    ticket_id: int
    solved_at: str
