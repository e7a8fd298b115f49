"""An outage from the first ticket to the customers' answers, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from app.clock import utc_now
from app.db import unit_of_work
from app.jobs.services import run_due_jobs
from app.tickets.services.links import create_request_link
from tests.browser.staff import employ, sign_in
from tests.factories.tickets import opened

pytestmark = pytest.mark.browser


def work(app) -> None:
    """Do all that is due, as the worker does."""
    with app.app_context():
        while run_due_jobs(owner="test"):
            pass


def test_from_two_tickets_to_what_the_customers_say(
    app, foreword, widget_site, page: Page, new_context
):
    with app.app_context():
        one, two = opened(subject="Bookings are late"), opened(subject="Wrong hour", locale="de")
        first, second = one.number, two.number
        with unit_of_work():
            links = [create_request_link(each, now=utc_now()) for each in (one, two)]
    sign_in(page, foreword.url, employ(app))

    # Raised from the first ticket with one key, the second is linked by its number.
    page.goto(f"{foreword.url}/portal/tickets/{first}")
    page.locator("form.composer[data-htmx-powered]").wait_for()
    page.keyboard.press("E")
    dialog = page.get_by_role("dialog", name="Escalate to engineering")
    expect(dialog.get_by_label("What is broken?")).to_have_value("Bookings are late")
    dialog.get_by_role("button", name="Escalate").click()
    expect(dialog.get_by_text("Please say what customers see.").first).to_be_visible()
    dialog.get_by_label("An important account").check()
    dialog.get_by_label("What do customers see?").fill("Every booking is an hour late.")
    dialog.get_by_role("button", name="Escalate").click()
    page.wait_for_url("**/portal/escalations/1")
    page.get_by_label("Numbers of tickets").fill(f"#{second}")
    page.get_by_role("button", name="Link", exact=True).click()
    expect(page.locator("#tickets .row")).to_have_count(2)

    page.get_by_role("button", name="I take it").click()
    expect(page.locator("#timeline")).to_contain_text("Owner: Ida Berg")

    # Both customers hear it in the words of their language, once.
    page.get_by_label("In German").fill("Wir haben die Ursache gefunden.")
    page.get_by_label("In English").fill("We have found the cause.")
    page.get_by_role("button", name="Tell them").click()
    work(app)
    customer = new_context(locale="en-GB").new_page()
    for link, words in zip(
        links, ("We have found the cause.", "Wir haben die Ursache"), strict=True
    ):
        customer.goto(f"{foreword.url}/help/requests/{link}")
        expect(customer.get_by_text(words)).to_have_count(1)

    page.get_by_role("button", name="Mitigated").click()
    page.get_by_role("button", name="Resolved").click()
    expect(page.get_by_text("Asked whether it is solved").first).to_be_visible()
    work(app)

    # One says yes, the other says what is still missing.
    customer.goto(f"{foreword.url}/help/requests/{links[0]}")
    customer.get_by_role("button", name="Yes, it is solved").click()
    expect(customer.get_by_text("You said that it is solved")).to_be_visible()
    customer.goto(f"{foreword.url}/help/requests/{links[1]}")
    customer.locator("#outcome summary").click()
    customer.locator("#outcome textarea").fill("Still an hour late on the phone.")
    customer.locator("#outcome details button").click()
    page.reload()
    expect(page.locator("#tickets")).to_contain_text("Solved for them")
    expect(page.locator("#tickets")).to_contain_text("Not solved for them yet")
