"""The numbers beside the views: at most two statements, however many views there are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, func, select

from app.db import fetch
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
    unsolved = tuple(view for view in views if _is_unsolved(view))
    others = tuple(view for view in views if not _is_unsolved(view))
    counts = _numbers(unsolved, viewer, _walk) | _numbers(others, viewer, _each)
    return [counts[view] for view in views]


def _numbers(
    views: tuple[InboxFilter, ...],
    viewer: Viewer,
    query: Callable[[tuple[InboxFilter, ...], int], Select[Any]],
) -> dict[InboxFilter, int]:
    if not views:
        return {}
    return dict(zip(views, fetch(query(views, viewer.id), **viewer.moments).one(), strict=True))


# Building the statements costs more than half of asking them, and they are the same each time.


@lru_cache(maxsize=256)
def _walk(views: tuple[InboxFilter, ...], viewer_id: int) -> Select[Any]:
    sums: list[Any] = [
        func.count().filter(*_states(view), *conditions(view, viewer_id)).label(f"view_{place}")
        for place, view in enumerate(views)
    ]
    return select(*sums).select_from(Ticket).where(Ticket.state.in_(UNSOLVED))


@lru_cache(maxsize=256)
def _each(views: tuple[InboxFilter, ...], viewer_id: int) -> Select[Any]:
    capped: list[Any] = [
        _capped(view, viewer_id).label(f"view_{place}") for place, view in enumerate(views)
    ]
    return select(*capped)


def _states(wanted: InboxFilter) -> list[ColumnElement[bool]]:
    """Return the condition on the state, which every row of the walk fulfils for many views."""
    return [] if set(wanted.states) == set(UNSOLVED) else [Ticket.state.in_(wanted.states)]


def _is_unsolved(wanted: InboxFilter) -> bool:
    return set(wanted.states) <= set(UNSOLVED) and not wanted.text


def _capped(wanted: InboxFilter, viewer_id: int) -> ScalarSelect[int]:
    found = (
        select(Ticket.id)
        .where(Ticket.state.in_(wanted.states), *conditions(wanted, viewer_id))
        .limit(MOST_COUNTED)
        .subquery()
    )
    return select(func.count()).select_from(found).scalar_subquery()
