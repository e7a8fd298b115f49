"""The reply box in a real browser: what is typed is never lost, whatever happens to the page."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from app.db import db
from app.staff.models import Staff
from app.tickets.composing import Draft
from tests.browser.staff import employ, sign_in
from tests.factories.tickets import opened

pytestmark = pytest.mark.browser


@pytest.fixture
def ida(app, widget_site) -> Staff:
    """A member of staff; there is a ticket to write on."""
    with app.app_context():
        opened(subject="Wrong sum")
    return employ(app)


def open_ticket_page(context: BrowserContext, url: str, staff: Staff, number: int = 1) -> Page:
    """Return the page of a ticket for somebody who has just signed in."""
    page = context.new_page()
    sign_in(page, url, staff)
    return show(page, url, number)


def show(page: Page, url: str, number: int = 1) -> Page:
    """Go to a ticket and wait until its composer listens."""
    page.goto(f"{url}/portal/tickets/{number}")
    page.locator("form.composer[data-htmx-powered]").wait_for()
    return page


def box(page: Page):
    return page.get_by_label("Message", exact=True)


def said(page: Page):
    return page.locator("[data-draft-status]")


def test_a_draft_survives_closing_the_browser(foreword, new_context, ida):
    first = new_context()
    page = open_ticket_page(first, foreword.url, ida)
    box(page).fill("Dear Nora,")
    expect(said(page)).to_contain_text("Draft saved")
    page.keyboard.press("End")
    page.keyboard.type(" I lo")
    first.close()  # amid a word, before the second of quiet is over
    page = open_ticket_page(new_context(), foreword.url, ida)
    expect(box(page)).to_have_value("Dear Nora, I lo")
    expect(page.locator("#ticket-list .row").get_by_text("Draft", exact=True)).to_be_visible()


def test_without_a_network_the_text_waits_in_the_browser(foreword, new_context, ida, app):
    context = new_context()
    page = open_ticket_page(context, foreword.url, ida)
    context.set_offline(True)
    box(page).fill("Written in a tunnel")
    expect(said(page)).to_have_text("No connection. Kept in this browser.")
    context.set_offline(False)
    expect(said(page)).to_contain_text("Draft saved")
    # The server's answer may come after the page is left: what it has not confirmed stays here.
    page.route("**/messages", lambda route: route.abort())
    box(page).fill("Written in a longer tunnel")
    expect(said(page)).to_have_text("No connection. Kept in this browser.")
    page.unroute("**/messages")
    show(page, foreword.url)
    expect(box(page)).to_have_value("Written in a longer tunnel")
    expect(said(page)).to_contain_text("Draft saved")
    page.evaluate("localStorage.clear()")
    show(page, foreword.url)
    expect(box(page)).to_have_value("Written in a longer tunnel")


def test_two_windows_of_one_person_lose_nothing(foreword, new_context, ida):
    context = new_context()
    office = open_ticket_page(context, foreword.url, ida)
    phone = open_ticket_page(new_context(), foreword.url, ida)
    box(office).fill("From the office")
    expect(said(office)).to_contain_text("Draft saved")
    box(phone).fill("From the phone")
    older = phone.get_by_text("1 older text")
    older.click()
    phone.get_by_role("button", name="From the office").click()
    expect(box(phone)).to_have_value("From the office")
    phone.get_by_text("1 older text").click()
    expect(phone.get_by_role("button", name="From the phone")).to_be_visible()


def test_each_mode_has_its_text(foreword, new_context, ida):
    page = open_ticket_page(new_context(), foreword.url, ida)
    note, reply = page.locator("label[data-hotkey=n]"), page.locator("label[data-hotkey=r]")
    bring = page.get_by_role("button", name="Bring the text along")
    page.keyboard.press("r")
    page.keyboard.type("To the customer")
    expect(bring).to_be_hidden()
    note.click()
    expect(box(page)).to_have_value("")
    expect(reply.get_by_role("img", name="has unsent text")).to_be_visible()
    page.keyboard.type("To the team")
    reply.click()
    expect(box(page)).to_have_value("To the customer")
    expect(said(page)).to_contain_text("Draft saved")
    show(page, foreword.url)
    expect(box(page)).to_have_value("To the customer")
    page.locator("label[data-hotkey=n]").click()
    expect(box(page)).to_have_value("To the team")
    # Begun in the wrong mode: the text comes along.
    box(page).fill("")
    bring.click()
    expect(box(page)).to_have_value("To the customer")
    reply.click()
    expect(box(page)).to_have_value("")


def test_what_was_sent_does_not_come_back(foreword, new_context, ida, app):
    page = open_ticket_page(new_context(), foreword.url, ida)
    for text in ("The first answer", "The second answer"):
        box(page).fill(text)
        box(page).press("Control+Enter")
        expect(page.get_by_role("region", name="Messages")).to_contain_text(text)
        expect(box(page)).to_have_value("")
    show(page, foreword.url)
    expect(box(page)).to_have_value("")
    with app.app_context():
        assert db.session.scalars(db.select(Draft.is_empty)).one()


def test_a_pasted_screenshot_is_kept_and_sent(foreword, new_context, ida):
    page = open_ticket_page(new_context(), foreword.url, ida)
    box(page).fill("As you see here:")
    box(page).evaluate(
        """async (box) => {
          const canvas = Object.assign(document.createElement("canvas"), { width: 8, height: 8 });
          const image = await new Promise((done) => canvas.toBlob(done));
          const clipboardData = new DataTransfer();
          clipboardData.items.add(new File([image], "image.png", { type: "image/png" }));
          box.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }));
        }"""
    )
    kept = page.locator(".composer__uploads .attachment")
    expect(kept).to_contain_text("screenshot-")
    expect(page.locator(".dropzone__list .attachment")).to_have_count(0)
    show(page, foreword.url)
    expect(kept).to_contain_text("screenshot-")
    box(page).press("Control+Enter")
    messages = page.get_by_role("region", name="Messages")
    expect(messages.locator(".attachment__name")).to_contain_text("screenshot-")
    expect(kept).to_have_count(0)
