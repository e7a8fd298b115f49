"""Tickets and the people around them, made through the services."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from app.db import db, unit_of_work
from app.events.actor import staff_actor, visitor_actor
from app.events.models import EventRecord
from app.tickets.models import Channel
from app.tickets.services.opening import open_ticket
from app.tickets.services.parking import park_ticket

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def later(minutes: int) -> datetime:
    """Return a moment after NOW."""
    return NOW + timedelta(minutes=minutes)


def unit():
    """Start a writing transaction after what the test has read, as the next request would."""
    db.session.rollback()
    return unit_of_work()


def opened(**changes):
    """Open a ticket the way a visitor does, in a unit of its own."""
    values = {
        "subject": "Invoices are empty",
        "body": "Since Monday every PDF is blank.",
        "channel": Channel.WIDGET,
        "actor": visitor_actor(),
        "now": NOW,
        "requester_name": "Nora Quist",
        "requester_email": "nora@studio.example",
    }
    with unit():
        return open_ticket(**(values | changes))


def park(ticket, staff, *, now, reason="Waiting for the bank", look_at=None):
    """Put a ticket on hold for a day, in the caller's unit."""
    return park_ticket(
        ticket,
        reason=reason,
        look_at=look_at or now + timedelta(days=1),
        actor=staff_actor(staff.id),
        now=now,
    )


def kinds() -> list[str]:
    """Return the kinds of all events so far."""
    return list(db.session.scalars(db.select(EventRecord.kind).order_by(EventRecord.id)))
