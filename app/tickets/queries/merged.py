"""Tickets that go on in another: whose messages are read where, and what may be merged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Integer, and_, bindparam, false, or_, select
from sqlalchemy.orm import aliased

from app.db import db
from app.tickets.models import Message, MessageKind, Ticket, TicketState

#: Tickets offered for another one.
MOST_OFFERED = 12


@dataclass(frozen=True)
class TicketChoice:
    """A ticket to choose for another one.

    :ivar last_words: the beginning of its last public message.
    """

    number: int
    subject: str
    state: str
    updated_at: datetime
    last_words: str


def in_family(column: ColumnElement[int]) -> ColumnElement[bool]:
    """Return the condition that a key is of the ticket ``:ticket_id`` or of one merged into it."""
    wanted = bindparam("ticket_id", type_=Integer)
    return column.in_(select(Ticket.id).where(or_(Ticket.id == wanted, wanted == _MERGED_INTO)))


_MERGED_INTO = Ticket.__table__.c.merged_into_id


def goes_on_in(ticket: Ticket) -> Ticket:
    """Return the ticket in which one goes on: itself, unless it was merged.

    One step is all: whoever was merged into a ticket follows it when that is merged in turn.
    """
    if ticket.merged_into_id is None:
        return ticket
    return db.session.get_one(Ticket, ticket.merged_into_id)


def merged_into(ticket: Ticket) -> Sequence[Ticket]:
    """Return the tickets that go on in one."""
    return db.session.scalars(
        select(Ticket).where(Ticket.merged_into_id == ticket.id).order_by(Ticket.id)
    ).all()


def of_same_person(ticket: Ticket) -> ColumnElement[bool]:
    """Return the condition that a ticket is surely of the same person as another.

    A merged ticket shows its requester what is said in the other, so a mail address counts only
    where it is vouched for on both.
    """
    same: list[ColumnElement[bool]] = []
    if ticket.customer_id is not None:
        same.append(Ticket.customer_id == ticket.customer_id)
    if ticket.visitor_id is not None:
        same.append(Ticket.visitor_id == ticket.visitor_id)
    if ticket.requester_verified and ticket.requester_email:
        vouched = Ticket.requester_verified.is_(True)
        same.append(and_(vouched, Ticket.requester_email == ticket.requester_email))
    return or_(false(), *same)


def is_same_person(one: Ticket, other: Ticket) -> bool:
    """Say whether two stored tickets are surely of one person."""
    found = select(Ticket.id).where(Ticket.id == other.id, of_same_person(one))
    return db.session.scalar(found) is not None


def merge_choices(ticket: Ticket) -> Sequence[TicketChoice]:
    """Return the tickets that one may be merged into, open ones first, newest first."""
    return ticket_choices(
        of_same_person(ticket), Ticket.id != ticket.id, Ticket.disposition.is_(None)
    )


def ticket_choices(*conditions: ColumnElement[bool]) -> Sequence[TicketChoice]:
    """Return some tickets to choose from with their last words, open ones first, newest first."""
    newest = aliased(Message)
    last = (
        select(newest.body)
        .where(newest.ticket_id == Ticket.id, newest.kind == MessageKind.MESSAGE)
        .order_by(newest.id.desc())
        .limit(1)
        .correlate(Ticket)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(
            Ticket.number, Ticket.subject, Ticket.state, Ticket.updated_at, last.label("last_words")
        )
        .where(*conditions)
        .order_by(Ticket.state == TicketState.CLOSED, Ticket.updated_at.desc())
        .limit(MOST_OFFERED)
    )
    return [
        TicketChoice(
            row.number,
            row.subject,
            row.state,
            row.updated_at,
            " ".join((row.last_words or "").split())[:160],
        )
        for row in rows
    ]
