"""Which tickets belong to one, and which might."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    bindparam,
    case,
    cast,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from app.customers.models import Customer
from app.db import db, fetch
from app.tickets.models import Ticket
from app.tickets.queries.fulltext import holds_words
from app.tickets.queries.merged import TicketChoice, ticket_choices
from app.tickets.queries.threads import OUT_OF_SIGHT
from app.tickets.relations import CHOSEN, MERGED, Relation, TicketRelation, seen_back


@dataclass(frozen=True)
class RelatedTicket:
    """A ticket that belongs to another.

    :ivar relation_id: what takes it away again; None if that cannot be.
    :ivar kind: a :class:`Relation`, or :data:`~app.tickets.relations.MERGED`.
    """

    relation_id: int | None
    kind: str
    number: int
    subject: str
    state: str


def related_tickets(ticket: Ticket) -> list[RelatedTicket]:
    """Return the tickets that belong to one, oldest first; one statement."""
    return [RelatedTicket(**row._mapping) for row in fetch(_RELATED, ticket_id=ticket.id)]


def relation_between(ticket: Ticket, other: Ticket) -> TicketRelation | None:
    """Return what two tickets have to do with each other."""
    pair = (ticket.id, other.id)
    return db.session.scalar(
        select(TicketRelation).where(
            TicketRelation.ticket_id.in_(pair), TicketRelation.other_id.in_(pair)
        )
    )


def relation_of(ticket: Ticket, relation_id: int) -> TicketRelation | None:
    """Return a relation of a ticket by its key."""
    relation = db.session.get(TicketRelation, relation_id, with_for_update=True)
    if relation is None or ticket.id not in (relation.ticket_id, relation.other_id):
        return None
    return relation


def relation_choices(ticket: Ticket, words: str) -> Sequence[TicketChoice]:
    """Return tickets that one may be linked with, newest activity first.

    :param words: a number, or words that the other holds; nothing gives those of the same
        requester and of the same account.
    """
    wanted = holds_words(words) if words.strip() else _around(ticket)
    kept = or_(Ticket.disposition.is_(None), Ticket.disposition.not_in(OUT_OF_SIGHT))
    return ticket_choices(wanted, kept, Ticket.id != ticket.id)


def _around(ticket: Ticket) -> ColumnElement[bool]:
    same: list[ColumnElement[bool]] = [Ticket.id.is_(None)]
    if ticket.customer is not None and ticket.customer.account_id is not None:
        account = ticket.customer.account_id
        people = select(Customer.id).where(Customer.account_id == account)
        same.append(Ticket.customer_id.in_(people))
    elif ticket.customer_id is not None:
        same.append(Ticket.customer_id == ticket.customer_id)
    if ticket.visitor_id is not None:
        same.append(Ticket.visitor_id == ticket.visitor_id)
    if ticket.requester_email:
        same.append(Ticket.requester_email == ticket.requester_email)
    return or_(*same)


def _related() -> Select[Any]:
    wanted = bindparam("ticket_id", type_=Integer)
    row, follower = TicketRelation, aliased(Ticket)
    of_other = case({kind: seen_back(kind) for kind in CHOSEN}, value=row.kind)
    none = cast(null(), Integer)
    found = union_all(
        select(
            row.id.label("relation_id"), row.kind.label("kind"), row.other_id.label("key")
        ).where(row.ticket_id == wanted),
        select(row.id, of_other, row.ticket_id).where(row.other_id == wanted),
        select(none, literal(Relation.FOLLOW_UP), follower.follow_up_of_id).where(
            follower.id == wanted, follower.follow_up_of_id.is_not(None)
        ),
        select(none, literal(Relation.FOLLOWED), follower.id).where(
            follower.follow_up_of_id == wanted
        ),
        select(none, literal(MERGED), follower.id).where(follower.merged_into_id == wanted),
    ).subquery()
    return (
        select(found.c.relation_id, found.c.kind, Ticket.number, Ticket.subject, Ticket.state)
        .join(Ticket, Ticket.id == found.c.key)
        .order_by(Ticket.id)
    )


#: Every look beside a ticket asks this; built once.
_RELATED = _related()
