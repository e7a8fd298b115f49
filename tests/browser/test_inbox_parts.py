"""The inbox in parts: what is fetched when, and what stays as it is meanwhile."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.staff import employ, sign_in
from tests.factories.tickets import later, opened

pytestmark = pytest.mark.browser


@pytest.fixture
def inbox(app, foreword, widget_site, page: Page) -> Page:
    """The inbox with three tickets, the page's script at work."""
    with app.app_context():
        for minute, subject in enumerate(("First", "Second", "Third")):
            opened(subject=subject, requester_email="", now=later(minute))
    sign_in(page, foreword.url, employ(app))
    page.locator("#ticket-list[data-htmx-powered]").wait_for()
    return page


def test_opening_a_ticket_leaves_the_list_alone_and_marks_its_row(inbox: Page):
    inbox.evaluate("document.querySelector('#ticket-list').dataset.mine = 'same element'")
    rows = inbox.locator("#ticket-list .row")
    for subject, number in (("Second", 2), ("Third", 3)):
        rows.get_by_role("link", name=subject).click()
        expect(inbox.get_by_role("heading", level=1)).to_have_text(subject)
        expect(inbox.locator(".row[aria-current]")).to_have_attribute("id", f"ticket-row-{number}")
        expect(inbox).to_have_title(f"{subject} (#{number}) · Foreword")
        about = inbox.locator(f"#about-{number}")
        expect(about.get_by_role("heading", name="Customer")).to_be_visible()
    expect(inbox.locator("#ticket-list")).to_have_attribute("data-mine", "same element")
    # A narrower list keeps the open ticket and its address.
    inbox.get_by_role("searchbox", name="Find by words").fill("Third")
    expect(rows).to_have_count(1)
    expect(rows).to_have_attribute("aria-current", "true")
    assert inbox.url.endswith("/portal/tickets/3?q=Third")


def test_a_page_of_a_ticket_fetches_its_list_and_all_numbers(inbox: Page, foreword):
    expect(inbox.locator("#views .count").first).to_be_visible()
    inbox.goto(f"{foreword.url}/portal/tickets/2?assignee=nobody")
    expect(inbox.locator(".row[aria-current]")).to_have_attribute("id", "ticket-row-2")
    expect(inbox.locator("#views a[aria-current]")).to_have_text("Unassigned3")
    inbox.keyboard.press("k")
    expect(inbox.get_by_role("link", name="Third")).to_be_focused()


def test_the_rarer_filters_load_when_opened_and_filter_at_once(inbox: Page):
    inbox.locator(".inbox-filter__more summary").click()
    inbox.get_by_label("Order").select_option("oldest")
    links = inbox.locator("#ticket-list .row__link")
    expect(links).to_have_text(["First", "Second", "Third"])
    inbox.get_by_label("Assignee").first.select_option("me")
    expect(links).to_have_count(0)


def test_the_inbox_is_whole_without_javascript(app, inbox: Page, foreword, new_context):
    page = new_context(java_script_enabled=False).new_page()
    sign_in(page, foreword.url, employ(app, name="Bo Sund"))
    page.locator(".inbox-filter__more summary").click()
    page.get_by_role("link", name="All filters").click()
    page.get_by_label("Order").select_option("oldest")
    page.get_by_role("button", name="Show").click()
    expect(page.locator("#ticket-list .row__link")).to_have_text(["First", "Second", "Third"])
    page.get_by_role("link", name="Second").click()
    page.get_by_role("link", name="About this ticket").click()
    expect(page.get_by_role("heading", name="Customer")).to_be_visible()
    page.get_by_role("link", name="Ticket 2").click()
    page.get_by_role("link", name="Inbox", exact=True).last.click()
    expect(page.locator("#ticket-list .row__link")).to_have_text(["First", "Second", "Third"])
