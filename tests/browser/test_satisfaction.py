"""From solving to the answer how it was: portal, mail, the page behind its link, portal."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
import time_machine
from playwright.sync_api import expect

from app.db import db, unit_of_work
from app.housekeeping import ask_customers
from app.satisfaction.models import Survey
from tests.browser.staff import employ, sign_in
from tests.factories.mail import mail_server, run
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
        expect(portal.get_by_role("region", name="Messages")).to_contain_text("install 2.4")

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
