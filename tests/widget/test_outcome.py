"""Answering in the panel how satisfied one is."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine

from app.clock import utc_now
from app.customers.models import Account
from app.db import db, unit_of_work
from app.satisfaction.models import DiscardedAnswer
from app.tickets.models import Ticket
from tests.factories.promises import promised
from tests.factories.surveys import ask, solve, surveys
from tests.factories.tickets import NOW, opened

PAGE = re.compile(r'name="page" value="([^"]+)"')


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def asked(app, clock, panel, make_staff):
    """A panel whose request was solved yesterday, and asked about just now."""
    panel.start().ask()
    staff = make_staff()
    with app.app_context():
        ticket = db.session.scalars(db.select(Ticket)).one()
        solve(ticket, staff, now=NOW)
        clock.move_to(NOW + timedelta(days=1))
        ask(NOW + timedelta(days=1))
    panel.token = re.search(r'data-token="([^"]+)"', panel.client.get("/w/shop/").text).group(1)
    return panel


def rate(panel, clock, **changes):
    code = PAGE.search(panel.get("requests/1").text).group(1)
    clock.shift(20)
    return panel.post(
        "requests/1/rating", {"score": "4", "comment": "", "page": code, "website": ""} | changes
    )


def test_five_answers_and_thanks(app, asked, clock):
    text = asked.get("requests/1").text
    assert re.findall(r'name="score" value="(\d)"', text) == ["1", "2", "3", "4", "5"]
    answer = rate(asked, clock, comment="Kind")
    assert answer.status_code == 200
    assert "You said: Satisfied." in answer.json["html"]
    with app.app_context():
        [survey] = surveys()
        assert (survey.score, survey.comment, survey.channel) == (4, "Kind", "widget")
    assert 'data-path="rating"' not in asked.get("requests/1").text


def test_programs_and_nonsense(app, asked, clock):
    assert rate(asked, clock, website="x").status_code == 422
    assert rate(asked, clock, score="9").status_code == 422
    assert rate(asked, clock, page="").status_code == 422
    with app.app_context():
        assert surveys()[0].score is None
        assert len(db.session.scalars(db.select(DiscardedAnswer)).all()) == 2


def test_a_request_that_is_not_solved_asks_nothing(clock, panel):
    panel.start().ask()
    assert 'name="score"' not in panel.get("requests/1").text
    assert panel.post("requests/1/rating", {"score": "5"}).status_code == 409


def test_somebody_elses_request(app, asked, clock, client, site):
    other = type(asked)(app.test_client()).start()
    assert other.post("requests/1/rating", {"score": "5"}).status_code == 404


def test_is_it_solved(app, asked):
    assert "Is it solved?" in asked.get("requests/1").text
    answer = asked.post("requests/1/solved")
    assert answer.status_code == 200
    assert "You said that it is solved" in answer.json["html"]
    assert "Solved</span>" in answer.json["html"]
    with app.app_context():
        assert db.session.scalars(db.select(Ticket.confirmed_at)).one() is not None


def test_not_needed_any_more(clock, panel, app):
    panel.start().ask()
    assert "Not needed any more?" in panel.get("requests/1").text
    panel.post("requests/1/solved")
    with app.app_context():
        assert db.session.scalars(db.select(Ticket.state)).one() == "solved"


def test_only_ones_own(app, asked, site):
    other = type(asked)(app.test_client()).start()
    assert other.post("requests/1/solved").status_code == 404


def test_colleagues_read_and_write_but_do_not_say_how_it_went(app, panel, site):
    other = type(panel)(app.test_client())
    other.sign_in(site.token(sub="u-8", name="Noa Fields"))
    other.ask()
    panel.sign_in(site.token(sub="u-7", name="Mira Holt"))
    assert "Wrong time" not in panel.get("requests").text
    assert panel.get("requests/1").status_code == 404
    with app.app_context(), unit_of_work():
        db.session.scalars(db.select(Account)).one().shares_requests = True
    assert "Asked by Noa Fields" in panel.get("requests").text
    text = panel.get("requests/1").text
    assert "Asked by Noa Fields" in text
    assert "Not needed any more?" not in text
    assert panel.post("requests/1/solved").status_code == 404
    key = "k" * 32
    panel.post("requests/1/messages", {"body": "Here too", "key": key, "attachments": []})
    messages = other.get("requests/1").text
    assert "<b>Mira Holt</b>" in messages
    assert "<b>You</b>" in messages


def test_nobody_sees_the_requests_of_another_organisation(app, panel, site):
    other = type(panel)(app.test_client())
    other.sign_in(site.token(sub="u-8", org="other", org_name="Other"))
    other.ask()
    panel.sign_in(site.token(sub="u-7"))
    with app.app_context(), unit_of_work():
        for account in db.session.scalars(db.select(Account)):
            account.shares_requests = True
    assert "Wrong time" not in panel.get("requests").text
    assert panel.get("requests/1").status_code == 404


def test_the_list_says_by_when_something_is_promised(app, panel):
    panel.start().ask()
    with app.app_context():
        promised(
            db.session.scalars(db.select(Ticket)).one(),
            now=utc_now(),
            due_at=utc_now() + timedelta(days=3),
        )
    assert "Promised by" in panel.get("requests").text


def test_what_was_asked_elsewhere_under_a_vouched_address_is_there_too(app, panel, site):
    with app.app_context():
        opened(subject="By mail", requester_email="u-7@shop.example", channel="mail")
        opened(subject="Of somebody else", requester_email="u-8@shop.example", channel="mail")
    panel.sign_in(site.token(sub="u-7"))
    text = panel.get("requests").text
    assert "By mail" in text
    assert "Of somebody else" not in text
    assert panel.get("requests/1").status_code == 200
    assert panel.post("requests/1/solved").status_code == 200
    assert panel.get("requests/2").status_code == 404


def test_an_address_that_nobody_vouches_for_opens_nothing(app, panel, site):
    with app.app_context():
        opened(subject="By mail", requester_email="u-7@shop.example", channel="mail")
    panel.sign_in(site.token(sub="u-7", email_verified=False))
    assert "By mail" not in panel.get("requests").text
    assert panel.get("requests/1").status_code == 404
