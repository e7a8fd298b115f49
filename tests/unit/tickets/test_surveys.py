"""Who is asked how satisfied they are, when, and who is left out."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.customers.models import Account, Customer
from app.db import db
from app.escalations.models import EscalatedTicket, Escalation, EscalationState, Severity
from app.escalations.queries.outages import is_in_serious_outage
from app.events.actor import SYSTEM, staff_actor, visitor_actor
from app.notifications.models import SuppressionReason
from app.notifications.services.suppressions import suppress_address
from app.satisfaction.models import AnsweredIn, SurveyState
from app.tickets.models import Disposition, Resolution, Ticket
from app.tickets.services.rating import answer_survey
from app.tickets.services.reopening import dismiss_reopen
from app.tickets.services.replies import add_customer_message
from app.tickets.services.setting_aside import set_aside
from app.tickets.services.surveys import expire_due, remind_due
from tests.factories.surveys import ask, mails, solve, surveys, token_of
from tests.factories.tickets import NOW, kinds, opened, unit

pytestmark = pytest.mark.usefixtures("ctx")

DAY = timedelta(days=1)
#: When a ticket that is solved at NOW, a Monday at nine, is asked about.
ASKED = NOW + DAY


@pytest.fixture
def ticket(staff):
    other = opened(subject="Not solved", requester_email="other@studio.example")
    assert other.solved_at is None
    return opened()


def states():
    return [survey.state for survey in surveys()]


def write(ticket, now, body="It is still empty."):
    with unit():
        ticket = db.session.get_one(Ticket, ticket.id)
        add_customer_message(ticket, body=body, actor=visitor_actor(), now=now)


def test_solving_plans_and_the_day_after_one_mail_asks(ticket, staff):
    before = len(mails())
    solve(ticket, staff, now=NOW)
    [survey] = surveys()
    assert (survey.state, survey.ask_at) == ("planned", ASKED)
    assert ask(ASKED - timedelta(seconds=1)) == 0
    assert ask(ASKED) == 1
    assert ask(ASKED) == 0
    [survey] = surveys()
    assert (survey.state, survey.asked_at) == ("asked", ASKED)
    [mail] = mails()[before:]
    assert mail.to_address == "nora@studio.example"
    assert mail.kind == "automatic"
    assert token_of(mail)
    assert "Invoices" not in mail.subject + mail.text_body  # nobody vouches for the address
    assert [kind for kind in kinds() if "survey" in kind] == [
        "ticket:survey_planned",
        "ticket:survey_moved",
    ]


def test_the_html_gives_five_answers_in_order_and_of_equal_weight(ticket, staff):
    solve(ticket, staff, now=NOW)
    ask(ASKED)
    html = mails()[-1].html_body
    places = [html.index(f"?score={score}") for score in (1, 2, 3, 4, 5)]
    assert places == sorted(places)
    assert html.count("?score=") == 5


def test_people_are_asked_in_their_own_hours(staff, ctx):
    with unit():
        account = Account(name="Tokyo Yoga", timezone="Asia/Tokyo")
        customer = Customer(name="Aiko", email="aiko@tokyo.example", account=account)
        db.session.add(customer)
        db.session.flush()
    solve(opened(customer_id=customer.id), staff, now=NOW)
    [survey] = surveys()
    assert survey.ask_at.isoformat() == "2026-03-04T00:00:00+00:00"  # nine in Tokyo


def test_opening_again_withdraws_and_the_next_solving_asks_two_weeks_after(ticket, staff):
    solve(ticket, staff, now=NOW)
    ask(ASKED)
    write(ticket, ASKED + DAY)
    assert states() == ["withdrawn"]
    solve(ticket, staff, now=ASKED + 2 * DAY)
    assert states() == ["withdrawn", "planned"]
    assert surveys()[1].ask_at == ASKED + 14 * DAY
    ask(ASKED + 14 * DAY)
    assert states() == ["withdrawn", "asked"]


def test_a_thank_you_that_is_put_back_is_asked_about_all_the_same(ticket, staff):
    solve(ticket, staff, now=NOW)
    write(ticket, NOW + timedelta(hours=1), "Thank you!")
    with unit():
        found = db.session.get_one(Ticket, ticket.id)
        dismiss_reopen(found, actor=staff_actor(staff.id), now=NOW + timedelta(hours=2))
    assert states() == ["withdrawn", "planned"]
    assert surveys()[1].ask_at == ASKED


def test_an_answer_is_kept_when_the_request_opens_again_and_nobody_asks_twice(ticket, staff):
    solve(ticket, staff, now=NOW)
    ask(ASKED)
    with unit():
        answer_survey(
            surveys()[0], score=2, comment="", channel=AnsweredIn.MAIL,
            actor=visitor_actor(), now=ASKED,
        )  # fmt: skip
    write(ticket, ASKED + DAY)
    assert states() == ["answered"]
    solve(ticket, staff, now=ASKED + 2 * DAY)
    ask(ASKED + 20 * DAY)
    assert states() == ["answered", "left_out"]
    assert surveys()[1].reason == "answered"


def test_one_person_is_asked_once_in_two_weeks(ticket, staff):
    second, third = opened(subject="Second"), opened(subject="Third")
    stranger = opened(requester_email="otto@studio.example")
    for each in (ticket, second, stranger):
        solve(each, staff, now=NOW)
    ask(ASKED)
    assert [(survey.state, survey.reason) for survey in surveys()] == [
        ("asked", ""),
        ("left_out", "asked_lately"),
        ("asked", ""),
    ]
    solve(third, staff, now=ASKED + 13 * DAY)
    ask(ASKED + 14 * DAY)
    assert surveys()[-1].state == "asked"


@pytest.mark.parametrize(
    ("resolution", "reason"),
    [(Resolution.NO_REPLY, "no_reply"), (Resolution.DUPLICATE, "merged")],
)
def test_nothing_to_ask_about(ticket, staff, resolution, reason):
    before = len(mails())
    solve(ticket, staff, now=NOW, resolution=resolution)
    ask(ASKED)
    [survey] = surveys()
    assert (survey.state, survey.reason, survey.asked_at) == ("left_out", reason, None)
    assert len(mails()) == before


def test_spam_is_not_asked(ticket, staff):
    solve(ticket, staff, now=NOW)
    with unit():
        found = db.session.get_one(Ticket, ticket.id)
        set_aside(found, disposition=Disposition.SPAM, actor=staff_actor(staff.id), now=NOW)
    assert states() == ["withdrawn"]
    assert ask(ASKED) == 0


def test_whoever_wants_no_automatic_mail_is_not_asked(ticket, staff):
    solve(ticket, staff, now=NOW)
    with unit():
        reason = SuppressionReason.UNSUBSCRIBED
        suppress_address("nora@studio.example", reason=reason, mail_id=None, actor=SYSTEM, now=NOW)
    ask(ASKED)
    assert [(survey.state, survey.reason) for survey in surveys()] == [("left_out", "no_mail")]


@pytest.mark.parametrize(
    ("severity", "state", "waits"),
    [
        (Severity.S1, EscalationState.INVESTIGATING, True),
        (Severity.S2, EscalationState.MITIGATED, True),
        (Severity.S2, EscalationState.RESOLVED, False),
        (Severity.S3, EscalationState.INVESTIGATING, False),
    ],
)
def test_nobody_is_asked_in_the_middle_of_an_outage(ticket, staff, severity, state, waits):
    with unit():
        outage = Escalation(
            number=1,
            title="No mail",
            symptom="Empty",
            severity=severity,
            state=state,
            raised_at=NOW,
        )
        db.session.add(outage)
        db.session.flush()
        db.session.add(EscalatedTicket(escalation_id=outage.id, ticket_id=ticket.id, linked_at=NOW))
    solve(ticket, staff, now=NOW)
    ask(ASKED, in_outage=is_in_serious_outage)
    assert states() == ["planned" if waits else "asked"]
    if waits:
        assert surveys()[0].ask_at == ASKED + DAY
        for day in range(1, 20):
            ask(ASKED + day * DAY, in_outage=is_in_serious_outage)
        assert [(survey.state, survey.reason) for survey in surveys()] == [("left_out", "outage")]


def test_one_reminder_after_four_days_and_the_end_after_four_weeks(ticket, staff):
    solve(ticket, staff, now=NOW)
    ask(ASKED)
    first = mails()[-1]
    for day in range(29):
        with unit():
            remind_due(zone="UTC", now=ASKED + day * DAY)
            expire_due(now=ASKED + day * DAY)
        assert states() == ["asked" if day < 28 else "expired"]
    questions = [mail for mail in mails() if "/help/rate/" in mail.text_body]
    assert len(questions) == 2
    assert "last time" in questions[1].text_body
    assert token_of(questions[1]) != token_of(first)
    # Four days after a Tuesday is a Saturday, so it waits for Monday.
    assert surveys()[0].reminded_at == ASKED + 6 * DAY


def test_no_reminder_for_whoever_has_answered(ticket, staff):
    solve(ticket, staff, now=NOW)
    ask(ASKED)
    with unit():
        answer_survey(
            surveys()[0], score=5, comment="", channel=AnsweredIn.MAIL,
            actor=visitor_actor(), now=ASKED,
        )  # fmt: skip
    before = len(mails())
    with unit():
        assert remind_due(zone="UTC", now=ASKED + 6 * DAY) == 0
    assert len(mails()) == before
    assert states() == [SurveyState.ANSWERED]


def test_a_worker_that_was_down_does_not_ask_at_night(ticket, staff):
    solve(ticket, staff, now=NOW)
    ask(ASKED + timedelta(hours=12))
    [survey] = surveys()
    assert (survey.state, survey.ask_at) == ("planned", ASKED + DAY)
    ask(ASKED + DAY)
    assert states() == ["asked"]
