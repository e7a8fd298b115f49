"""The inbox by keyboard: what is typed goes where the eyes are."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.staff import employ, sign_in
from tests.factories.tickets import opened

pytestmark = pytest.mark.browser


@pytest.fixture
def ticket(app, foreword, widget_site, page: Page) -> Page:
    """A ticket's page, opened by a member of staff."""
    with app.app_context():
        number = opened(subject="Wrong sum").number
    sign_in(page, foreword.url, employ(app))
    page.goto(f"{foreword.url}/portal/tickets/{number}")
    page.locator("form.composer[data-htmx-powered]").wait_for()
    return page


def test_the_article_picker_takes_what_is_typed(ticket: Page):
    """Or "refund" would press r for reply and e for solve."""
    ticket.locator(".composer__articles summary").click()
    expect(ticket.get_by_label("Find an article")).to_be_focused()
    ticket.keyboard.type("refund")
    ticket.get_by_role("button", name="Refund a payment").click()
    expect(ticket.get_by_label("Message", exact=True)).to_have_value(
        "[Refund a payment](http://localhost/help/articles/refund-a-payment)"
    )
    expect(ticket.get_by_label("State").last).to_have_value("new")


def test_a_resized_box_is_sent_without_complaint(ticket: Page):
    """Browsers keep the size as a style attribute; copied to the next box, the policy refuses."""
    said = []
    ticket.on("console", lambda message: said.append(message.text))
    box = ticket.get_by_label("Message", exact=True)
    box.evaluate("box => { box.style.height = '300px' }")
    box.fill("We look into it.")
    box.press("Control+Enter")
    expect(ticket.get_by_role("region", name="Messages")).to_contain_text("We look into it.")
    expect(box).to_have_value("")
    assert said == []


def test_single_keys_can_be_turned_off(ticket: Page):
    ticket.keyboard.press("?")
    ticket.get_by_label("Single keys are on").uncheck()
    ticket.keyboard.press("Escape")
    # The browser closes it in its own time; a key before that still belongs to the dialog.
    expect(ticket.locator("#hotkeys-help")).to_be_hidden()
    for _visit in range(2):
        ticket.keyboard.press("n")
        ticket.keyboard.press("e")
        expect(ticket.get_by_label("Internal note")).not_to_be_checked()
        expect(ticket.get_by_label("State").last).to_have_value("new")
        ticket.reload()
    ticket.locator(".nav__user").click()
    ticket.get_by_role("button", name="Keyboard shortcuts").click()
    ticket.get_by_label("Single keys are on").check()
    ticket.keyboard.press("Escape")
    # The browser closes it in its own time; a key before that still belongs to the dialog.
    expect(ticket.locator("#hotkeys-help")).to_be_hidden()
    ticket.keyboard.press("n")
    expect(ticket.get_by_label("Internal note")).to_be_checked()
