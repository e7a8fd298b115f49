"""Answers, notes and the customer's own messages: states, events, mail and conflicts."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.db import db
from app.errors import Invalid
from app.events.actor import SYSTEM, staff_actor, visitor_actor
from app.notifications.models import OutgoingMail
from app.tickets.errors import MoveRefused, TicketChanged, TicketClosed
from app.tickets.models import Message, Ticket
from app.tickets.services.properties import assign_ticket, change_priority, change_state
from app.tickets.services.replies import add_customer_message, add_note, add_reply
from tests.factories.tickets import kinds, later, opened, park, unit

pytestmark = pytest.mark.usefixtures("ctx")


def in_state(state, staff):
    """Open a ticket and bring it into a state the way people do."""
    ticket = opened()
    if state == "new":
        return ticket
    with unit():
        if state == "on_hold":
            park(ticket, staff, now=later(1))
            return ticket
        first = "solved" if state == "closed" else state
        change_state(
            ticket, state=first, resolution="answer", actor=staff_actor(staff.id), now=later(1)
        )
        if state == "closed":
            change_state(ticket, state=state, actor=SYSTEM, now=later(2))
    return ticket


def bodies(ticket):
    return list(
        db.session.scalars(
            select(Message.body).where(Message.ticket_id == ticket.id).order_by(Message.id)
        )
    )


@pytest.mark.parametrize(
    ("before", "chosen", "after"),
    [
        ("new", None, "open"),
        ("open", None, "open"),
        ("waiting_customer", None, "waiting_customer"),
        ("solved", None, "solved"),
        ("new", "waiting_customer", "waiting_customer"),
        ("open", "solved", "solved"),
        ("on_hold", "waiting_customer", "waiting_customer"),
    ],
)
def test_an_answer_puts_the_ticket_where_the_table_or_its_writer_says(staff, before, chosen, after):
    ticket = in_state(before, staff)
    with unit():
        add_reply(
            ticket,
            author=staff,
            body="Try again.",
            next_state=chosen,
            resolution="answer",
            now=later(5),
        )
    assert db.session.get(Ticket, ticket.id).state == after
    assert (ticket.solved_at is not None) == (after == "solved")


def test_an_answer_is_recorded_and_mailed(staff, ticket):
    with unit():
        add_reply(ticket, author=staff, body="Fixed now.", now=later(5))
    assert kinds()[2:] == ["ticket:message_added", "ticket:state_changed"]
    assert ticket.last_staff_message_at == later(5)
    mail = db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)).all()[-1]
    assert mail.subject == "Answer to your request 1"
    # Nobody vouches for the address: whoever reads it must follow the link.
    assert "Fixed now." not in mail.text_body + mail.html_body
    assert "/help/requests/" in mail.text_body


def test_a_vouched_address_gets_the_answer_itself_escaped(staff):
    ticket = opened(requester_verified=True)
    with unit():
        add_reply(ticket, author=staff, body="Use <b>this</b>\n\nand {{ 7*7 }}", now=later(5))
    mail = db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)).all()[-1]
    assert "Use <b>this</b>" in mail.text_body
    assert "&lt;b&gt;this&lt;/b&gt;" in mail.html_body
    assert "{{ 7*7 }}" in mail.html_body


def test_a_note_is_not_mailed_and_moves_nothing(staff, ticket):
    with unit():
        add_note(ticket, author=staff, body="Looks like the March bug.", now=later(5))
    assert kinds()[2:] == ["ticket:note_added"]
    assert (ticket.state, ticket.last_staff_message_at) == ("new", None)
    assert len(db.session.scalars(select(OutgoingMail)).all()) == 1


@pytest.mark.parametrize("body", ["", "  \n", "x" * 50_001])
def test_an_answer_that_is_empty_or_endless_is_refused(staff, ticket, body):
    with pytest.raises(Invalid) as refused, unit():
        add_reply(ticket, author=staff, body=body, now=later(5))
    assert list(refused.value.fields) == ["body"]
    assert len(bodies(ticket)) == 1


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("new", "new"),
        ("open", "open"),
        ("waiting_customer", "open"),
        ("on_hold", "open"),
        ("solved", "open"),
    ],
)
def test_the_customers_words_give_the_ticket_back_to_us(staff, before, after):
    ticket = in_state(before, staff)
    with unit():
        add_customer_message(ticket, body="Still broken", actor=visitor_actor(), now=later(9))
    assert db.session.get(Ticket, ticket.id).state == after
    assert ticket.solved_at is None
    assert ticket.last_customer_message_at == later(9)


def test_words_to_a_closed_ticket_become_a_new_one_that_names_it(staff):
    ticket = in_state("closed", staff)
    with unit():
        message = add_customer_message(
            ticket, body="It is back", actor=visitor_actor(), now=later(9)
        )
    follow_up = db.session.get(Ticket, message.ticket_id)
    assert follow_up.number == 2
    assert follow_up.subject == "Follow-up to 1: Invoices are empty"
    assert follow_up.requester_email == ticket.requester_email
    assert bodies(follow_up) == ["It is back"]
    assert len(bodies(ticket)) == 1
    assert db.session.get(Ticket, ticket.id).state == "closed"


def test_a_closed_ticket_takes_notes_but_no_answer(staff):
    ticket = in_state("closed", staff)
    with pytest.raises(TicketClosed), unit():
        add_reply(ticket, author=staff, body="Hello?", now=later(9))
    with unit():
        add_note(ticket, author=staff, body="For the record", now=later(9))
    assert bodies(ticket)[1:] == ["For the record"]


def test_an_answer_to_a_conversation_that_moved_on_is_not_written(staff, make_staff, ticket):
    ida = make_staff(name="Ida Berg")
    seen = db.session.scalar(select(Message.id))
    with unit():
        add_reply(ticket, author=ida, body="I have it.", now=later(5))
    with pytest.raises(TicketChanged) as refused, unit():
        add_reply(
            ticket,
            author=staff,
            body="Me too",
            expected_version=1,
            seen_message_id=seen,
            now=later(6),
        )
    assert [message.body for message in refused.value.messages] == ["I have it."]
    assert [(c.field, c.old, c.new, c.who) for c in refused.value.changes] == [
        ("state", "new", "open", "Ida Berg")
    ]
    assert len(bodies(ticket)) == 2


def test_an_answer_to_what_is_there_is_written(staff, ticket):
    seen = db.session.scalar(select(Message.id))
    with unit():
        add_reply(
            ticket, author=staff, body="Yes", expected_version=1, seen_message_id=seen, now=later(6)
        )
    assert bodies(ticket)[-1] == "Yes"


def test_a_note_in_between_does_not_stop_an_answer(staff, ticket):
    seen = db.session.scalar(select(Message.id))
    with unit():
        add_note(ticket, author=staff, body="hm", now=later(5))
        add_reply(
            ticket, author=staff, body="Yes", expected_version=1, seen_message_id=seen, now=later(6)
        )
    assert bodies(ticket)[-1] == "Yes"


def test_the_second_of_two_changes_is_refused_and_told_who_and_what(staff, make_staff, ticket):
    ida = make_staff(name="Ida Berg")
    with unit():
        assign_ticket(
            ticket,
            assignee_id=ida.id,
            actor=staff_actor(ida.id),
            expected_version=1,
            now=later(1),
        )
        change_priority(
            ticket, priority="high", actor=staff_actor(ida.id), expected_version=2, now=later(2)
        )
    with pytest.raises(TicketChanged) as refused, unit():
        change_state(
            ticket,
            state="solved",
            resolution="answer",
            actor=staff_actor(staff.id),
            expected_version=1,
            now=later(3),
        )
    assert [(c.field, c.old, c.new, c.who) for c in refused.value.changes] == [
        ("assignee", "", "Ida Berg", "Ida Berg"),
        ("priority", "normal", "high", "Ida Berg"),
    ]
    assert db.session.get(Ticket, ticket.id).state == "new"
    assert kinds()[2:] == ["ticket:assigned", "ticket:priority_changed"]


def test_choosing_what_is_already_so_records_nothing(staff, ticket):
    actor = staff_actor(staff.id)
    with unit():
        assign_ticket(ticket, assignee_id=None, actor=actor, now=later(1))
        change_priority(ticket, priority="normal", actor=actor, now=later(1))
        change_state(ticket, state="new", actor=actor, now=later(1))
    assert len(kinds()) == 2
    assert db.session.get(Ticket, ticket.id).version == 1


def test_nobody_can_be_given_a_ticket_who_is_not_there(staff, make_staff, ticket):
    gone = make_staff(name="Gone Girl")
    with unit():
        db.session.merge(gone).disabled_at = later(0)
    for assignee in (gone.id, 999):
        with pytest.raises(Invalid), unit():
            assign_ticket(ticket, assignee_id=assignee, actor=staff_actor(staff.id), now=later(1))
    assert db.session.get(Ticket, ticket.id).assignee_id is None


MOVES = {
    "new": {"open", "waiting_customer", "on_hold", "solved"},
    "open": {"waiting_customer", "on_hold", "solved"},
    "waiting_customer": {"open", "on_hold", "solved"},
    "on_hold": {"open", "waiting_customer", "solved"},
    "solved": {"open", "waiting_customer", "on_hold"},
    "closed": set(),
}


@pytest.mark.parametrize("before", MOVES)
@pytest.mark.parametrize("after", MOVES)
def test_staff_can_make_exactly_these_moves(staff, before, after):
    if before == after:
        return
    ticket = in_state(before, staff)
    actor = staff_actor(staff.id)
    if after in MOVES[before]:
        with unit():
            if after == "on_hold":
                park(ticket, staff, now=later(9))
                return
            change_state(ticket, state=after, resolution="bug", actor=actor, now=later(9))
        assert db.session.get(Ticket, ticket.id).state == after
    else:
        with pytest.raises(MoveRefused), unit():
            change_state(ticket, state=after, resolution="bug", actor=actor, now=later(9))
        assert db.session.get(Ticket, ticket.id).state == before
