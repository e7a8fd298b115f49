"""Time spent through the pages: proposed, said, corrected, never in the way."""

from __future__ import annotations

import re

import pytest

from app.db import db
from app.tickets.queries.spent import spent_on
from tests.conftest import sign_in
from tests.factories.forms import post_form
from tests.factories.tickets import opened

HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def tickets(ctx):
    opened(subject="Another")
    opened(subject="This")


def minutes(ticket_id=2):
    db.session.rollback()
    return spent_on(ticket_id, viewer_id=0).minutes


def proposed(page):
    return re.search(r'name="minutes"[^>]* value="(-?\d*)"', page)[1]


def test_a_browser_counts_and_the_person_says(staff_client, make_staff, app):
    told = post_form(staff_client, "/portal/tickets/2/active", {"seconds": "50"})
    assert told.status_code == 204
    about = staff_client.get("/portal/tickets/2/about").text
    assert "Nobody has said yet." in about
    assert "You were active here for about a minute." in about
    assert proposed(about) == "1"
    other = app.test_client()
    sign_in(other, make_staff(name="Ben Ode"))
    assert "You were active here" not in other.get("/portal/tickets/2/about").text
    said = post_form(staff_client, "/portal/tickets/2/time", {"minutes": "12"}, headers=HTMX)
    assert "12 minutes by everybody together" in said.text
    assert proposed(said.text) == "0"
    theirs = post_form(other, "/portal/tickets/2/time", {"minutes": "3"})
    assert theirs.location == "/portal/tickets/2/about"
    page = staff_client.get("/portal/tickets/2/about").text
    assert "15 minutes by everybody together" in page
    assert not re.search(r"\b(12|3) min", page), "no figure about a person"
    assert minutes(1) == 0


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("", "How many minutes? Zero is fine."),
        ("lots", "Not a valid integer value."),
        ("-1", "You have not added as much as that."),
        ("9999", "Please add at most 480 minutes at once."),
    ],
)
def test_what_makes_no_sense_is_said_beside_the_field(staff_client, typed, problem):
    for headers in ({}, HTMX):
        answer = post_form(
            staff_client, "/portal/tickets/2/time", {"minutes": typed}, headers=headers
        )
        assert answer.status_code == 422
        assert problem in answer.text
    assert minutes() == 0


def test_solving_asks_quietly(staff_client):
    post_form(staff_client, "/portal/tickets/2/active", {"seconds": "50"})
    asked = staff_client.get("/portal/tickets/2/solve", headers=HTMX).text
    assert proposed(asked) == "1"
    solve = {"version": "1", "resolution": "answer"}
    post_form(staff_client, "/portal/tickets/2/solve", solve | {"minutes": "4"}, headers=HTMX)
    assert minutes() == 4
    unsaid = post_form(staff_client, "/portal/tickets/1/solve", solve | {"minutes": ""})
    assert unsaid.status_code == 303
    assert minutes(1) == 0


@pytest.mark.parametrize("seconds", ["", "x", "-5", "0"])
def test_nonsense_from_a_browser_counts_nothing(staff_client, seconds):
    told = post_form(staff_client, "/portal/tickets/2/active", {"seconds": seconds})
    assert told.status_code == 204
    assert "You were active here" not in staff_client.get("/portal/tickets/2/about").text
