"""Solving by keyboard: the dialog, and the menu of the reply box."""

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
    page.locator("#ticket-row-1[aria-current]").wait_for()
    return page


def state_of(page: Page):
    return page.get_by_label("State", exact=True).last


def expect_solved(page: Page, how: str):
    """Hold that the list is shown with nothing left in it, and look at the ticket again."""
    expect(page.get_by_role("heading", name="All clear")).to_be_visible()
    expect(page.get_by_role("heading", name="Choose a ticket")).to_be_visible()
    assert page.url.endswith("/portal/inbox")
    page.goto(page.url.replace("inbox", "tickets/1"))
    expect(state_of(page)).to_have_value("solved")
    expect(page.get_by_role("log")).to_contain_text(f"solved it: {how}")


def test_e_and_enter_solve(ticket: Page):
    ticket.keyboard.press("e")
    dialog = ticket.get_by_role("dialog", name="Solve ticket 1")
    expect(dialog.get_by_label("Answered", exact=True)).to_be_focused()
    ticket.keyboard.press("ArrowDown")
    ticket.keyboard.press("ArrowDown")
    ticket.keyboard.press("Enter")
    expect_solved(ticket, "Bug, fixed or reported")


def test_escape_leaves_everything_as_it_was(ticket: Page):
    ticket.keyboard.press("e")
    dialog = ticket.get_by_role("dialog", name="Solve ticket 1")
    expect(dialog.get_by_label("Answered", exact=True)).to_be_focused()
    ticket.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(state_of(ticket)).to_have_value("new")
    # The keys are the page's again.
    ticket.keyboard.press("n")
    expect(ticket.get_by_label("Internal note")).to_be_checked()


def test_solved_among_the_states_opens_the_dialog(ticket: Page):
    state_of(ticket).select_option("solved")
    dialog = ticket.get_by_role("dialog", name="Solve ticket 1")
    dialog.get_by_label("Explained how it works").check()
    dialog.get_by_role("button", name="Solve").click()
    expect_solved(ticket, "Explained how it works")


def test_an_answer_with_an_article_is_sent_and_solves_by_keyboard(ticket: Page):
    box = ticket.get_by_label("Message", exact=True)
    box.fill("See [Refunds](http://localhost/help/articles/refund-a-payment), please.")
    ticket.locator(".composer__solve summary").focus()
    ticket.keyboard.press("Enter")
    menu = ticket.locator(".composer__solve")
    expect(menu.get_by_label("Answered by an article")).to_be_focused()
    ticket.keyboard.press("Enter")
    expect_solved(ticket, "Answered by an article")
    expect(box).to_have_value("")
