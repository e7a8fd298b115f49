"""Solving: what must be said, what is recorded, and what a reopening takes back."""

from __future__ import annotations

import pytest

from app.db import db
from app.events.actor import SYSTEM, staff_actor, visitor_actor
from app.events.queries import events_about
from app.tickets.errors import NotSolved, ResolutionNeeded, TicketChanged
from app.tickets.models import Message, Ticket
from app.tickets.queries.history import changes_since
from app.tickets.services.properties import change_resolution, change_state
from app.tickets.services.replies import add_customer_message, add_reply
from tests.factories.tickets import kinds, later, opened, unit

pytestmark = pytest.mark.usefixtures("ctx")


def solved(staff, how="answer"):
    """Open a ticket and solve it."""
    ticket = opened()
    with unit():
        change_state(
            ticket, state="solved", resolution=how, actor=staff_actor(staff.id), now=later(1)
        )
    return ticket


@pytest.mark.parametrize("how", [None, "", "magic"])
def test_nothing_is_solved_without_saying_how(staff, ticket, how):
    with pytest.raises(ResolutionNeeded) as refused, unit():
        change_state(
            ticket, state="solved", resolution=how, actor=staff_actor(staff.id), now=later(1)
        )
    assert list(refused.value.fields) == ["resolution"]
    with pytest.raises(ResolutionNeeded), unit():
        add_reply(
            ticket, author=staff, body="Done", next_state="solved", resolution=how, now=later(1)
        )
    assert db.session.get(Ticket, ticket.id).state == "new"
    assert len(db.session.scalars(db.select(Message)).all()) == 1
    assert kinds() == ["ticket:opened", "ticket:message_added"]


def test_how_it_was_resolved_is_kept_and_recorded(staff):
    ticket = solved(staff, "article")
    assert db.session.get(Ticket, ticket.id).resolution == "article"
    assert kinds()[2:] == [
        "ticket:state_changed",
        "ticket:survey_planned",
        "ticket:resolution_set",
    ]
    event = events_about("ticket", ticket.id)[-1]
    assert event.data == {"old": None, "new": "article"}
    # One version an event, so that a conflict can tell what happened since.
    assert ticket.version == 3
    assert [change.field for change in changes_since(ticket, 1)] == ["state", "resolution"]


def test_an_answer_that_solves_says_how_too(staff, ticket):
    with unit():
        add_reply(
            ticket, author=staff, body="Fixed", next_state="solved", resolution="bug", now=later(1)
        )
    assert (ticket.state, ticket.resolution) == ("solved", "bug")


def test_a_reopened_ticket_has_no_resolution(staff):
    ticket = solved(staff)
    with unit():
        add_customer_message(ticket, body="Not yet", actor=visitor_actor(), now=later(5))
    assert (ticket.state, ticket.resolution) == ("open", None)
    assert events_about("ticket", ticket.id)[-1].data == {"old": "answer", "new": None}
    # It goes without saying in the conversation, but counts for conflicts.
    assert [change.new for change in changes_since(ticket, 1)] == ["solved", "answer", "open"]
    assert ticket.version == 5


def test_a_closed_ticket_keeps_its_resolution_and_the_time_of_solving(staff):
    ticket = solved(staff, "bug")
    with unit():
        change_state(ticket, state="closed", actor=SYSTEM, now=later(9))
    assert (ticket.resolution, ticket.solved_at) == ("bug", later(1))


def test_a_resolution_can_be_corrected_on_the_present_ground_only(staff):
    ticket = solved(staff)
    actor = staff_actor(staff.id)
    with unit():
        change_resolution(
            ticket, resolution="education", expected_version=3, actor=actor, now=later(2)
        )
    assert (ticket.resolution, ticket.version) == ("education", 4)
    with pytest.raises(TicketChanged) as refused, unit():
        change_resolution(ticket, resolution="bug", expected_version=3, actor=actor, now=later(3))
    assert [change.new for change in refused.value.changes] == ["education"]
    with pytest.raises(ResolutionNeeded), unit():
        change_resolution(ticket, resolution="magic", actor=actor, now=later(3))


def test_what_is_not_solved_has_nothing_to_correct(staff, ticket):
    with pytest.raises(NotSolved), unit():
        change_resolution(ticket, resolution="bug", actor=staff_actor(staff.id), now=later(3))
    assert db.session.get(Ticket, ticket.id).resolution is None
