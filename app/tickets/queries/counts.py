"""The numbers beside the views: at most two statements, however many views there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, select

from app.db import db
from app.tickets.models import Ticket
from app.tickets.queries.filters import InboxFilter, Viewer, conditions
from app.tickets.states import UNSOLVED

#: Beyond this a number says "99+": nobody counts solved tickets one by one.
MOST_COUNTED = 100


def count_tickets(views: Sequence[InboxFilter], *, viewer: Viewer) -> list[int]:
    """Return how many tickets each filter holds.

    What lies within the unsolved ones is counted exactly, all of it in one walk over them; they
    stay few. Each of the others stops at :data:`MOST_COUNTED`.
    """
    unsolved = [number for number, each in enumerate(views) if _is_unsolved(each)]
    others = [number for number, each in enumerate(views) if not _is_unsolved(each)]
    counts: dict[int, int] = {}
    if unsolved:
        sums = [
            func.count()
            .filter(Ticket.state.in_(views[number].states), *conditions(views[number], viewer.id))
            .label(f"view_{number}")
            for number in unsolved
        ]
        counts |= _numbers(unsolved, select(*sums).where(Ticket.state.in_(UNSOLVED)), viewer)
    if others:
        capped = [_capped(views[number], viewer).label(f"view_{number}") for number in others]
        counts |= _numbers(others, select(*capped), viewer)
    return [counts[number] for number in range(len(views))]


def _is_unsolved(wanted: InboxFilter) -> bool:
    return set(wanted.states) <= set(UNSOLVED) and not wanted.text


def _capped(wanted: InboxFilter, viewer: Viewer) -> Any:
    found = (
        select(Ticket.id)
        .where(Ticket.state.in_(wanted.states), *conditions(wanted, viewer.id))
        .limit(MOST_COUNTED)
        .subquery()
    )
    return select(func.count()).select_from(found).scalar_subquery()


def _numbers(places: Sequence[int], query: Any, viewer: Viewer) -> Mapping[int, int]:
    return dict(zip(places, db.session.execute(query, viewer.moments).one(), strict=True))
