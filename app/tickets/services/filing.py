"""Saying what a ticket is about: its subject, its category, and the team it is with."""

from __future__ import annotations

from datetime import datetime

from app.db import db
from app.errors import Invalid
from app.events.actor import Actor
from app.events.catalogue.tickets import (
    TicketCategoryChanged,
    TicketSubjectChanged,
    TicketTeamChanged,
)
from app.knowledge.models import Category
from app.staff.models import Team
from app.tickets.models import Ticket
from app.tickets.services.properties import lock_ticket, note_change
from app.tickets.services.texts import checked_subject


def change_category(
    ticket: Ticket,
    *,
    category_id: int | None,
    actor: Actor,
    now: datetime,
    expected_version: int | None = None,
) -> Ticket:
    """Say what a ticket is about, in the categories of the knowledge base.

    :param category_id: None takes it out of all.
    :raises TicketChanged: somebody changed it since `expected_version`.
    :raises Invalid: there is no such category.
    """
    lock_ticket(ticket, expected_version=expected_version)
    if category_id == ticket.category_id:
        return ticket
    if category_id is not None and db.session.get(Category, category_id) is None:
        raise Invalid(fields={"category": ["There is no such category."]})
    old, ticket.category_id = ticket.category_id, category_id
    event = TicketCategoryChanged(ticket.id, old, category_id)
    note_change(ticket, event, actor=actor, now=now)
    return ticket


def change_team(
    ticket: Ticket,
    *,
    team_id: int | None,
    actor: Actor,
    now: datetime,
    expected_version: int | None = None,
) -> Ticket:
    """Give a ticket to a team. Everybody still sees it.

    :param team_id: None gives it back to everybody.
    :raises TicketChanged: somebody changed it since `expected_version`.
    :raises Invalid: there is no such team.
    """
    lock_ticket(ticket, expected_version=expected_version)
    if team_id == ticket.team_id:
        return ticket
    if team_id is not None and db.session.get(Team, team_id) is None:
        raise Invalid(fields={"team": ["There is no such team."]})
    old, ticket.team_id = ticket.team_id, team_id
    note_change(ticket, TicketTeamChanged(ticket.id, old, team_id), actor=actor, now=now)
    return ticket


def change_subject(
    ticket: Ticket,
    *,
    subject: str,
    actor: Actor,
    now: datetime,
    expected_version: int | None = None,
) -> Ticket:
    """Put the subject so that colleagues know what it is about; the customer sees it too.

    :raises TicketChanged: somebody changed it since `expected_version`.
    :raises Invalid: it is missing or too long.
    """
    subject = checked_subject(subject)
    lock_ticket(ticket, expected_version=expected_version)
    if subject == ticket.subject:
        return ticket
    old, ticket.subject = ticket.subject, subject
    note_change(ticket, TicketSubjectChanged(ticket.id, old, subject), actor=actor, now=now)
    return ticket
