"""From solving to the answer how it was: portal, mail, the page behind its link, portal."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from playwright.sync_api import expect

from app.db import db, unit_of_work
from app.housekeeping import ask_customers
from app.satisfaction import pages
from app.satisfaction.models import Survey
from app.tickets.models import Ticket
from tests.browser.staff import employ, sign_in
from tests.browser.widget import open_panel, send, write
from tests.factories.mail import mail_server, run
from tests.factories.running import wait_until
from tests.factories.surveys import solve
from tests.factories.tickets import opened

pytestmark = pytest.mark.browser

#: A Thursday: the day after is a Friday, and the same hour of it is one of working hours.
SOLVED = datetime(2026, 3, 5, 10, 0, tzinfo=UTC)


def look(app) -> None:
    """Do what the worker does every five minutes, and send the mail that comes of it."""
    with app.app_context():
        with unit_of_work():
            ask_customers({})
        run()


def is_solved(app, clock) -> bool:
    """Let a second pass, and the worker work; say whether the ticket is solved by now."""
    clock.shift(1)
    with app.app_context():
        run()
        return db.session.scalars(db.select(Ticket.state)).one() == "solved"


def question_in(server, *, number: int):
    """Return the HTML of the mail that asks, which a real mail server took."""
    mails = [mail for mail in server.taken if f"your request {number}?" in mail["Subject"]]
    assert len(mails) == 1
    return mails[0].get_body(("html",)).get_content()


def test_the_question_by_mail_a_day_after_solving_and_what_staff_see_of_the_answer(
    app, settings, foreword, new_context
):
    staff = employ(app)
    with time_machine.travel(SOLVED, tick=False) as clock, mail_server(settings) as server:
        with app.app_context():
            ticket = opened(subject="Invoices are empty", now=SOLVED - timedelta(hours=1))
            number = ticket.number
        portal = new_context().new_page()
        sign_in(portal, foreword.url, staff)
        portal.goto(f"{foreword.url}/portal/tickets/{number}")
        portal.get_by_label("Message", exact=True).fill("Please install 2.4, that mends it.")
        portal.locator(".composer__solve summary").click()
        portal.locator(".composer__solve button[type=submit]").click()
        wait_until(lambda: is_solved(app, clock))

        look(app)
        assert not [mail for mail in server.taken if "How was our help" in mail["Subject"]]
        clock.shift(timedelta(days=1, minutes=1))
        look(app)
        look(app)
        html = question_in(server, number=number)

        customer = new_context().new_page()
        customer.set_content(html)
        link = customer.get_by_role("link", name="Dissatisfied", exact=True).get_attribute("href")
        parts = urlsplit(link)
        customer.goto(f"{foreword.url}{parts.path}?{parts.query}")
        expect(customer.get_by_role("radio", name="Dissatisfied", exact=True)).to_be_checked()
        with app.app_context():
            assert db.session.scalar(db.select(Survey.score)) is None  # looking answers nothing
        clock.shift(20)
        customer.get_by_role("radio", name="Satisfied", exact=True).check()
        customer.get_by_label("What should we know?").fill("It took a while, but it works.")
        customer.get_by_role("button", name="Send answer").click()
        expect(customer.get_by_role("status")).to_contain_text("Thank you for your answer")

        side = new_context().new_page()
        clock.move_to(SOLVED + timedelta(days=1, hours=1))
        sign_in(side, foreword.url, staff)
        side.goto(f"{foreword.url}/portal/tickets/{number}")
        about = side.get_by_role("complementary", name="About this ticket")
        expect(about).to_contain_text("It took a while, but it works.")
        expect(about).to_contain_text("Satisfied (4/5)")
        about.get_by_text("Add a note").click()
        about.get_by_label("Note beside the answer").fill("The bank was slow")
        about.get_by_role("button", name="Save note").click()
        expect(about).to_contain_text("The bank was slow")
        expect(about).to_contain_text("Satisfied (4/5)")

        # The one reminder is not for whoever has answered.
        clock.shift(timedelta(days=5))
        look(app)
        assert len([mail for mail in server.taken if "How was our help" in mail["Subject"]]) == 1


def test_in_the_panel_is_it_solved_and_how_was_our_help(
    app, host, foreword, new_context, make_staff, monkeypatch
):
    monkeypatch.setattr(pages, "FASTEST_SECONDS", 0)  # scripts are faster than people
    staff = make_staff(name="Adaeze Obi")
    page = new_context().new_page()
    page.goto(f"{host.url}/calendar/week")
    panel = open_panel(page)
    panel.get_by_role("button", name="Write to us").click()
    write(panel)
    send(panel)
    with app.app_context():
        ticket = db.session.scalars(db.select(Ticket)).one()
        now = datetime.now(UTC)
        solve(ticket, staff, now=now)
        with unit_of_work():
            planned = db.session.scalars(db.select(Survey)).one()
            planned.state, planned.asked_at = "asked", now  # whatever the time of day
    panel.get_by_role("button", name="See your request").click()
    panel.get_by_role("button", name="Not yet").click()
    expect(panel.get_by_label("Your answer")).to_be_focused()
    panel.get_by_role("button", name="Yes", exact=True).click()
    thanks = panel.locator(".vote__thanks")
    expect(thanks).to_have_text("You said that it is solved")
    panel.get_by_role("radio", name="Very satisfied").check()
    panel.get_by_label("What should we know?").fill("Quick!")
    panel.get_by_role("button", name="Send answer").click()
    expect(thanks.last).to_contain_text("You said: Very satisfied.")
    expect(panel.get_by_role("status").last).to_contain_text("Very satisfied")
    with app.app_context():
        survey = db.session.scalars(db.select(Survey)).one()
        assert (survey.score, survey.comment, survey.channel) == (5, "Quick!", "widget")
        assert db.session.scalars(db.select(Ticket.confirmed_at)).one() is not None
        db.session.rollback()
    panel.get_by_label("Your answer").fill("It is back")
    panel.get_by_role("button", name="Send", exact=True).click()
    expect(panel.get_by_role("listitem").filter(has_text="It is back")).to_be_visible()
    with app.app_context():
        assert db.session.scalars(db.select(Ticket.state)).one() == "open"
