"""Spam, the bin, on hold and thank-yous through the pages."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.clock import utc_now
from app.db import db
from app.events.actor import staff_actor, visitor_actor
from app.tickets.models import Ticket
from app.tickets.services.properties import change_priority, change_state
from app.tickets.services.replies import add_customer_message
from tests.factories.forms import post_form
from tests.factories.tickets import later, opened, park, unit

pytestmark = pytest.mark.usefixtures("ctx")

HTMX = {"HX-Request": "true"}


def ticket_now(number=1):
    db.session.rollback()
    return db.session.scalar(
        select(Ticket).where(Ticket.number == number).execution_options(populate_existing=True)
    )


def numbers(response):
    return [int(found) for found in re.findall(r'id="ticket-row-(\d+)"', response.text)]


def test_spam_leaves_the_list_and_comes_back(staff_client):
    opened(subject="Buy gold")
    opened(subject="A real question")
    page = staff_client.get("/portal/tickets/1").text
    assert "Mark as spam" in page
    answer = post_form(
        staff_client,
        "/portal/tickets/1/aside?priority=normal",
        {"version": "1", "disposition": "spam"},
    )
    assert answer.location == "/portal/inbox?priority=normal"
    inbox = staff_client.get("/portal/inbox")
    assert numbers(inbox) == [2]
    assert "#1 is marked as spam" in inbox.text
    assert numbers(staff_client.get("/portal/inbox?disposition=spam")) == [1]
    page = staff_client.get("/portal/tickets/1").text
    assert "Marked as spam: in no list and no figure" in page
    assert "Ada Lind marked it as spam" in page
    assert "Mark as spam" not in page
    answer = post_form(
        staff_client, "/portal/tickets/1/back", {"version": str(ticket_now().version)}
    )
    assert answer.location == "/portal/tickets/1"
    assert numbers(staff_client.get("/portal/inbox")) == [1, 2]
    assert "this is no spam" in staff_client.get("/portal/tickets/1").text
    assert ticket_now().state == "new"


def test_a_deleted_ticket_waits_in_the_bin(staff_client):
    opened()
    post_form(staff_client, "/portal/tickets/1/aside", {"version": "1", "disposition": "deleted"})
    assert numbers(staff_client.get("/portal/inbox?state=any")) == []
    assert numbers(staff_client.get("/portal/inbox?disposition=deleted")) == [1]
    page = staff_client.get("/portal/tickets/1").text
    assert "In the bin" in page
    assert "Restore" in page


@pytest.mark.parametrize("disposition", ["merged", "duplicate", "", "nonsense"])
def test_what_staff_cannot_choose_is_not_found(staff_client, disposition):
    opened()
    answer = post_form(
        staff_client, "/portal/tickets/1/aside", {"version": "1", "disposition": disposition}
    )
    assert answer.status_code == 404
    assert ticket_now().disposition is None


def test_a_ticket_that_moved_on_is_shown_and_not_deleted(staff_client, make_staff):
    ticket = opened()
    ida = make_staff(name="Ida Berg")
    with unit():
        change_priority(ticket, priority="high", actor=staff_actor(ida.id), now=later(1))
    answer = post_form(
        staff_client, "/portal/tickets/1/aside", {"version": "1", "disposition": "deleted"}
    )
    assert answer.status_code == 409
    assert "somebody was faster" in answer.text
    again = post_form(
        staff_client, "/portal/tickets/1/back", {"version": str(ticket_now().version)}
    )
    assert again.status_code == 422
    assert "This ticket is not set aside." in again.text
    assert ticket_now().disposition is None


def test_only_a_thank_you_is_one_press(staff_client, staff):
    ticket = opened()
    with unit():
        change_state(
            ticket, state="solved", resolution="bug", actor=staff_actor(staff.id), now=later(1)
        )
        add_customer_message(ticket, body="Thanks!", actor=visitor_actor(), now=later(2))
    page = staff_client.get("/portal/tickets/1").text
    assert "Only a thank-you" in page
    assert ">Reopened<" in re.sub(r"<svg.*?</svg>", "", page)
    answer = post_form(
        staff_client, "/portal/tickets/1/thanks", {"version": str(ticket_now().version)}
    )
    assert answer.status_code == 303
    now = ticket_now()
    assert (now.state, now.solved_at, now.resolution) == ("solved", later(1), "bug")
    page = staff_client.get("/portal/tickets/1").text
    assert "only a thank-you, solved as before" in page
    assert "Reopened" not in page
    refused = post_form(staff_client, "/portal/tickets/1/thanks", {"version": str(now.version)})
    assert refused.status_code == 422
    assert "The ticket has moved on" in refused.text


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_on_hold_among_the_states_asks_why(staff_client, headers):
    opened()
    asked = post_form(
        staff_client,
        "/portal/tickets/1/state",
        {"version": "1", "state": "on_hold"},
        headers=headers,
    )
    if headers:
        assert 'id="hold-dialog"' in asked.text
    else:
        assert asked.location == "/portal/tickets/1/hold"
    assert ticket_now().state == "new"
    day = (utc_now() + timedelta(days=3)).date()
    sent = {"version": "1", "reason": "The bank", "look_at": day.isoformat()}
    answer = post_form(staff_client, "/portal/tickets/1/hold", sent, headers=headers)
    assert answer.status_code == (200 if headers else 303)
    now = ticket_now()
    assert (now.state, now.hold_reason, now.look_at.date()) == ("on_hold", "The bank", day)
    page = staff_client.get("/portal/tickets/1").text
    assert "Ada Lind put it on hold until" in page
    assert page.count("The bank") == 2


@pytest.mark.parametrize("headers", [{}, HTMX])
@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"reason": "", "look_at": "2099-01-01"}, "Who has the ball, or what do we wait for?"),
        ({"reason": "The bank", "look_at": ""}, "When should somebody look at it again?"),
        ({"reason": "The bank", "look_at": "2020-01-01"}, "Please choose a day in the future."),
        ({"reason": "The bank", "look_at": "soon"}, "Not a valid date value."),
    ],
)
def test_a_hold_without_reason_or_day_comes_back_as_typed(staff_client, headers, sent, said):
    opened()
    answer = post_form(
        staff_client, "/portal/tickets/1/hold", sent | {"version": "1"}, headers=headers
    )
    assert answer.status_code == 422
    assert said in answer.text
    assert f'value="{sent["reason"]}"' in answer.text
    assert ticket_now().state == "new"


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_hold_on_old_ground_is_refused_and_told(staff_client, make_staff, headers):
    ticket = opened()
    ida = make_staff(name="Ida Berg")
    with unit():
        park(ticket, ida, now=utc_now())
    day = (utc_now() + timedelta(days=3)).date()
    sent = {"version": "1", "reason": "The vendor", "look_at": day.isoformat()}
    answer = post_form(staff_client, "/portal/tickets/1/hold", sent, headers=headers)
    assert answer.status_code == 409
    assert "Not put on hold: somebody was faster" in answer.text
    assert "said why it is on hold: Waiting for the bank" in " ".join(answer.text.split())
    assert ticket_now().hold_reason == "Waiting for the bank"
