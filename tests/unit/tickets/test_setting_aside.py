"""Out of a ticket's normal life and back: spam, the bin; what the requester and the lists see."""

from __future__ import annotations

import pytest

from app.db import db
from app.errors import NotFound
from app.events.actor import SYSTEM, staff_actor, visitor_actor
from app.events.queries import events_about
from app.tickets.errors import MoveRefused, SetAside, TicketChanged, TicketClosed
from app.tickets.models import Message, Ticket
from app.tickets.queries.filters import InboxFilter, Viewer
from app.tickets.queries.inbox import inbox_page
from app.tickets.queries.own import customer_tickets
from app.tickets.queries.visibility import ticket_visible_to_person
from app.tickets.services.links import create_request_link, ticket_of_link
from app.tickets.services.properties import change_state
from app.tickets.services.replies import add_customer_message, add_reply
from app.tickets.services.setting_aside import set_aside, take_back
from tests.factories.help_sessions import visitor
from tests.factories.tickets import later, opened, park, unit

pytestmark = pytest.mark.usefixtures("ctx")


def in_state(state, staff, **changes):
    """Open a ticket and bring it into a state."""
    ticket, actor = opened(**changes), staff_actor(staff.id)
    with unit():
        if state == "on_hold":
            park(ticket, staff, now=later(1))
        elif state in ("solved", "closed"):
            change_state(ticket, state="solved", resolution="bug", actor=actor, now=later(1))
            if state == "closed":
                change_state(ticket, state="closed", actor=SYSTEM, now=later(2))
        elif state != "new":
            change_state(ticket, state=state, actor=actor, now=later(1))
    return ticket


def facts(ticket):
    """Return what a ticket is, its version and its times of change aside."""
    names = (
        "state", "resolution", "solved_at", "closed_at", "hold_reason", "look_at", "assignee_id",
        "priority", "disposition", "reopen_count",
    )  # fmt: skip
    return {name: getattr(ticket, name) for name in names}


def listed(staff, **wanted):
    found = inbox_page(InboxFilter(**wanted), viewer=Viewer(staff.id, later(99)))
    return [row.number for row in found.rows]


STATES = ("new", "open", "waiting_customer", "on_hold", "solved", "closed")


@pytest.mark.parametrize("disposition", ["spam", "deleted"])
@pytest.mark.parametrize("state", STATES)
def test_what_is_set_aside_is_closed_and_comes_back_as_it_was(staff, state, disposition):
    ticket, actor = in_state(state, staff), staff_actor(staff.id)
    before = facts(ticket)
    with unit():
        set_aside(ticket, disposition=disposition, actor=actor, now=later(5))
    assert (ticket.state, ticket.disposition) == ("closed", disposition)
    assert ticket.closed_at is not None
    with unit():
        take_back(ticket, actor=actor, now=later(6))
    assert facts(db.session.get(Ticket, ticket.id)) == before
    told = [event for event in events_about("ticket", ticket.id) if "disposition" in event.kind]
    assert [(event.data["old"], event.data["new"]) for event in told] == [
        (None, disposition),
        (disposition, None),
    ]
    assert [event.data["state"] for event in told] == [state, state]


@pytest.mark.parametrize("disposition", ["merged", "duplicate", "gone", ""])
def test_only_what_needs_no_other_ticket_is_set_aside_by_itself(staff, ticket, disposition):
    with pytest.raises(NotFound), unit():
        set_aside(ticket, disposition=disposition, actor=staff_actor(staff.id), now=later(5))
    assert db.session.get(Ticket, ticket.id).disposition is None


def test_nothing_is_set_aside_twice_nor_taken_back_that_is_not_aside(staff, ticket):
    actor = staff_actor(staff.id)
    with pytest.raises(SetAside), unit():
        take_back(ticket, actor=actor, now=later(5))
    with unit():
        set_aside(ticket, disposition="spam", actor=actor, now=later(5))
    with pytest.raises(SetAside), unit():
        set_aside(ticket, disposition="deleted", actor=actor, now=later(6))
    assert db.session.get(Ticket, ticket.id).disposition == "spam"


