"""Who may load which ticket: staff all, people their own, a link one, nobody else any."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.customers.models import Customer, Visitor
from app.db import db
from app.errors import NotFound
from app.events.actor import visitor_actor
from app.tickets.models import RequestLink
from app.tickets.queries.own import customer_tickets, public_thread, unread_answers
from app.tickets.queries.visibility import ticket_visible_to, ticket_visible_to_person
from app.tickets.services.links import create_request_link, revoke_request_links, ticket_of_link
from app.tickets.services.replies import add_customer_message, add_note, add_reply
from app.tickets.services.seen import mark_seen
from tests.factories.tickets import NOW, later, opened, unit

pytestmark = pytest.mark.usefixtures("ctx")


@pytest.fixture
def people():
    """A customer and a visitor with a ticket each, another of each kind, and one of nobody."""
    with unit():
        rows = [Customer(name="A"), Customer(name="B"), Visitor(seen_at=NOW), Visitor(seen_at=NOW)]
        db.session.add_all(rows)
    a, b, v, w = (row.id for row in rows)
    opened(customer_id=a, subject="a")
    opened(customer_id=b, subject="b")
    opened(visitor_id=v, subject="v")
    opened(visitor_id=w, subject="w")
    opened(subject="nobody")
    return {"a": a, "b": b, "v": v, "w": w}


def test_people_load_their_own_and_no_other(people):
    assert ticket_visible_to_person(1, customer_id=people["a"]).subject == "a"
    assert ticket_visible_to_person(3, visitor_id=people["v"]).subject == "v"
    for number, scope in [
        (2, {"customer_id": people["a"]}),
        (4, {"visitor_id": people["v"]}),
        # Keys of customers and visitors are different things, even when they are equal.
        (1, {"visitor_id": people["a"]}),
        (5, {"customer_id": people["a"], "visitor_id": people["v"]}),
        (5, {}),
        (99, {"customer_id": people["a"]}),
    ]:
        with pytest.raises(NotFound):
            ticket_visible_to_person(number, **scope)


def test_own_lists_hold_nothing_foreign(people):
    assert [t.subject for t in customer_tickets(customer_id=people["a"])] == ["a"]
    assert [t.subject for t in customer_tickets(visitor_id=people["w"])] == ["w"]
    assert customer_tickets() == []


def test_staff_load_every_ticket_until_their_account_is_closed(people, staff):
    assert ticket_visible_to(staff, 2).subject == "b"
    with pytest.raises(NotFound):
        ticket_visible_to(staff, 99)
    staff.disabled_at = NOW
    with pytest.raises(NotFound):
        ticket_visible_to(staff, 2)


def test_unread_answers_count_until_they_are_seen(people, staff):
    ticket = ticket_visible_to_person(1, customer_id=people["a"])
    foreign = ticket_visible_to_person(2, customer_id=people["b"])
    with unit():
        add_reply(ticket, author=staff, body="one", now=later(5))
        add_note(ticket, author=staff, body="secret", now=later(6))
        add_reply(ticket, author=staff, body="two", now=later(7))
        add_reply(foreign, author=staff, body="for B", now=later(7))
    assert unread_answers(customer_id=people["a"]) == 2
    assert customer_tickets(customer_id=people["a"])[0].unread == 2
    with unit():
        mark_seen(ticket.id, now=later(8))
    assert unread_answers(customer_id=people["a"]) == 0
    with unit():
        add_reply(ticket, author=staff, body="three", now=later(9))
    assert unread_answers(customer_id=people["a"]) == 1
    with unit():
        add_customer_message(ticket, body="thanks", actor=visitor_actor(), now=later(10))
    assert unread_answers(customer_id=people["a"]) == 0
    assert unread_answers() == 0


def test_the_public_thread_holds_no_note(people, staff):
    ticket = ticket_visible_to_person(1, customer_id=people["a"])
    with unit():
        add_note(ticket, author=staff, body="secret", now=later(6))
        add_reply(ticket, author=staff, body="answer", now=later(7))
    assert [m.body for m in public_thread(ticket)] == [
        "Since Monday every PDF is blank.",
        "answer",
    ]


def test_a_link_opens_its_ticket_for_thirty_days():
    ticket, other = opened(), opened()
    with unit():
        token = create_request_link(ticket, now=NOW)
        create_request_link(other, now=NOW)
    assert ticket_of_link(token, now=NOW + timedelta(days=29)).number == ticket.number
    for wrong, now in [
        (token, NOW + timedelta(days=30)),
        (token[:-1] + ("A" if token[-1] != "A" else "B"), NOW),
        ("", NOW),
    ]:
        with pytest.raises(NotFound):
            ticket_of_link(wrong, now=now)


def test_a_revoked_link_opens_nothing():
    ticket, other = opened(), opened()
    with unit():
        token, kept = create_request_link(ticket, now=NOW), create_request_link(other, now=NOW)
        revoke_request_links(ticket, now=NOW)
    with pytest.raises(NotFound):
        ticket_of_link(token, now=NOW)
    assert ticket_of_link(kept, now=NOW).number == other.number


def test_links_have_128_bits_and_are_stored_hashed():
    ticket = opened(requester_email="")
    with unit():
        tokens = {create_request_link(ticket, now=NOW) for _ in range(500)}
    assert len(tokens) == 500
    assert {len(token) for token in tokens} == {22}
    assert not tokens & set(db.session.scalars(select(RequestLink.token_hash)))
