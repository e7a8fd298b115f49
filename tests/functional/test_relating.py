"""Linking tickets through the pages: dialog, page without JavaScript, section beside the ticket."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import event, func, select

from app.db import db
from app.notifications.models import OutgoingMail
from app.tickets.models import Ticket
from tests.factories.forms import post_form
from tests.factories.tickets import opened

pytestmark = pytest.mark.usefixtures("ctx")

HTMX = {"HX-Request": "true"}
OFFERED = re.compile(r'name="choice" value="(\d+)"( checked)?')


def ticket_now(number: int) -> Ticket:
    db.session.rollback()
    query = select(Ticket).where(Ticket.number == number)
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def test_found_linked_shown_on_both_and_taken_away(staff_client):
    opened(subject="Card declined")
    opened(subject="Till stops", requester_email="lin@paper.example")
    form = staff_client.get("/portal/tickets/1/link?find=till&assignee=nobody").text
    assert OFFERED.findall(form) == [("2", " checked")]
    answer = post_form(
        staff_client,
        "/portal/tickets/1/link?assignee=nobody",
        {"version": "1", "choice": "2", "kind": "duplicate"},
    )
    assert answer.status_code == 303
    assert answer.location.endswith("/portal/tickets/1?assignee=nobody")
    assert ticket_now(1).state == "new"
    assert "Asks the same as" in staff_client.get("/portal/tickets/1/about").text
    other = staff_client.get("/portal/tickets/2/about").text
    assert "Asked again in" in other
    assert "Ada Lind linked it: Asked again in #1" in staff_client.get("/portal/tickets/2").text
    way = re.search(r'action="(/portal/tickets/2/link/\d+/remove)"', other)
    assert way is not None
    assert post_form(staff_client, way[1], {}).status_code == 303
    assert "Asks the same as" not in staff_client.get("/portal/tickets/1/about").text
    assert post_form(staff_client, way[1], {}).status_code == 404


def test_a_duplicate_is_solved_with_it(staff_client):
    opened()
    opened()
    values = {"version": "1", "choice": "2", "kind": "duplicate", "solve": "1"}
    assert post_form(staff_client, "/portal/tickets/1/link", values).status_code == 303
    assert (ticket_now(1).state, ticket_now(1).resolution) == ("solved", "duplicate")
    assert 'name="solve"' not in staff_client.get("/portal/tickets/1/link").text
    assert 'name="solve"' in staff_client.get("/portal/tickets/2/link").text


def test_what_is_typed_is_looked_up_in_the_dialog(staff_client):
    opened()
    opened(subject="Till stops", requester_email="lin@paper.example")
    assert (
        staff_client.get("/portal/tickets/1/link", headers=HTMX).text.lstrip().startswith("<dialog")
    )
    found = staff_client.get("/portal/tickets/1/link?find=till", headers=HTMX).text
    assert OFFERED.findall(found) == [("2", " checked")]
    assert "<form" not in found
    none = staff_client.get("/portal/tickets/1/link?find=zebra", headers=HTMX).text
    assert "No other ticket holds these words." in none


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"kind": "related"}, "Please choose a ticket."),
        ({"kind": "related", "choice": "99"}, ""),
        ({"kind": "related", "choice": "1"}, "Please choose another ticket"),
        ({"kind": "magic", "choice": "2"}, ""),
    ],
)
def test_what_makes_no_sense_comes_back_with_the_words(staff_client, values, told):
    opened()
    opened()
    answer = post_form(
        staff_client, "/portal/tickets/1/link", {"version": "1", "find": "invoices"} | values
    )
    assert answer.status_code == 422
    assert told in answer.text
    assert 'name="find" value="invoices"' in answer.text
    assert "Asks the same as" not in staff_client.get("/portal/tickets/2/about").text


def test_a_refused_merge_offers_the_link(staff_client):
    opened()
    opened(requester_email="lin@paper.example")
    answer = post_form(staff_client, "/portal/tickets/1/merge", {"version": "1", "into": "2"})
    assert answer.status_code == 422
    assert "/portal/tickets/1/link?find=2&amp;kind=duplicate" in answer.text
    form = staff_client.get("/portal/tickets/1/link?find=2&kind=duplicate").text
    assert re.search(r'name="kind" value="duplicate" checked', form)
    assert ("2", " checked") in OFFERED.findall(form)


def test_many_links_cost_no_more(staff_client):
    for _each in range(5):
        opened()

    def statements() -> int:
        run = []

        def note(*args):
            run.append(args[2])

        event.listen(db.engine, "before_cursor_execute", note)
        try:
            assert staff_client.get("/portal/tickets/1/about").status_code == 200
        finally:
            event.remove(db.engine, "before_cursor_execute", note)
        return len(run)

    values = {"version": "1", "kind": "related"}
    post_form(staff_client, "/portal/tickets/1/link", values | {"choice": "2"})
    few = statements()
    for other in ("3", "4", "5"):
        post_form(staff_client, "/portal/tickets/1/link", values | {"choice": other})
    assert statements() == few


@pytest.mark.parametrize(("tick", "told"), [({"tell": "y"}, 1), ({}, 0)])
def test_whoever_merges_may_tell_the_customer(staff_client, tick, told):
    opened(requester_verified=True)
    opened(requester_verified=True)
    mails = select(func.count()).select_from(OutgoingMail)
    before = db.session.scalar(mails)
    db.session.rollback()
    assert 'name="tell"' in staff_client.get("/portal/tickets/1/merge").text
    values = {"version": "1", "choice": "2"} | tick
    assert post_form(staff_client, "/portal/tickets/1/merge", values).status_code == 303
    db.session.rollback()
    assert db.session.scalar(mails) == before + told
