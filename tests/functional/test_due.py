"""What is due on a ticket, as staff see it and set it by hand."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.clock import utc_now
from app.db import db
from app.tickets.models import Ticket
from tests.factories.forms import post_form
from tests.factories.tickets import opened

pytestmark = pytest.mark.usefixtures("ctx")


def test_what_we_owe_is_shown_set_by_hand_and_handed_back(staff_client):
    opened(now=utc_now() - timedelta(days=5))
    opened(subject="Fresh", now=utc_now())
    overdue = staff_client.get("/portal/inbox?due=overdue").text
    assert "Invoices are empty" in overdue
    assert "Fresh" not in overdue
    about = staff_client.get("/portal/tickets/2/about").text
    assert "First answer" in about
    assert "8 h of open time" in about

    nonsense = {"commitment": "first_reply", "due": "soonish", "version": "1"}
    refused = post_form(staff_client, "/portal/tickets/2/due", nonsense)
    assert refused.status_code == 422
    assert "This is not a day or a time." in refused.text
    assert "soonish" in refused.text
    wished = f"{utc_now() + timedelta(days=30):%Y-%m-%dT%H:%M}"
    sent = {"commitment": "first_reply", "due": wished, "version": "1"}
    assert post_form(staff_client, "/portal/tickets/2/due", sent).status_code == 303
    db.session.rollback()
    assert db.session.get(Ticket, 2).next_due_kind == "resolution"  # it comes first now
    assert "set by hand" in staff_client.get("/portal/tickets/2/about").text
    back = {"commitment": "first_reply", "hand_back": "1", "version": "1"}
    assert post_form(staff_client, "/portal/tickets/2/due", back).status_code == 303
    assert "Back to the rules" not in staff_client.get("/portal/tickets/2/about").text
