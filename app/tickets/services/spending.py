"""Keeping how long tickets take: measured quietly, said by people, shown as a ticket's sum."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from app.db import db
from app.errors import Invalid
from app.events.actor import staff_actor
from app.events.catalogue.care import TicketTimeSpent
from app.events.services import record
from app.staff.models import Staff
from app.tickets.desk import TimeSpent
from app.tickets.models import Ticket

#: Seconds. Browsers tell every half minute; more between two tells is not believed.
LONGEST_BEAT = 60
#: Seconds that are kept to be proposed, a working day; beyond it nobody remembers.
MOST_PROPOSED = 8 * 60 * 60
#: Minutes that can be said at once, likewise.
MOST_AT_ONCE = 8 * 60


def note_activity(ticket_id: int, *, staff_id: int, seconds: int, now: datetime) -> None:
    """Add time that somebody had a ticket before them and was active.

    Two windows with the same ticket count once: no more is added than has passed since the last
    time, nor more than :data:`LONGEST_BEAT`.

    :param seconds: as the browser counted them.
    """
    row = _row(ticket_id, staff_id, now)
    passed = None if row.beat_at is None else int((now - row.beat_at).total_seconds())
    added = believed(seconds, passed=passed)
    if added:
        row.active_seconds = min(row.active_seconds + added, MOST_PROPOSED)
        row.beat_at = now


def believed(seconds: int, *, passed: int | None) -> int:
    """Return how much of what a browser counted can be true.

    :param seconds: as it counted them.
    :param passed: seconds since it last told; None if it never did.
    """
    possible = LONGEST_BEAT if passed is None else min(passed, LONGEST_BEAT)
    return max(0, min(seconds, possible))


def spend_time(ticket: Ticket, *, minutes: int, staff: Staff, now: datetime) -> int:
    """Add minutes that somebody says they worked on a ticket; what was proposed is settled.

    :param minutes: below zero takes off what they said before.
    :param staff: who worked on it.
    :returns: the minutes of everybody together.
    :raises Invalid: it is more than :data:`MOST_AT_ONCE`, or takes off more than they have said.
    """
    row = _row(ticket.id, staff.id, now)
    if minutes > MOST_AT_ONCE:
        raise Invalid(fields={"minutes": [f"Please add at most {MOST_AT_ONCE} minutes at once."]})
    if row.minutes + minutes < 0:
        raise Invalid(fields={"minutes": ["You have not added as much as that."]})
    old = _sum(ticket.id)
    row.active_seconds = 0
    row.minutes += minutes
    if minutes:
        event = TicketTimeSpent(ticket.id, old, old + minutes)
        record(event, actor=staff_actor(staff.id), at=now)
    return old + minutes


def _row(ticket_id: int, staff_id: int, now: datetime) -> TimeSpent:
    # Two windows at once wait for each other here instead of adding the same row.
    db.session.execute(select(Ticket.id).where(Ticket.id == ticket_id).with_for_update())
    row = db.session.get(TimeSpent, (ticket_id, staff_id), populate_existing=True)
    if row is None:
        row = TimeSpent(ticket_id=ticket_id, staff_id=staff_id, created_at=now)
        row.minutes = row.active_seconds = 0
        db.session.add(row)
    return row


def _sum(ticket_id: int) -> int:
    db.session.flush()
    total = select(func.sum(TimeSpent.minutes)).where(TimeSpent.ticket_id == ticket_id)
    return db.session.scalar(total) or 0
