"""The board: which escalations there are, and what each waits for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.db import db
from app.escalations.models import (
    Deadline,
    EscalatedTicket,
    Escalation,
    EscalationState,
    Role,
    RoleHolding,
)
from app.escalations.states import OPEN, RUNNING
from app.knowledge.models import Category
from app.staff.models import Staff

#: Name in the address to the states it stands for, in the order of the board.
GROUPS: Mapping[str, tuple[EscalationState, ...]] = {
    "running": RUNNING,
    "review": (EscalationState.RESOLVED,),
    "over": (EscalationState.CLOSED, EscalationState.DECLINED, EscalationState.DUPLICATE),
}
#: Older ones are found by search; a page of more is read by nobody.
MOST = 200


@dataclass(frozen=True)
class Owed:
    """Something owed by a time.

    :ivar kind: a :class:`DeadlineKind`.
    :ivar missed: the time has passed.
    """

    kind: str
    due_at: datetime
    missed: bool


@dataclass(frozen=True)
class Card:
    """One escalation on the board.

    :ivar owner: name of whoever coordinates; empty while nobody does.
    :ivar owed: what is due, first things first.
    :ivar tickets: how many are linked.
    """

    number: int
    title: str
    state: str
    severity: str
    area: str
    owner: str
    raised_at: datetime
    told_at: datetime | None
    tickets: int
    owed: Sequence[Owed]


def board(group: str, *, now: datetime, severity: str = "") -> list[Card]:
    """Return the escalations of a group, the worst and then the oldest first.

    What is over comes newest first.

    :param group: a name in :data:`GROUPS`.
    :param severity: only this one; empty for all.
    """
    tickets = (
        select(func.count())
        .where(EscalatedTicket.escalation_id == Escalation.id)
        .correlate(Escalation)
        .scalar_subquery()
    )
    owner = (
        select(Staff.name)
        .join(RoleHolding, RoleHolding.staff_id == Staff.id)
        .where(
            RoleHolding.escalation_id == Escalation.id,
            RoleHolding.role == Role.OWNER,
            RoleHolding.renounced_at.is_(None),
        )
        .correlate(Escalation)
        .limit(1)
        .scalar_subquery()
    )
    newest_first = group == "over"
    order = (
        (Escalation.raised_at.desc(), Escalation.id.desc())
        if newest_first
        else (Escalation.severity, Escalation.raised_at, Escalation.id)
    )
    wanted = (
        select(
            Escalation.id,
            Escalation.number,
            Escalation.title,
            Escalation.state,
            Escalation.severity,
            Category.name.label("area"),
            Escalation.raised_at,
            Escalation.told_at,
            owner.label("owner"),
            tickets.label("tickets"),
        )
        .outerjoin(Category, Category.id == Escalation.area_id)
        .where(Escalation.state.in_(GROUPS[group]))
        .order_by(*order)
        .limit(MOST)
    )
    if severity:
        wanted = wanted.where(Escalation.severity == severity)
    rows = db.session.execute(wanted).all()
    owed = owed_by([row.id for row in rows], now=now)
    return [
        Card(
            number=row.number,
            title=row.title,
            state=row.state,
            severity=row.severity,
            area=row.area or "",
            owner=row.owner or "",
            raised_at=row.raised_at,
            told_at=row.told_at,
            tickets=row.tickets,
            owed=owed.get(row.id, ()),
        )
        for row in rows
    ]


def owed_by(escalation_ids: Sequence[int], *, now: datetime) -> dict[int, list[Owed]]:
    """Return what some escalations owe now, soonest first, by their keys."""
    found: dict[int, list[Owed]] = {}
    if not escalation_ids:
        return found
    rows = db.session.execute(
        select(Deadline.escalation_id, Deadline.kind, Deadline.due_at)
        .where(
            Deadline.escalation_id.in_(escalation_ids),
            Deadline.met_at.is_(None),
            Deadline.dropped_at.is_(None),
        )
        .order_by(Deadline.due_at)
    )
    for row in rows:
        found.setdefault(row.escalation_id, []).append(Owed(row.kind, row.due_at, row.due_at < now))
    return found


def count_by_group() -> dict[str, int]:
    """Return how many escalations each open group has."""
    counted = db.session.execute(
        select(Escalation.state, func.count())
        .where(Escalation.state.in_(OPEN))
        .group_by(Escalation.state)
    )
    by_state = {row[0]: row[1] for row in counted}
    return {
        group: sum(by_state.get(state, 0) for state in states)
        for group, states in GROUPS.items()
        if group != "over"
    }
