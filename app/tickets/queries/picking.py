"""Tickets that were picked in the list, to do the same to all of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from app.db import db, fetch
from app.errors import NotFound
from app.tickets.desk import BulkChange, BulkChanged
from app.tickets.models import Ticket
from app.tickets.queries.filters import InboxFilter, Viewer, conditions
from app.tickets.queries.orders import in_order
from app.tickets.queries.tags import tags_of_each


@dataclass(frozen=True)
class Selection:
    """The tickets of a filter.

    :ivar picked: numbers with the versions they have now, in the order of the list.
    :ivar total: how many the filter holds, which may be more.
    """

    picked: dict[int, int]
    total: int


@dataclass(frozen=True)
class PickedTicket:
    """One ticket that was picked."""

    number: int
    subject: str


def everything_in(wanted: InboxFilter, *, viewer: Viewer, most: int) -> Selection:
    """Return the tickets that a filter holds, on all its pages.

    :param most: how many of them at most.
    """
    found = (Ticket.state.in_(wanted.states), *conditions(wanted, viewer.id))
    total = select(func.count()).select_from(Ticket).where(*found)
    columns: list[Any] = [Ticket.number, Ticket.version]
    chosen = in_order(select(*columns), wanted.sort).where(*found)
    rows = fetch(chosen.limit(most), **viewer.moments)
    picked = {row.number: row.version for row in rows}
    return Selection(picked, fetch(total, **viewer.moments).scalar_one())


def picked_tickets(numbers: Collection[int]) -> list[PickedTicket]:
    """Return what people call the tickets with these numbers; others are passed over."""
    rows = fetch(
        select(Ticket.number, Ticket.subject)
        .where(Ticket.number.in_(numbers))
        .order_by(Ticket.number)
    )
    return [PickedTicket(row.number, row.subject) for row in rows]


def tags_on(numbers: Collection[int]) -> list[str]:
    """Return every tag that is on at least one of the tickets with these numbers, by name."""
    ids = [row.id for row in fetch(select(Ticket.id).where(Ticket.number.in_(numbers)))]
    return sorted({name for names in tags_of_each(ids).values() for name in names})


def change_by(staff_id: int, change_id: int) -> BulkChange:
    """Return a change to several tickets that somebody made.

    :raises NotFound: there is none such, or somebody else made it.
    """
    change = db.session.get(BulkChange, change_id)
    if change is None or change.staff_id != staff_id:
        raise NotFound
    return change


def numbers_changed(change_id: int) -> list[int]:
    """Return the numbers of the tickets that a change has changed."""
    rows = fetch(
        select(Ticket.number)
        .join(BulkChanged, BulkChanged.ticket_id == Ticket.id)
        .where(BulkChanged.change_id == change_id)
        .order_by(Ticket.number)
    )
    return [row.number for row in rows]
