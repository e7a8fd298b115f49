"""Everything that can happen, one frozen dataclass each.

Fields are ids and plain values only. `kind` is ``"subject:what_happened"``; the field named
``<subject>_id`` is the subject's key. Changes of a field carry the old and the new value.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


@dataclass(frozen=True)
class Event:
    """Base of all events."""

    kind: ClassVar[str]


# Knowledge


@dataclass(frozen=True)
class ArticleCreated(Event):
    """An article was created as a draft or by an import."""

    kind: ClassVar[str] = "article:created"
    article_id: int
    title: str


@dataclass(frozen=True)
class ArticleRevised(Event):
    """A new revision of an article was saved.

    :ivar revision_number: from 1, per article.
    """

    kind: ClassVar[str] = "article:revised"
    article_id: int
    revision_id: int
    revision_number: int


@dataclass(frozen=True)
class ArticleStateChanged(Event):
    """An article was published, taken back to draft, or archived."""

    kind: ClassVar[str] = "article:state_changed"
    article_id: int
    old: str
    new: str


@dataclass(frozen=True)
class ArticleChanged(Event):
    """A property beside the text changed: slug, audience, category, tags, owner, patterns."""

    kind: ClassVar[str] = "article:changed"
    article_id: int
    field: str
    old: str | None
    new: str | None


@dataclass(frozen=True)
class ArticlePublished(Event):
    """Readers got another revision of an article, the first or a later one."""

    kind: ClassVar[str] = "article:published"
    article_id: int
    revision_id: int


@dataclass(frozen=True)
class CategoryCreated(Event):
    """A category of articles was created."""

    kind: ClassVar[str] = "category:created"
    category_id: int
    name: str


@dataclass(frozen=True)
class CategoryChanged(Event):
    """A category was renamed or moved; for a move the values are ids of the parents."""

    kind: ClassVar[str] = "category:changed"
    category_id: int
    field: str
    old: str
    new: str


@dataclass(frozen=True)
class ArticleFeedbackGiven(Event):
    """A reader said whether a revision of an article helped.

    :ivar helped: True for yes.
    :ivar help_session_id: the session it was given in, if one was recorded.
    """

    kind: ClassVar[str] = "article:feedback_given"
    article_id: int
    revision_id: int
    helped: bool
    help_session_id: int | None


# Tickets


@dataclass(frozen=True)
class TicketOpened(Event):
    """A ticket was accepted.

    :ivar channel: widget, help, api or staff.
    :ivar help_session_id: the help session it came out of, if any.
    :ivar customer_id: the requester, if known.
    :ivar visitor_id: the requester, if anonymous.
    """

    kind: ClassVar[str] = "ticket:opened"
    ticket_id: int
    number: int
    channel: str
    help_session_id: int | None
    customer_id: int | None
    visitor_id: int | None


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


# People


@dataclass(frozen=True)
class StaffInvited(Event):
    """An invite for a new member of staff was made."""

    kind: ClassVar[str] = "staff:invited"
    staff_id: int | None
    email: str
    role: str


@dataclass(frozen=True)
class StaffCreated(Event):
    """A staff account came to be, by invite or by the command line."""

    kind: ClassVar[str] = "staff:created"
    staff_id: int
    role: str


@dataclass(frozen=True)
class StaffChanged(Event):
    """Role or state of a staff account changed."""

    kind: ClassVar[str] = "staff:changed"
    staff_id: int
    field: str
    old: str | None
    new: str | None


@dataclass(frozen=True)
class StaffSignedIn(Event):
    """A member of staff signed in."""

    kind: ClassVar[str] = "staff:signed_in"
    staff_id: int


@dataclass(frozen=True)
class StaffPasswordChanged(Event):
    """A member of staff changed their password; their other sessions ended."""

    kind: ClassVar[str] = "staff:password_changed"
    staff_id: int


@dataclass(frozen=True)
class ApiTokenChanged(Event):
    """A token of the JSON API was made or revoked.

    :ivar state: active or revoked.
    """

    kind: ClassVar[str] = "api_token:changed"
    api_token_id: int
    name: str
    state: str


# Sites and customers


@dataclass(frozen=True)
class SiteChanged(Event):
    """A site was created or its settings changed.

    :ivar fields: names of the changed settings, separated by commas.
    """

    kind: ClassVar[str] = "site:changed"
    site_id: int
    fields: str


@dataclass(frozen=True)
class IdentityKeyChanged(Event):
    """An identity key of a site was made, retired or revoked.

    :ivar state: the new state.
    """

    kind: ClassVar[str] = "site:identity_key_changed"
    site_id: int
    key_id: int
    state: str


@dataclass(frozen=True)
class CustomerIdentified(Event):
    """A customer became known by a signed token, the API or staff."""

    kind: ClassVar[str] = "customer:identified"
    customer_id: int
    source: str


@dataclass(frozen=True)
class AccountChanged(Event):
    """A customer organisation was created or changed."""

    kind: ClassVar[str] = "account:changed"
    account_id: int
    fields: str
