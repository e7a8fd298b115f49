"""Questions to customers as events and time move them: what `app.subscriptions` calls."""

from __future__ import annotations

from datetime import datetime

from app.db import db
from app.events.actor import Actor
from app.events.catalogue.base import Event
from app.events.catalogue.satisfaction import TicketRated
from app.events.catalogue.tickets import TicketDispositionChanged, TicketStateChanged
from app.tickets.models import Ticket, TicketState
from app.tickets.services.surveys import plan_survey, withdraw_surveys
from app.tickets.services.telling import followers_of, tell_of_ticket
from app.tickets.states import UNSOLVED
from app.web.settings import current_settings


def plan_or_withdraw(event: Event, actor: Actor, at: datetime) -> None:
    """Plan to ask when a ticket is solved, and take that back when it is opened again."""
    assert isinstance(event, TicketStateChanged)
    ticket = db.session.get_one(Ticket, event.ticket_id)
    if event.new == TicketState.SOLVED:
        plan_survey(ticket, zone=current_settings().timezone, now=at)
    elif event.old not in UNSOLVED and event.new in UNSOLVED:
        withdraw_surveys(ticket, actor=actor, now=at)


def withdraw_when_set_aside(event: Event, actor: Actor, at: datetime) -> None:
    """Take back what would be asked about spam, or about a ticket that goes on elsewhere."""
    assert isinstance(event, TicketDispositionChanged)
    if event.new is not None:
        ticket = db.session.get_one(Ticket, event.ticket_id)
        withdraw_surveys(ticket, actor=actor, now=at)


def tell_of_rating(event: Event, _actor: Actor, at: datetime) -> None:
    """Tell whoever follows a ticket what its customer said of our help, good or bad."""
    assert isinstance(event, TicketRated)
    ticket = db.session.get_one(Ticket, event.ticket_id)
    who = ticket.requester_name or "The customer"
    what = f"{who} answered how our help was: {event.new} of 5"
    tell_of_ticket(ticket, followers_of(ticket), what, kind="rated", now=at, once=True)
