"""A promise from the answer it is made with to what becomes of it: kept, or broken and first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from playwright.sync_api import Page, expect

from app.db import db, unit_of_work
from app.promises.handlers import look_at_promises
from app.tickets.models import Ticket
from app.tickets.services.links import create_request_link
from tests.browser.staff import employ, sign_in
from tests.factories.tickets import opened

pytestmark = pytest.mark.browser

#: A Monday.
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def look(app) -> None:
    """Do what the worker does every minute."""
    with app.app_context(), unit_of_work():
        look_at_promises({})


def request_address(app, url: str, number: int) -> str:
    with app.app_context(), unit_of_work():
        ticket = db.session.scalars(db.select(Ticket).where(Ticket.number == number)).one()
        return f"{url}/help/requests/{create_request_link(ticket, now=NOW)}"


def open_ticket(page: Page, url: str, number: int) -> None:
    page.goto(f"{url}/portal/tickets/{number}")
    page.locator("form.composer[data-htmx-powered]").wait_for()


def promise(page: Page, text: str, day: str) -> None:
    """Answer with a promise, by keyboard."""
    page.keyboard.press("r")
    page.keyboard.type("We look into it.")
    page.keyboard.press("Escape")
    page.locator(".composer-promise summary").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator(".composer-promise input[name=promise_text]")).to_be_focused()
    page.keyboard.type(text)
    page.locator(".composer-promise").get_by_text(day, exact=True).click()
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("region", name="Promises")).to_contain_text(text)


def test_made_moved_and_kept_and_another_broken(app, foreword, new_context, widget_site, clock):
    with app.app_context():
        kept = opened(subject="Invoices are empty", now=NOW - timedelta(hours=1)).number
        broken = opened(subject="Card declined", now=NOW - timedelta(hours=1)).number
    ida = employ(app)
    desk = new_context().new_page()
    sign_in(desk, foreword.url, ida)
    open_ticket(desk, foreword.url, kept)
    promise(desk, "Send the invoice", "Tomorrow")
    open_ticket(desk, foreword.url, broken)
    promise(desk, "Ask the bank", "Today")

    customer = new_context().new_page()
    own = request_address(app, foreword.url, kept)
    customer.goto(own)
    expect(customer.get_by_role("main")).to_contain_text("Send the invoice by Tue, Mar 3")

    # Moved, with a reason that the customer does not read.
    open_ticket(desk, foreword.url, kept)
    promises = desk.get_by_role("region", name="Promises")
    promises.get_by_text("Move, hand over, take back").click()
    promises.locator(".promise").get_by_text("Fri", exact=True).click()
    promises.get_by_label("Why, for the team").fill("The printer is on fire")
    promises.get_by_role("button", name="Move").click()
    expect(promises).to_contain_text("Moved once")
    customer.goto(own)
    expect(customer.get_by_role("main")).to_contain_text("Fri, Mar 6")
    expect(customer.get_by_role("main")).not_to_contain_text("printer")

    # Two days later one is broken: the first thing on the day's page, also for a colleague.
    clock.shift(timedelta(days=2))
    look(app)
    colleague = new_context().new_page()
    sign_in(colleague, foreword.url, employ(app, name="Noor Haddad"))
    colleague.get_by_role("link", name="Today").first.click()
    expect(colleague.get_by_role("heading", level=2).first).to_have_text("Broken promises")
    first = colleague.locator("main .row").first
    expect(first).to_contain_text("Ask the bank")
    expect(first).to_contain_text("Ida Berg")
    expect(colleague.get_by_role("region", name="Promised for the next days")).to_contain_text(
        "Send the invoice"
    )

    # The other is kept by the answer that keeps it.
    clock.shift(timedelta(hours=1))
    sign_in(desk, foreword.url, ida)
    open_ticket(desk, foreword.url, kept)
    desk.get_by_label("Message", exact=True).fill("Here it is.")
    desk.get_by_label("This keeps the promise: Send the invoice").check()
    desk.keyboard.press("Control+Enter")
    expect(
        desk.get_by_role("region", name="Promises").get_by_text("Kept", exact=True)
    ).to_be_visible()
    customer.goto(own)
    expect(customer.get_by_role("main")).to_contain_text("Send the invoice")
    desk.goto(f"{foreword.url}/portal/day")
    expect(desk.get_by_role("main")).not_to_contain_text("Send the invoice")
    expect(desk.get_by_role("main")).to_contain_text("Ask the bank")
