"""Who hears of a ticket."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import bindparam, select

from app.db import db, fetch
from app.staff.models import Staff
from app.tickets.desk import Watching


@dataclass(frozen=True)
class Watcher:
    """A member of staff who watches a ticket."""

    id: int
    name: str


def watchers_of(ticket_id: int) -> list[Watcher]:
    """Return who watches a ticket, by name; whoever it is given to is not counted."""
    rows = db.session.execute(
        select(Staff.id, Staff.name)
        .join(Watching, Watching.staff_id == Staff.id)
        .where(Watching.ticket_id == ticket_id, Staff.disabled_at.is_(None))
        .order_by(Staff.name, Staff.id)
    )
    return [Watcher(row.id, row.name) for row in rows]


def watcher_ids(ticket_id: int) -> set[int]:
    """Return the keys of those who watch a ticket."""
    return {row.staff_id for row in fetch(_WATCHING, ticket_id=ticket_id)}


#: Every message asks this; built once.
_WATCHING = select(Watching.staff_id).where(Watching.ticket_id == bindparam("ticket_id"))
