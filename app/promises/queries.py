"""Reading promises: of one ticket, for staff and for its customer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ScalarSelect, func, select
from sqlalchemy.orm import InstrumentedAttribute

from app.db import db
from app.errors import NotFound
from app.promises.models import OWED, Promise, PromiseMove
from app.staff.models import Staff


@dataclass(frozen=True)
class FormerDate:
    """A date that a promise had.

    :ivar was_broken: it had passed when the promise got another.
    :ivar moved_by: who gave it another, or empty.
    """

    due_at: datetime
    was_broken: bool
    reason: str
    moved_by: str
    moved_at: datetime


@dataclass(frozen=True)
class PromiseLine:
    """A promise as staff see it.

    :ivar owner: name of whoever keeps it; empty is the team.
    :ivar late_seconds: how long after its date it was kept; 0 if in time or not kept.
    :ivar former_dates: oldest first.
    """

    id: int
    text: str
    state: str
    due_at: datetime
    owner_id: int | None
    owner: str
    customer_visible: bool
    sequence: int
    moves: int
    kept_at: datetime | None
    late_seconds: int
    reason: str
    created_at: datetime
    former_dates: Sequence[FormerDate]

    @property
    def is_owed(self) -> bool:
        """Say whether it is still to be kept."""
        return self.state in OWED


def promises_of_ticket(ticket_id: int) -> list[PromiseLine]:
    """Return the promises of a ticket: those still owed by date, then the settled ones."""
    rows = db.session.execute(
        select(
            Promise.id,
            Promise.text,
            Promise.state,
            Promise.due_at,
            Promise.owner_id,
            func.coalesce(Staff.name, "").label("owner"),
            Promise.customer_visible,
            Promise.sequence,
            Promise.moves,
            Promise.kept_at,
            Promise.reason,
            Promise.created_at,
        )
        .outerjoin(Staff, Staff.id == Promise.owner_id)
        .where(Promise.ticket_id == ticket_id)
        .order_by(Promise.state.not_in(OWED), Promise.due_at, Promise.id)
    ).all()
    former = _former_dates([row.id for row in rows if row.moves])
    return [
        PromiseLine(
            **row._mapping,
            late_seconds=_late_seconds(row.kept_at, row.due_at),
            former_dates=former.get(row.id, ()),
        )
        for row in rows
    ]


def _former_dates(promise_ids: Sequence[int]) -> dict[int, list[FormerDate]]:
    if not promise_ids:
        return {}
    rows = db.session.execute(
        select(PromiseMove, Staff.name)
        .outerjoin(Staff, Staff.id == PromiseMove.moved_by_id)
        .where(PromiseMove.promise_id.in_(promise_ids))
        .order_by(PromiseMove.id)
    )
    found: dict[int, list[FormerDate]] = {}
    for move, name in rows:
        date = FormerDate(
            move.old_due_at, move.was_broken, move.reason, name or "", move.created_at
        )
        found.setdefault(move.promise_id, []).append(date)
    return found


def _late_seconds(kept_at: datetime | None, due_at: datetime) -> int:
    return 0 if kept_at is None else max(int((kept_at - due_at).total_seconds()), 0)


def next_shown_due(ticket_id: InstrumentedAttribute[int]) -> ScalarSelect[Any]:
    """Return, as part of a query, the next date by which something is owed that is no secret.

    :param ticket_id: of the query around it.
    """
    return (
        select(func.min(Promise.due_at))
        .where(
            Promise.ticket_id == ticket_id,
            Promise.customer_visible.is_(True),
            Promise.set_aside_at.is_(None),
            Promise.state.in_(OWED),
        )
        .correlate_except(Promise)
        .scalar_subquery()
    )


@dataclass(frozen=True)
class PromiseShown:
    """A promise as its customer reads it.

    :ivar moved: it has another date than was first said.
    :ivar late: kept after its date.
    """

    text: str
    state: str
    due_at: datetime
    moved: bool
    kept_at: datetime | None
    late: bool

    @property
    def is_owed(self) -> bool:
        """Say whether it is still to be kept."""
        return self.state in OWED


def promises_shown_to_customer(ticket_id: int) -> list[PromiseShown]:
    """Return what the customer of a ticket may read of its promises, those owed first."""
    rows = db.session.execute(
        select(
            Promise.text,
            Promise.state,
            Promise.due_at,
            (Promise.moves > 0).label("moved"),
            Promise.kept_at,
        )
        .where(
            Promise.ticket_id == ticket_id,
            Promise.customer_visible,
            Promise.set_aside_at.is_(None),
        )
        .order_by(Promise.state.not_in(OWED), Promise.due_at, Promise.id)
    )
    return [
        PromiseShown(**row._mapping, late=_late_seconds(row.kept_at, row.due_at) > 0)
        for row in rows
    ]


def promise_of_ticket(ticket_id: int, promise_id: int) -> Promise:
    """Return a promise of a ticket.

    :raises NotFound: the ticket has none such.
    """
    promise = db.session.scalar(
        select(Promise).where(Promise.id == promise_id, Promise.ticket_id == ticket_id)
    )
    if promise is None:
        raise NotFound
    return promise


def nearest_due(ticket_id: int) -> datetime | None:
    """Return the first date by which something is owed on a ticket, which may have passed."""
    return db.session.scalar(
        select(func.min(Promise.due_at)).where(
            Promise.ticket_id == ticket_id,
            Promise.state.in_(OWED),
            Promise.set_aside_at.is_(None),
        )
    )


def owed_by(ticket_id: int, owner_id: int | None) -> Sequence[Promise]:
    """Return what one person still owes on a ticket.

    :param owner_id: None for what the team owes.
    """
    return db.session.scalars(
        select(Promise)
        .where(
            Promise.ticket_id == ticket_id, Promise.state.in_(OWED), Promise.owner_id == owner_id
        )
        .order_by(Promise.due_at, Promise.id)
    ).all()


def promises_a_reply_may_keep(ticket_id: int) -> list[tuple[int, str]]:
    """Return key and text of what an answer on a ticket may keep, soonest first."""
    rows = db.session.execute(
        select(Promise.id, Promise.text)
        .where(Promise.ticket_id == ticket_id, Promise.state.in_(OWED))
        .order_by(Promise.due_at, Promise.id)
    )
    return [(row.id, row.text) for row in rows]
