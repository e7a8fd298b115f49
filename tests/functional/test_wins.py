"""What customers said when something went well is kept for everybody."""

from __future__ import annotations

import pytest

from app.care.models import Win
from app.db import db
from app.events.models import EventRecord
from app.tickets.models import Ticket
from app.tickets.services.replies import add_reply
from tests.factories.forms import post_form
from tests.factories.tickets import kinds, later, opened, unit

pytestmark = pytest.mark.usefixtures("ctx")
WORDS = "You saved my  term.\nThank you!"


@pytest.fixture
def number() -> int:
    opened(subject="Another", body="It is still broken.")
    return opened(subject="Invoices", body=f"Hello,\n{WORDS}\nNora").number


def keep(client, number: int, words: str = "You saved my term. Thank you!", note: str = ""):
    path = f"/portal/tickets/{number}/wins"
    return post_form(client, path, {"words": words, "note": note})


def test_the_last_words_are_offered_kept_and_shown_to_all(staff_client, number):
    assert "You saved my  term." in staff_client.get(f"/portal/tickets/{number}/wins/new").text
    assert keep(staff_client, number, note="A refund within the hour").status_code == 303
    event = db.session.scalars(
        db.select(EventRecord).where(EventRecord.kind == "ticket:win_kept")
    ).one()
    assert event.data["win_id"] == 1
    for path in ("/portal/wins", f"/portal/tickets/{number}/about"):
        page = staff_client.get(path).text
        assert "You saved my term. Thank you!" in page
        assert "A refund within the hour" in page
    assert "You saved" not in staff_client.get("/portal/tickets/1/about").text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("", "What did they write?"),
        ("The best support in the world", "did not write this"),
        ("It is still broken.", "did not write this"),
    ],
)
def test_nobody_puts_words_into_a_customers_mouth(staff_client, number, words, said):
    answer = keep(staff_client, number, words)
    assert answer.status_code == 422
    assert said in answer.text
    assert db.session.scalar(db.select(db.func.count(Win.id))) == 0


def test_our_own_words_are_no_win(staff_client, staff, number):
    ticket = db.session.scalars(db.select(Ticket).where(Ticket.number == number)).one()
    with unit():
        add_reply(db.session.merge(ticket), author=staff, body="We are great.", now=later(5))
    assert keep(staff_client, number, "We are great.").status_code == 422


def test_the_same_words_are_kept_once_and_taken_back_once(staff_client, number):
    assert keep(staff_client, number).status_code == 303
    assert keep(staff_client, number).status_code == 409
    for _time in range(2):
        answer = post_form(staff_client, "/portal/wins/1/take-back", {})
        assert answer.status_code == 303
    assert kinds().count("ticket:win_taken_back") == 1
    assert "You saved" not in staff_client.get("/portal/wins").text
    assert keep(staff_client, number).status_code == 303
    assert post_form(staff_client, "/portal/wins/99/take-back", {}).status_code == 404
