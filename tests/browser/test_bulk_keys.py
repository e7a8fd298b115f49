"""Choosing rows and changing them by keys alone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.staff import employ, sign_in
from tests.factories.tickets import opened

pytestmark = pytest.mark.browser


@pytest.fixture
def inbox(app, foreword, widget_site, page: Page) -> Page:
    """The list of four tickets, the first row in focus."""
    with app.app_context():
        for count in range(1, 5):
            opened(subject=f"Question {count}")
    sign_in(page, foreword.url, employ(app))
    page.goto(f"{foreword.url}/portal/inbox")
    page.locator("#bulk[data-htmx-powered]").wait_for(state="attached")
    page.keyboard.press("j")
    expect(page.get_by_role("link", name="Question 4")).to_be_focused()
    return page


def count_of(page: Page):
    return page.locator(".bulk__count")


def test_a_range_is_assigned_and_given_back(inbox: Page):
    bar = inbox.get_by_role("region", name="Chosen tickets")
    expect(bar).to_be_hidden()
    inbox.keyboard.press("x")
    expect(count_of(inbox)).to_have_text("1 chosen")
    inbox.keyboard.press("j")
    inbox.keyboard.press("j")
    inbox.keyboard.press("Shift+X")
    expect(count_of(inbox)).to_have_text("3 chosen")
    inbox.keyboard.press("a")
    dialog = inbox.get_by_role("dialog", name="Assign 3 tickets")
    expect(dialog.get_by_label("Assign to")).to_be_focused()
    inbox.keyboard.press("Enter")
    toast = inbox.locator("#flash .flash")
    expect(toast).to_contain_text("3 tickets: assigned to Ida Berg")
    expect(dialog).to_have_count(0)
    expect(inbox.locator(".inbox-assignee")).to_have_count(3)
    expect(bar).to_be_hidden()
    expect(inbox.get_by_role("link", name="Question 2")).to_be_focused()
    inbox.keyboard.press("z")
    expect(toast).to_contain_text("3 tickets are as they were.")
    expect(inbox.locator(".inbox-assignee")).to_have_count(0)


def test_all_of_the_filter_and_none(inbox: Page):
    inbox.keyboard.press("x")
    inbox.get_by_role("button", name="All of this filter").press("Enter")
    expect(count_of(inbox)).to_have_text("All 4 chosen")
    expect(inbox.locator("#ticket-list input:checked")).to_have_count(4)
    inbox.keyboard.press("Escape")
    expect(inbox.locator("#ticket-list input:checked")).to_have_count(0)
    expect(inbox.get_by_role("region", name="Chosen tickets")).to_be_hidden()


def test_what_is_chosen_stays_chosen_when_the_list_is_drawn_anew(inbox: Page, app):
    inbox.keyboard.press("x")
    with app.app_context():
        opened(subject="Question 5")
    expect(inbox.get_by_role("link", name="Question 5")).to_be_visible(timeout=9_000)
    expect(inbox.locator("#ticket-row-4 input")).to_be_checked()
    expect(count_of(inbox)).to_have_text("1 chosen")
    expect(inbox.get_by_role("link", name="Question 4")).to_be_focused()
