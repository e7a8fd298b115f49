"""Wins: what customers said when something went well."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Integer, Select, bindparam, select

from app.care.models import Win
from app.db import db, fetch
from app.tickets.models import Message, MessageKind, Ticket

MOST_SHOWN = 100


@dataclass(frozen=True)
class WinLine:
    """A win with the ticket it is from. Who kept it is not shown: it is everybody's."""

    id: int
    words: str
    note: str
    created_at: datetime
    number: int
    subject: str


_COLUMNS: tuple[Any, ...] = (
    Win.id,
    Win.words,
    Win.note,
    Win.created_at,
    Ticket.number,
    Ticket.subject,
)


def _wins() -> Select[Any]:
    return (
        select(*_COLUMNS)
        .join(Ticket, Ticket.id == Win.ticket_id)
        .where(Win.taken_back_at.is_(None))
        .order_by(Win.id.desc())
    )


def newest_wins() -> list[WinLine]:
    """Return the newest wins, at most :data:`MOST_SHOWN`."""
    return [WinLine(**row._mapping) for row in db.session.execute(_wins().limit(MOST_SHOWN))]


#: Every look at what stands beside a ticket asks this; built once.
_OF_TICKET = _wins().where(Win.ticket_id == bindparam("ticket_id", type_=Integer))


def wins_of_ticket(ticket_id: int) -> list[WinLine]:
    """Return the wins of a ticket, newest first."""
    return [WinLine(**row._mapping) for row in fetch(_OF_TICKET, ticket_id=ticket_id)]


def last_words(ticket_id: int) -> str:
    """Return what the customer of a ticket wrote last, or nothing."""
    return (
        db.session.scalar(
            select(Message.body)
            .where(
                Message.ticket_id == ticket_id,
                Message.kind == MessageKind.MESSAGE,
                Message.staff_id.is_(None),
            )
            .order_by(Message.id.desc())
            .limit(1)
        )
        or ""
    )
