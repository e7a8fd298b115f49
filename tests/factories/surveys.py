"""Solved requests and questions about them, made through the services."""

from __future__ import annotations

import re

from sqlalchemy import select

from app.db import db
from app.events.actor import staff_actor
from app.notifications.models import OutgoingMail
from app.satisfaction.models import Survey
from app.tickets.models import Resolution, TicketState
from app.tickets.services.properties import change_state
from app.tickets.services.surveys import ask_due
from tests.factories.tickets import unit

LINK = re.compile(r"/help/rate/([\w-]+)")


def solve(ticket, staff, *, now, resolution=Resolution.ANSWER):
    """Solve a ticket, in a unit of its own."""
    actor = staff_actor(staff.id)
    with unit():
        ticket = db.session.merge(ticket)
        return change_state(
            ticket, state=TicketState.SOLVED, resolution=resolution, actor=actor, now=now
        )


def surveys():
    """Return all questions as they are now, in order."""
    db.session.rollback()
    found = select(Survey).order_by(Survey.id).execution_options(populate_existing=True)
    return list(db.session.scalars(found))


def ask(now, *, in_outage=lambda _ticket_id: False):
    """Ask whoever is due, in a unit of its own."""
    with unit():
        return ask_due(in_outage=in_outage, zone="UTC", now=now)


def mails():
    """Return all mails of the outbox, in order."""
    db.session.rollback()
    return list(db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)))


def token_of(mail):
    """Return the token of the question in a mail."""
    return LINK.search(mail.text_body).group(1)
