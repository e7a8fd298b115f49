"""Solving through the pages: the dialog, the page without JavaScript, the composer."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from app.db import db
from app.events.actor import staff_actor
from app.tickets.models import Ticket
from app.tickets.services.properties import assign_ticket, change_state
from app.tickets.services.replies import add_reply
from tests.factories.forms import post_form
from tests.factories.tickets import later, opened, unit

pytestmark = pytest.mark.usefixtures("ctx")

HTMX = {"HX-Request": "true"}
CHOSEN = re.compile(r'name="resolution" value="(\w+)" checked')


def ticket_now():
    db.session.rollback()
    return db.session.scalar(select(Ticket).execution_options(populate_existing=True))


def test_a_ticket_is_solved_on_a_page_of_its_own(staff_client):
    opened()
    form = staff_client.get("/portal/tickets/1/solve?assignee=nobody").text
    assert CHOSEN.findall(form) == ["answer"]
    answer = post_form(
        staff_client,
        "/portal/tickets/1/solve?assignee=nobody",
        {"version": "1", "resolution": "education"},
    )
    assert answer.status_code == 303
    assert answer.location.endswith("/portal/tickets/1?assignee=nobody")
    assert (ticket_now().state, ticket_now().resolution) == ("solved", "education")
    page = staff_client.get("/portal/tickets/1").text
    assert "Ada Lind solved it: Explained how it works" in page


def test_an_answer_with_a_link_to_an_article_proposes_the_article(staff_client, staff):
    ticket = opened()
    with unit():
        add_reply(
            ticket,
            author=db.session.merge(staff),
            body="See [here](http://localhost/help/articles/refund)",
            now=later(1),
        )
    assert CHOSEN.findall(staff_client.get("/portal/tickets/1/solve").text) == ["article"]


def test_the_dialog_solves_and_brings_what_changed(staff_client):
    opened()
    dialog = staff_client.get("/portal/tickets/1/solve", headers=HTMX).text
    assert dialog.lstrip().startswith("<dialog")
    answer = post_form(
        staff_client,
        "/portal/tickets/1/solve",
        {"version": "1", "resolution": "bug"},
        headers=HTMX,
    )
    assert answer.status_code == 200
    assert "ticket-changed" in answer.headers["HX-Trigger"]
    assert "<dialog" not in answer.text
    assert '<option value="bug" selected>' in answer.text


@pytest.mark.parametrize("headers", [{}, HTMX])
@pytest.mark.parametrize("how", ["", "magic"])
def test_a_form_that_does_not_say_how_comes_back(staff_client, headers, how):
    opened()
    answer = post_form(
        staff_client,
        "/portal/tickets/1/solve",
        {"version": "1", "resolution": how},
        headers=headers,
    )
    assert answer.status_code == 422
    assert "Please say how it was resolved." in answer.text
    assert ticket_now().state == "new"


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_two_browsers_solve_and_the_second_is_told(staff_client, make_staff, headers):
    ticket = opened()
    ida = make_staff(name="Ida Berg")
    with unit():
        assign_ticket(ticket, assignee_id=ida.id, actor=staff_actor(ida.id), now=later(1))
        change_state(
            ticket, state="solved", resolution="bug", actor=staff_actor(ida.id), now=later(2)
        )
    answer = post_form(
        staff_client,
        "/portal/tickets/1/solve",
        {"version": "1", "resolution": "answer"},
        headers=headers,
    )
    assert answer.status_code == 409
    text = " ".join(answer.text.split())
    assert "Not solved: somebody was faster" in text
    assert "changed the state from New to Solved" in text
    assert "set the resolution to Bug, fixed or reported" in text
    assert ticket_now().resolution == "bug"


def test_solved_among_the_states_asks_how(staff_client):
    opened()
    data = {"version": "1", "state": "solved"}
    page = post_form(staff_client, "/portal/tickets/1/state", data)
    assert (page.status_code, page.location) == (303, "/portal/tickets/1/solve")
    fragment = post_form(staff_client, "/portal/tickets/1/state", data, headers=HTMX)
    assert 'id="properties-1"' in fragment.text
    assert 'id="solve-dialog"' in fragment.text
    assert ticket_now().state == "new"


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_an_answer_that_solves_must_say_how(staff_client, headers):
    opened()
    typed = {"kind": "reply", "body": "All good now", "next": "solved"}
    refused = post_form(staff_client, "/portal/tickets/1/messages", typed, headers=headers)
    assert refused.status_code == 422
    assert "Please say how it was resolved." in refused.text
    assert ">All good now</textarea>" in refused.text
    sent = typed | {"resolution": "answer"}
    assert post_form(staff_client, "/portal/tickets/1/messages", sent).status_code == 303
    assert (ticket_now().state, ticket_now().resolution) == ("solved", "answer")


def test_how_it_was_resolved_is_corrected_beside_the_conversation(staff_client, staff):
    ticket = opened()
    assert (
        'name="resolution"'
        not in staff_client.get("/portal/tickets/1").text.split("panes__side")[1]
    )
    with unit():
        change_state(
            ticket, state="solved", resolution="bug", actor=staff_actor(staff.id), now=later(2)
        )
    answer = post_form(
        staff_client,
        "/portal/tickets/1/resolution",
        {"version": "3", "resolution": "article"},
        headers=HTMX,
    )
    assert '<option value="article" selected>' in answer.text
    assert ticket_now().resolution == "article"
