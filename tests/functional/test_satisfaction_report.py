"""The page of satisfaction: figures with what they do not know, and the answers behind each."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import event

from app.db import db
from app.satisfaction.models import DiscardedAnswer, Survey, SurveyState
from app.tickets.models import Ticket
from app.tickets.queries.ratings import (
    Period,
    compared_between,
    not_asked_between,
    responses_between,
    scores_between,
)
from tests.factories.surveys import solve
from tests.factories.tickets import NOW, opened, unit

pytestmark = pytest.mark.usefixtures("ctx")

DAY = timedelta(days=1)
PERIOD = Period(NOW, NOW + 3 * DAY)


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW + 2 * DAY, tick=False) as traveller:
        yield traveller


def survey(ticket, state, *, score=None, at=None, **changes):
    """Add a question as it would be."""
    at = at or NOW + DAY
    values = {
        "ticket_id": ticket.id,
        "state": state,
        "ask_at": at,
        "asked_at": None if state == SurveyState.LEFT_OUT else at,
        "answered_at": at if score else None,
        "score": score,
    }
    with unit():
        db.session.add(Survey(**(values | changes)))


@pytest.fixture
def world(staff):
    """Eight answers, four silent ones, one taken back, two left out, and noise before."""
    tickets = [
        opened(subject=f"Request {number}", requester_name=f"Person {number}")
        for number in range(15)
    ]
    for number, score in enumerate([5, 5, 5, 4, 4, 3, 2, 1]):
        survey(tickets[number], SurveyState.ANSWERED, score=score, comment=f"Words {number}")
    for number in (8, 9, 10):
        survey(tickets[number], SurveyState.ASKED)
    survey(tickets[11], SurveyState.EXPIRED)
    survey(tickets[12], SurveyState.WITHDRAWN)
    survey(tickets[13], SurveyState.LEFT_OUT, reason="no_reply")
    survey(tickets[14], SurveyState.LEFT_OUT, reason="asked_lately")
    survey(tickets[14], SurveyState.ANSWERED, score=1, at=NOW - 40 * DAY)
    survey(tickets[14], SurveyState.PLANNED, at=NOW + DAY, asked_at=None)
    with unit():
        db.session.add(DiscardedAnswer(survey_id=1, reason="too_fast", discarded_at=NOW + DAY))
        first = db.session.get_one(Ticket, tickets[0].id)
        first.priority, first.solved_at = "urgent", first.created_at + timedelta(hours=4)
        silent = db.session.get_one(Ticket, tickets[8].id)
        silent.solved_at, silent.reopen_count = silent.created_at + timedelta(hours=40), 2
    return tickets


def test_the_numbers(world):
    scores = scores_between(PERIOD)
    assert scores.counts == {1: 1, 2: 1, 3: 1, 4: 2, 5: 3}
    assert (scores.satisfied.part, scores.satisfied.whole) == (5, 8)
    [everybody] = responses_between(PERIOD)["all"]
    assert (everybody.answered.part, everybody.answered.whole, everybody.still_open) == (8, 12, 3)
    assert (everybody.satisfied.part, everybody.satisfied.whole) == (5, 8)
    by = {row.value: row.answered for row in responses_between(PERIOD)["priority"]}
    assert {value: (share.part, share.whole) for value, share in by.items()} == {
        "normal": (7, 11),
        "urgent": (1, 1),
    }
    assert not_asked_between(PERIOD) == {"asked_lately": 1, "no_reply": 1, "withdrawn": 1}


def test_those_who_answered_beside_those_who_did_not(world):
    answered, silent = compared_between(PERIOD)
    assert (answered.count, silent.count) == (8, 4)
    assert answered.wait == timedelta(hours=4)
    assert silent.wait == timedelta(hours=40)
    assert (silent.reopened.part, silent.reopened.whole) == (1, 4)


def test_few_answers_are_dots_and_no_percentage(staff_client, world):
    text = staff_client.get("/portal/satisfaction").text
    assert "8 answers: too few for a percentage" in text
    assert text.count("<circle") == 8
    assert "62 %" not in text
    assert "What if the silent ones had answered?" in text
    assert "it would be 42 %; if all were, 75 %" in text


def test_ten_answers_have_a_percentage_with_its_interval(staff_client, world):
    for number in (8, 9):
        survey(opened(), SurveyState.ANSWERED, score=5, comment=f"More {number}")
    text = staff_client.get("/portal/satisfaction").text
    assert "70 %" in text
    assert "40\u201389" in text
    assert "<circle" not in text


def test_each_number_opens_its_list(staff_client, world):
    text = staff_client.get("/portal/satisfaction").text
    links = re.findall(r'href="(/portal/satisfaction/answers[^"]*)"[^>]*>(\d+)<', text)
    links += re.findall(
        r'href="(/portal/satisfaction/answers[^"]*)">[^<]*</a> <span>(\d+)</span>', text
    )
    assert len(links) > 12
    for address, number in links:
        listed = staff_client.get(address.replace("&amp;", "&")).text
        assert f'<p class="page-head__meta">{number} ·' in listed, address


def test_the_list_shows_words_and_notes(staff_client, world):
    with unit():
        db.session.get_one(Survey, 8).contest_note = "Meant the bank"
    listed = staff_client.get("/portal/satisfaction/answers?score=1").text
    assert "Very dissatisfied" in listed
    assert "Words 7" in listed
    assert "Meant the bank" in listed
    assert "Words 1" not in listed


def test_nothing_is_said_of_single_people(staff_client, staff, world):
    for ticket in world[:3]:
        solve(ticket, staff, now=NOW)
        with unit():
            db.session.get_one(Ticket, ticket.id).assignee_id = staff.id
    for path in ("", "/answers", f"/answers?assignee={staff.id}"):
        main = staff_client.get(f"/portal/satisfaction{path}").text.partition("<main")[2]
        assert staff.name not in main


def test_the_page_asks_no_more_of_the_database_for_more_answers(staff_client, world):
    asked = []

    def count(*_args):
        asked.append(1)

    def statements(path):
        asked.clear()
        event.listen(db.engine, "before_cursor_execute", count)
        try:
            staff_client.get(path)
        finally:
            event.remove(db.engine, "before_cursor_execute", count)
        return len(asked)

    paths = ["/portal/satisfaction", "/portal/satisfaction/answers?show=asked"]
    before = [statements(path) for path in paths]
    for _ in range(12):
        survey(opened(), SurveyState.ANSWERED, score=5)
    assert [statements(path) for path in paths] == before


@pytest.mark.parametrize("query", ["show=x&score=9&reason=x", "page=99", "days=3&until=x"])
def test_addresses_that_make_no_sense(staff_client, world, query):
    assert staff_client.get(f"/portal/satisfaction/answers?{query}").status_code == 200


def test_an_empty_period_says_what_will_be_here(staff_client):
    assert "Nobody was asked in this period" in staff_client.get("/portal/satisfaction").text


def test_only_staff(client):
    assert client.get("/portal/satisfaction").status_code in (302, 303, 401)


def test_the_ticket_says_whether_its_customer_is_asked(staff_client, staff):
    ticket = opened(subject="Invoices are empty")
    about = f"/portal/tickets/{ticket.number}/about"
    assert "How was our help?" not in staff_client.get(about).text
    solve(ticket, staff, now=NOW)
    assert "The customer will be asked on" in staff_client.get(about).text
    for state, words in (
        (SurveyState.ASKED, "no answer yet"),
        (SurveyState.EXPIRED, "not answered"),
        (SurveyState.LEFT_OUT, "Not asked: did not come back."),
        (SurveyState.WITHDRAWN, None),
    ):
        with unit():
            found = db.session.scalars(db.select(Survey)).one()
            found.state, found.asked_at, found.reason = state, NOW, "no_reply"
        text = staff_client.get(about).text
        assert (words in text) if words else ("How was our help?" not in text)
