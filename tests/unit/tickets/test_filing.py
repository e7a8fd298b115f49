"""Subject, category and team of a ticket: changed with an event, never over somebody else's."""

from __future__ import annotations

import pytest

from app.db import db
from app.errors import Invalid
from app.events.actor import staff_actor
from app.knowledge.models import Category
from app.staff.models import Team
from app.tickets.errors import TicketChanged
from app.tickets.queries.history import changes_since
from app.tickets.services.filing import change_category, change_subject, change_team
from app.tickets.services.properties import change_priority
from app.tickets.services.texts import SUBJECT_MAX
from tests.factories.tickets import kinds, later, unit

pytestmark = pytest.mark.usefixtures("ctx")


@pytest.fixture
def places(ctx):
    """Categories and teams, more than are used."""
    with unit():
        db.session.add_all(
            [
                Category(name="Calendar", slug="calendar"),
                Category(name="Payments", slug="payments"),
                Team(name="Onboarding"),
                Team(name="Billing"),
            ]
        )


def test_each_change_is_an_event_with_old_and_new_names(ticket, places, staff):
    actor = staff_actor(staff.id)
    with unit():
        change_category(ticket, category_id=2, actor=actor, now=later(1), expected_version=1)
        change_team(ticket, team_id=2, actor=actor, now=later(2), expected_version=2)
        change_subject(
            ticket, subject="  Invoice\nempty ", actor=actor, now=later(3), expected_version=3
        )
        change_category(ticket, category_id=None, actor=actor, now=later(4), expected_version=4)
    assert (ticket.category_id, ticket.team_id, ticket.subject) == (None, 2, "Invoice empty")
    assert (ticket.version, ticket.updated_at) == (5, later(4))
    found = [(each.field, each.old, each.new, each.who) for each in changes_since(ticket, 1)]
    assert found == [
        ("category", "", "Payments", "Ada Lind"),
        ("team", "", "Billing", "Ada Lind"),
        ("subject", "Invoices are empty", "Invoice empty", "Ada Lind"),
        ("category", "Payments", "", "Ada Lind"),
    ]


def test_the_same_again_is_no_change(ticket, places, staff):
    actor = staff_actor(staff.id)
    before = kinds()
    with unit():
        change_category(ticket, category_id=None, actor=actor, now=later(1))
        change_team(ticket, team_id=None, actor=actor, now=later(1))
        change_subject(ticket, subject="Invoices are empty", actor=actor, now=later(1))
    assert ticket.version == 1
    assert kinds() == before


@pytest.mark.parametrize(
    ("change", "value"),
    [
        (change_category, {"category_id": 2}),
        (change_team, {"team_id": 1}),
        (change_subject, {"subject": "Other"}),
    ],
)
def test_a_change_on_old_ground_is_refused_and_names_what_happened(
    ticket, places, staff, change, value
):
    actor = staff_actor(staff.id)
    with unit():
        change_priority(ticket, priority="urgent", actor=actor, now=later(1))
    with pytest.raises(TicketChanged) as refused, unit():
        change(ticket, **value, actor=actor, now=later(2), expected_version=1)
    assert [each.field for each in refused.value.changes] == ["priority"]


@pytest.mark.parametrize(
    ("change", "value", "field"),
    [
        (change_category, {"category_id": 99}, "category"),
        (change_team, {"team_id": 99}, "team"),
        (change_subject, {"subject": " \n "}, "subject"),
        (change_subject, {"subject": "x" * (SUBJECT_MAX + 1)}, "subject"),
    ],
)
def test_what_does_not_exist_or_is_no_subject_is_refused(ticket, places, change, value, field):
    with pytest.raises(Invalid) as refused, unit():
        change(ticket, **value, actor=staff_actor(1), now=later(1))
    assert list(refused.value.fields) == [field]
    db.session.refresh(ticket)
    assert ticket.version == 1