def test_of_two_at_once_one_wins_and_the_other_is_told(staff, make_staff, ticket):
    ida = make_staff(name="Ida Berg")
    with unit():
        set_aside(
            ticket, disposition="spam", expected_version=1, actor=staff_actor(ida.id), now=later(5)
        )
    with pytest.raises(TicketChanged) as refused, unit():
        set_aside(
            ticket,
            disposition="deleted",
            expected_version=1,
            actor=staff_actor(staff.id),
            now=later(6),
        )
    assert ("disposition", "", "spam", "Ida Berg") in [
        (change.field, change.old, change.new, change.who) for change in refused.value.changes
    ]
    assert db.session.get(Ticket, ticket.id).disposition == "spam"


def test_it_is_in_no_list_until_somebody_asks_for_it(staff):
    actor = staff_actor(staff.id)
    in_state("closed", staff, subject="Plainly closed")
    spam = opened(subject="Buy gold")
    gone = opened(subject="Typed in the wrong window")
    with unit():
        set_aside(spam, disposition="spam", actor=actor, now=later(5))
        set_aside(gone, disposition="deleted", actor=actor, now=later(5))
    assert listed(staff) == []
    assert listed(staff, state="any") == [1]
    assert listed(staff, state="closed") == [1]
    assert listed(staff, facets={"disposition": "spam"}) == [2]
    assert listed(staff, facets={"disposition": "spam,deleted"}) == [3, 2]


def test_spam_takes_further_words_and_stays_where_it_is(staff, ticket):
    with unit():
        set_aside(ticket, disposition="spam", actor=staff_actor(staff.id), now=later(5))
        message = add_customer_message(ticket, body="Gold!", actor=visitor_actor(), now=later(9))
    assert message.ticket_id == ticket.id
    assert (ticket.state, ticket.disposition) == ("closed", "spam")


def test_words_to_a_deleted_ticket_are_not_lost(staff, ticket):
    with unit():
        set_aside(ticket, disposition="deleted", actor=staff_actor(staff.id), now=later(5))
        message = add_customer_message(
            ticket, body="Anybody there?", actor=visitor_actor(), now=later(9)
        )
    follow_up = db.session.get(Ticket, message.ticket_id)
    assert (follow_up.follow_up_of_id, follow_up.state) == (ticket.id, "new")


def test_what_is_set_aside_takes_no_answer_and_no_move(staff, ticket):
    actor = staff_actor(staff.id)
    with unit():
        set_aside(ticket, disposition="spam", actor=actor, now=later(5))
    with pytest.raises(TicketClosed), unit():
        add_reply(ticket, author=staff, body="Hello?", now=later(6))
    with pytest.raises(MoveRefused) as refused, unit():
        change_state(ticket, state="open", actor=actor, now=later(6))
    assert refused.value.fields["state"][0].startswith("This ticket is closed for good.")
    assert len(db.session.scalars(db.select(Message)).all()) == 1


def test_a_deleted_ticket_is_gone_for_its_requester_and_spam_is_not(staff):
    with unit():
        person = visitor()
    one = opened(visitor_id=person.id, subject="One")
    two = opened(visitor_id=person.id, subject="Two")
    with unit():
        tokens = {each.number: create_request_link(each, now=later(1)) for each in (one, two)}
        set_aside(one, disposition="deleted", actor=staff_actor(staff.id), now=later(5))
        set_aside(two, disposition="spam", actor=staff_actor(staff.id), now=later(5))
    assert [each.number for each in customer_tickets(visitor_id=person.id)] == [2]
    for number, token in tokens.items():
        if number == two.number:
            assert ticket_visible_to_person(number, visitor_id=person.id).id == two.id
            assert ticket_of_link(token, now=later(9)).id == two.id
            continue
        with pytest.raises(NotFound):
            ticket_visible_to_person(number, visitor_id=person.id)
        with pytest.raises(NotFound):
            ticket_of_link(token, now=later(9))
    with unit():
        take_back(one, actor=staff_actor(staff.id), now=later(10))
    assert ticket_of_link(tokens[1], now=later(11)).id == one.id
