"""The question how satisfied somebody is, by HTTP: from the mail's link, and on the request."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine

from app.db import db
from app.events.actor import visitor_actor
from app.satisfaction.models import DiscardedAnswer
from app.tickets.models import Ticket
from app.tickets.services.links import create_request_link
from app.tickets.services.replies import add_customer_message
from tests.conftest import sign_in
from tests.factories.surveys import ask, mails, solve, surveys, token_of
from tests.factories.tickets import NOW, kinds, opened, unit

pytestmark = pytest.mark.usefixtures("ctx")

ASKED = NOW + timedelta(days=1)
PAGE = re.compile(r'name="page"[^>]*value="([^"]+)"')


@pytest.fixture(autouse=True)
def clock():
    """Stand at NOW, a Monday at nine."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def ticket(staff, clock):
    """A solved ticket whose requester was asked just now, with one of somebody else."""
    for address in ("nora@studio.example", "noise@studio.example"):
        solve(opened(requester_email=address), staff, now=NOW)
    clock.move_to(ASKED)
    ask(ASKED)
    return db.session.get_one(Ticket, 1)


@pytest.fixture
def path(ticket):
    [mail] = [
        each for each in mails() if each.ticket_id == ticket.id and "/rate/" in each.text_body
    ]
    return f"/help/rate/{token_of(mail)}"


def page_of(text):
    return PAGE.search(text).group(1)


def discarded():
    db.session.rollback()
    return [row.reason for row in db.session.scalars(db.select(DiscardedAnswer))]


def answered():
    return [survey.score for survey in surveys()]


def test_a_link_chooses_and_only_the_button_answers(client, path, clock):
    response = client.get(f"{path}?score=1")
    assert response.status_code == 200
    assert re.search(r'<input checked[^>]*value="1"', response.text)
    assert answered() == [None, None]
    clock.shift(20)
    form = {"page": page_of(response.text), "score": "2", "comment": "It took long."}
    assert client.post(path, data=form).location.endswith(path)
    assert answered() == [2, None]
    thanks = client.get(path).text
    assert "Thank you for your answer" in thanks
    assert "It took long." in thanks
    assert surveys()[0].channel == "mail"
    assert kinds()[-1] == "ticket:rated"


def test_the_answer_can_be_changed(client, path, clock):
    code = page_of(client.get(path).text)
    clock.shift(20)
    client.post(path, data={"page": code, "score": "2"})
    client.post(path, data={"page": code, "score": "5"})
    assert answered() == [5, None]


def test_a_program_that_presses_at_once_is_not_counted_and_a_person_presses_again(
    client, path, clock
):
    code = page_of(client.get(path).text)
    clock.shift(2)
    refused = client.post(path, data={"page": code, "score": "1", "comment": "Kept"})
    assert refused.status_code == 422
    assert "press the button once more" in refused.text
    assert "Kept" in refused.text
    assert answered() == [None, None]
    assert discarded() == ["too_fast"]
    clock.shift(4)
    client.post(path, data={"page": page_of(refused.text), "score": "1"})
    assert answered() == [1, None]


@pytest.mark.parametrize(
    ("fields", "why"), [({"website": "http://x.example"}, "trap"), ({"page": "forged"}, "no_page")]
)
def test_traps(client, path, clock, fields, why):
    code = page_of(client.get(path).text)
    clock.shift(60)
    assert client.post(path, data={"page": code, "score": "5"} | fields).status_code == 422
    assert answered() == [None, None]
    assert discarded() == [why]


def test_no_choice_is_said_at_the_field(client, path, clock):
    code = page_of(client.get(path).text)
    clock.shift(60)
    response = client.post(path, data={"page": code, "comment": "Hm"})
    assert response.status_code == 422
    assert "Please choose one of the five." in response.text
    assert "Hm" in response.text


def test_staff_cannot_answer(client, staff, path, clock):
    code = page_of(client.get(path).text)
    sign_in(client, staff)
    text = client.get(path).text
    assert "You are signed in as staff" in text
    assert 'name="page"' not in text
    clock.shift(60)
    assert client.post(path, data={"page": code, "score": "5"}).status_code == 403
    assert answered() == [None, None]


def test_reopening_takes_the_question_back(client, path, ticket, clock):
    with unit():
        found = db.session.get_one(Ticket, ticket.id)
        add_customer_message(found, body="Still empty", actor=visitor_actor(), now=ASKED)
    assert "We took this question back" in client.get(path).text
    assert client.post(path, data={"page": "x", "score": "5"}).status_code == 422


def test_four_weeks_later_it_is_closed(client, path, clock):
    clock.shift(timedelta(days=28))
    assert "This question is closed" in client.get(path).text


def test_strangers_get_nothing(client, path):
    assert client.get("/help/rate/" + "x" * 22).status_code == 404
    answer = client.get(path)
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "Invoices are empty" not in answer.text


def test_german_and_arabic(client, path):
    assert "Wie war unsere Hilfe?" in client.get(f"{path}?lang=de").text
    assert 'dir="rtl"' in client.get(f"{path}?lang=ar").text


def test_the_request_page_asks_too_once_it_is_time(client, staff, ticket, clock):
    later = opened(requester_email="late@studio.example")
    solve(later, staff, now=ASKED)
    with unit():
        token = create_request_link(ticket, now=ASKED)
        early = create_request_link(later, now=ASKED)
    assert "How was our help?" not in client.get(f"/help/requests/{early}").text
    text = client.get(f"/help/requests/{token}").text
    assert "How was our help?" in text
    clock.shift(30)
    fields = {"page": page_of(text), "score": "4"}
    response = client.post(f"/help/requests/{token}/rating", data=fields)
    assert response.location.endswith(f"/help/requests/{token}#rating")
    assert surveys()[0].channel == "help"
    assert "You said: Satisfied." in client.get(f"/help/requests/{token}").text
    refused = client.post(f"/help/requests/{early}/rating", data=fields)
    assert refused.status_code == 409


def test_is_it_solved_yes(client, ticket):
    with unit():
        token = create_request_link(ticket, now=ASKED)
    path = f"/help/requests/{token}"
    assert "Is it solved?" in client.get(path).text
    assert client.post(f"{path}/solved").location.endswith(f"{path}#outcome")
    text = client.get(path).text
    assert "You said that it is solved" in text
    assert "Not yet" not in text
    assert db.session.get(Ticket, ticket.id, populate_existing=True).confirmed_at == ASKED


def test_is_it_solved_not_yet(client, ticket):
    with unit():
        token = create_request_link(ticket, now=ASKED)
    path = f"/help/requests/{token}"
    refused = client.post(f"{path}/not-yet", data={"body": " "})
    assert refused.status_code == 422
    assert "Please write something." in refused.text
    answer = client.post(f"{path}/not-yet", data={"body": "The PDF is still blank"})
    assert "#message-" in answer.location
    db.session.rollback()
    found = db.session.get(Ticket, ticket.id, populate_existing=True)
    assert (found.state, found.reopen_count) == ("open", 1)
    text = client.get(path).text
    assert "The PDF is still blank" in text
    assert "It is solved, thanks" in text


def test_a_link_of_somebody_else_says_nothing(client, ticket):
    assert client.post(f"/help/requests/{'x' * 22}/solved").status_code == 404
    assert client.post(f"/help/requests/{'x' * 22}/not-yet").status_code == 404
