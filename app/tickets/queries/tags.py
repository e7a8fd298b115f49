"""The tags of tickets."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from app.db import db
from app.errors import NotFound
from app.tickets.desk import Tagging, TicketTag
from app.tickets.models import Ticket
from app.tickets.states import UNSOLVED

#: Offered while somebody types; more than a team keeps in mind.
MOST_OFFERED = 300


@dataclass(frozen=True)
class TagLine:
    """A tag with the number of its tickets.

    :ivar unsolved: those of them that somebody still works on.
    """

    id: int
    name: str
    tickets: int
    unsolved: int


def tags_of(ticket_id: int) -> list[str]:
    """Return the tags of a ticket, by name."""
    return tags_of_each([ticket_id]).get(ticket_id, [])


def tags_of_each(ticket_ids: Collection[int]) -> dict[int, list[str]]:
    """Return the tags of those tickets that have some, by name; one statement for all."""
    found: dict[int, list[str]] = {}
    rows = db.session.execute(
        select(Tagging.ticket_id, TicketTag.name)
        .join(TicketTag, TicketTag.id == Tagging.tag_id)
        .where(Tagging.ticket_id.in_(ticket_ids))
        .order_by(TicketTag.name)
    )
    for row in rows:
        found.setdefault(row.ticket_id, []).append(row.name)
    return found


def tags_in_use() -> list[str]:
    """Return the names to offer, those that were put on a ticket last first."""
    newest = select(TicketTag.name).order_by(TicketTag.used_at.desc(), TicketTag.id)
    return list(db.session.scalars(newest.limit(MOST_OFFERED)))


def tag_lines() -> Sequence[TagLine]:
    """Return all tags with the numbers of their tickets, by name."""
    rows = db.session.execute(
        select(
            TicketTag.id,
            TicketTag.name,
            func.count(Ticket.id).label("tickets"),
            func.count(Ticket.id).filter(Ticket.state.in_(UNSOLVED)).label("unsolved"),
        )
        .outerjoin(Tagging, Tagging.tag_id == TicketTag.id)
        .outerjoin(Ticket, Ticket.id == Tagging.ticket_id)
        .group_by(TicketTag.id, TicketTag.name)
        .order_by(TicketTag.name)
    )
    return [TagLine(**row._mapping) for row in rows]


def tag_with_id(tag_id: int) -> TicketTag:
    """Return a tag.

    :raises NotFound: there is none such.
    """
    tag = db.session.get(TicketTag, tag_id)
    if tag is None:
        raise NotFound
    return tag
