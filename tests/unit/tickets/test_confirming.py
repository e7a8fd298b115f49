"""The requester's word on whether it is solved."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.db import db
from app.events.actor import staff_actor, visitor_actor
from app.notices.models import Notice
from app.tickets.models import Disposition, Ticket
from app.tickets.queries.threads import thread_for_staff
from app.tickets.services.confirming import confirm_solved
from app.tickets.services.properties import assign_ticket
from app.tickets.services.replies import add_customer_message, add_reply
from app.tickets.services.setting_aside import set_aside
from tests.factories.surveys import ask, mails, solve, surveys
from tests.factories.tickets import NOW, kinds, later, opened, unit

pytestmark = pytest.mark.usefixtures("ctx")


def fresh(ticket):
    db.session.rollback()
    return db.session.get(Ticket, ticket.id, populate_existing=True)


def confirm(ticket, now):
    with unit():
        confirm_solved(db.session.get_one(Ticket, ticket.id), actor=visitor_actor(), now=now)


@pytest.fixture
def ticket(staff):
    opened(subject="Noise", requester_email="noise@studio.example")
    ticket = opened()
    with unit():
        assign_ticket(
            db.session.get_one(Ticket, ticket.id),
            assignee_id=staff.id,
            actor=staff_actor(staff.id),
            now=NOW,
        )
    return ticket


def test_agreeing_is_an_event_that_staff_see_and_are_told_of_once(ticket, staff):
    solve(ticket, staff, now=NOW)
    version = fresh(ticket).version
    confirm(ticket, later(60))
    confirm(ticket, later(61))
    found = fresh(ticket)
    assert (found.state, found.confirmed_at, found.version) == ("solved", later(60), version + 1)
    assert kinds().count("ticket:confirmed") == 1
    told = [entry.change.field for entry in thread_for_staff(found, viewer_id=staff.id).entries[1:]]
    assert told[-1] == "confirmed"
    notices = db.session.scalars(db.select(Notice.text).where(Notice.kind == "solved")).all()
    assert [text.partition(":")[0] for text in notices] == ["Nora Quist says it is solved"]


def test_writing_again_takes_it_back(ticket, staff):
    solve(ticket, staff, now=NOW)
    confirm(ticket, later(60))
    with unit():
        found = db.session.get_one(Ticket, ticket.id)
        add_customer_message(found, body="It is back", actor=visitor_actor(), now=later(90))
    found = fresh(ticket)
    assert (found.state, found.confirmed_at, found.reopen_count) == ("open", None, 1)


def test_a_customer_who_found_the_answer_solves_it_and_is_not_asked_about_our_help(ticket):
    confirm(ticket, later(5))
    found = fresh(ticket)
    assert (found.state, found.resolution, found.solved_at) == ("solved", "self", later(5))
    ask(NOW + timedelta(days=2))
    assert [(survey.state, survey.reason) for survey in surveys()] == [("left_out", "found_it")]


def test_one_that_was_answered_counts_as_answered(ticket, staff):
    with unit():
        found = db.session.get_one(Ticket, ticket.id)
        add_reply(found, author=db.session.merge(staff), body="Do this.", now=later(5))
    confirm(ticket, later(10))
    assert fresh(ticket).resolution == "answer"
    told = thread_for_staff(fresh(ticket), viewer_id=staff.id).entries
    assert [entry.change.field for entry in told if entry.at == later(10)] == ["confirmed"]


def test_spam_stays_where_it_is(ticket, staff):
    with unit():
        found = db.session.get_one(Ticket, ticket.id)
        set_aside(found, disposition=Disposition.SPAM, actor=staff_actor(staff.id), now=NOW)
    confirm(ticket, later(5))
    assert fresh(ticket).confirmed_at is None


def test_only_the_answer_that_solves_it_asks_by_mail(ticket, staff):
    for next_state, asks in ((None, False), ("solved", True)):
        with unit():
            found = db.session.get_one(Ticket, ticket.id)
            add_reply(
                found, author=db.session.merge(staff), body="Do this.", now=later(5),
                next_state=next_state, resolution="answer",
            )  # fmt: skip
        mail = mails()[-1]
        assert ("not yet" in mail.text_body) is asks
        assert ("#outcome" in mail.html_body) is asks


def test_a_question_that_is_more_than_a_week_late_is_left_out(ticket, staff):
    solve(ticket, staff, now=NOW)
    ask(NOW + timedelta(days=8, minutes=1))
    assert [(survey.state, survey.reason) for survey in surveys()] == [("left_out", "too_late")]
