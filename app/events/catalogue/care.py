"""What staff note about a ticket beside the conversation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.events.catalogue.base import Event


@dataclass(frozen=True)
class TicketFlagged(Event):
    """A ticket showed something to mend in the documentation or the product.

    :ivar flag_kind: docs_fix, bug or feature_request.
    :ivar gap: missing, wrong or not_findable, for documentation.
    """

    kind: ClassVar[str] = "ticket:flagged"
    ticket_id: int
    flag_id: int
    flag_kind: str
    gap: str | None
    article_id: int | None


@dataclass(frozen=True)
class TicketFlagSettled(Event):
    """What a flag asked for was done, or was decided against."""

    kind: ClassVar[str] = "ticket:flag_settled"
    ticket_id: int
    flag_id: int


@dataclass(frozen=True)
class TicketTimeSpent(Event):
    """Somebody said how long they worked on a ticket, or corrected it.

    :ivar old: minutes of everybody together, before.
    :ivar new: likewise, after.
    """

    kind: ClassVar[str] = "ticket:time_spent"
    ticket_id: int
    old: int
    new: int


@dataclass(frozen=True)
class TicketKnowledgeNoted(Event):
    """Somebody said whether an article would have answered a ticket.

    :ivar old: linked, unwritten, new or nothing; None if nobody had said so.
    :ivar new: the same, as it is now.
    :ivar old_article_id: the article that was named before.
    :ivar article_id: the article that answers it, or that was drafted from it.
    """

    kind: ClassVar[str] = "ticket:knowledge_noted"
    ticket_id: int
    old: str | None
    new: str
    old_article_id: int | None
    article_id: int | None


@dataclass(frozen=True)
class TicketWinKept(Event):
    """A customer's own words were kept as a win of the team.

    :ivar message_id: the message they are from.
    """

    kind: ClassVar[str] = "ticket:win_kept"
    ticket_id: int
    win_id: int
    message_id: int


@dataclass(frozen=True)
class TicketWinTakenBack(Event):
    """A win is shown no longer."""

    kind: ClassVar[str] = "ticket:win_taken_back"
    ticket_id: int
    win_id: int
