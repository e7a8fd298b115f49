"""From a ticket that shows a gap to the person who mends it."""

from __future__ import annotations

import pytest

from app.events.actor import SYSTEM
from app.knowledge.services import create_article
from app.search.services import sync
from tests.factories.forms import post_form
from tests.factories.tickets import NOW, opened, unit


@pytest.fixture
def ticket(app):
    with app.app_context():
        with unit():
            create_article(
                title="Invoices by mail", body="Empty invoices.", actor=SYSTEM, now=NOW,
                publish=True,
            )  # fmt: skip
        sync(owner="test")
        opened(subject="Another one")
        return opened(subject="Invoices are empty").number


def test_a_gap_is_flagged_found_and_settled(staff_client, ticket):
    form = staff_client.get(f"/portal/tickets/{ticket}/flags/new").text
    assert "Invoices by mail" in form
    sent = {"kind": "docs_fix", "gap": "wrong", "article": "1", "looked_for": "blank pdf",
            "note": "The button is called Export now."}  # fmt: skip
    answer = post_form(staff_client, f"/portal/tickets/{ticket}/flags", sent)
    assert answer.status_code == 303
    side = staff_client.get(f"/portal/tickets/{ticket}/about").text
    assert "The button is called Export now." in side

    listed = staff_client.get("/portal/flags").text
    assert "Looked for “blank pdf”" in listed
    assert "Invoices by mail" in listed
    assert "The button" not in staff_client.get("/portal/flags?kind=bug").text

    refused = post_form(staff_client, "/portal/flags/1/settle", {"note": ""})
    assert refused.status_code == 422
    assert "Please say what was done." in refused.text
    done = post_form(staff_client, "/portal/flags/1/settle", {"note": "Rewritten."})
    assert done.status_code == 303
    assert "The button" not in staff_client.get("/portal/flags").text
    assert "Rewritten." in staff_client.get("/portal/flags?state=settled").text
    again = post_form(staff_client, "/portal/flags/1/settle", {"note": "Twice."})
    assert again.status_code == 409
    assert "Somebody settled this already." in again.text


def test_what_was_typed_stays_when_something_is_missing(staff_client, ticket):
    sent = {"kind": "docs_fix", "gap": "wrong", "article": "", "note": "Step 2 is gone."}
    answer = post_form(staff_client, f"/portal/tickets/{ticket}/flags", sent)
    assert answer.status_code == 422
    assert "Which article is wrong?" in answer.text
    assert "Step 2 is gone." in answer.text


def test_flags_are_for_staff(client, ticket):
    assert client.get("/portal/flags").status_code in (302, 303, 401)
    assert client.get(f"/portal/tickets/{ticket}/flags/new").status_code in (302, 303, 401)
