"""An outage from the first ticket to the customers' answers, in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from app.clock import utc_now
from app.db import db, unit_of_work
from app.escalations.models import EscalatedTicket
from app.escalations.services.incidents import set_notice
from app.escalations.services.raising import raise_escalation
from app.events.actor import SYSTEM
from app.jobs.services import run_due_jobs
from app.staff.models import Staff
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
    page.locator("#text_de").fill("Wir haben die Ursache gefunden.")
    page.locator("#text_en").fill("We have found the cause.")
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


def test_somebody_who_has_it_too_says_so_in_the_panel(app, host, widget_site, page: Page):
    staff_id = employ(app).id
    with app.app_context(), unit_of_work():
        escalation = raise_escalation(
            [],
            title="Internal words",
            symptom="Late.",
            severity="s2",
            raised_by=db.session.get(Staff, staff_id),
            now=utc_now(),
        )
        set_notice(
            escalation,
            texts={"en": "Bookings show an hour late."},
            scope="site",
            actor=SYSTEM,
            now=utc_now(),
        )
    page.goto(f"{host.url}/calendar/week")
    page.locator("foreword-widget").wait_for(state="attached")
    page.evaluate("Foreword('open')")
    panel = page.frame_locator("foreword-widget iframe")
    notice = panel.get_by_role("region", name="Known problem")
    expect(notice).to_contain_text("Bookings show an hour late.")
    notice.get_by_label("Your e-mail address").fill("noa@example.com")
    notice.get_by_role("button", name="Me too").click()
    expect(notice).to_contain_text("We write to you as soon as there is news")
    panel.get_by_role("button", name="Your requests").click()
    expect(panel.get_by_text("Bookings show an hour late.")).to_be_visible()
    with app.app_context():
        assert db.session.scalar(db.select(db.func.count()).select_from(EscalatedTicket)) == 1
