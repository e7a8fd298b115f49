"""What waits for a person today: promises by date, and how much of what there is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, or_, select

from app.db import fetch
from app.promises.models import OWED, Promise
from app.staff.models import Staff
from app.tickets.models import Ticket
from app.tickets.queries.addresses import read_filter
from app.tickets.queries.counts import count_tickets
from app.tickets.queries.filters import Viewer

#: Promises shown; whoever owes more needs help, not a longer page.
MOST_PROMISES = 100

#: Name of a list to what its address holds, in the order of the page.
LISTS: Mapping[str, Mapping[str, str]] = {
    "overdue": {"assignee": "me", "due": "overdue", "sort": "due"},
    "soon": {"assignee": "me", "due": "soon", "sort": "due"},
    "mine": {"assignee": "me"},
    "wrote": {"assignee": "me", "wrote": "customer"},
    "unassigned": {"assignee": "nobody"},
    "all_overdue": {"due": "overdue", "sort": "due"},
}


@dataclass(frozen=True)
class PromiseDue:
    """A promise that is owed.

    :ivar owner: name of whoever keeps it; empty is the team.
    :ivar is_mine: the viewer keeps it.
    :ivar is_broken: its date has passed.
    """

    text: str
    due_at: datetime
    owner: str
    is_mine: bool
    is_broken: bool
    number: int
    subject: str


@dataclass(frozen=True)
class ListCount:
    """A list of tickets with how many it holds.

    :ivar query: what its address holds.
    """

    key: str
    query: Mapping[str, str]
    count: int


def promises_due(viewer: Viewer, *, until: datetime) -> list[PromiseDue]:
    """Return what is owed up to a moment: broken first, the viewer's own before the others'.

    Promises of everybody are shown, since any of them may be kept by whoever is here today.
    """
    is_mine = Promise.owner_id == viewer.id
    is_broken = Promise.due_at < viewer.now
    rows = fetch(
        select(
            Promise.text,
            Promise.due_at,
            func.coalesce(Staff.name, "").label("owner"),
            case((is_mine, 1), else_=0).label("is_mine"),
            Ticket.number,
            Ticket.subject,
        )
        .join(Ticket, Ticket.id == Promise.ticket_id)
        .outerjoin(Staff, Staff.id == Promise.owner_id)
        .where(
            Promise.state.in_(OWED),
            Promise.set_aside_at.is_(None),
            or_(is_broken, Promise.due_at < until),
        )
        .order_by(
            case((is_broken, 0), else_=1),
            case((is_mine, 0), else_=1),
            Promise.due_at,
            Promise.id,
        )
        .limit(MOST_PROMISES)
    )
    return [
        PromiseDue(
            row.text, row.due_at, row.owner, bool(row.is_mine), row.due_at < viewer.now,
            row.number, row.subject,
        )
        for row in rows
    ]  # fmt: skip


def lists_of_the_day(viewer: Viewer) -> Sequence[ListCount]:
    """Return the lists of the day with their numbers; at most two statements."""
    counts = count_tickets([read_filter(query) for query in LISTS.values()], viewer=viewer)
    return [
        ListCount(key, query, count)
        for (key, query), count in zip(LISTS.items(), counts, strict=True)
    ]
