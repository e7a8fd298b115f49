"""What a browser counts as time spent: only while somebody is there."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page

from tests.browser.staff import employ, sign_in
from tests.factories.tickets import opened

pytestmark = pytest.mark.browser


@pytest.fixture
def told(app, foreword, widget_site, page: Page):
    """A ticket's page on a clock that stands still, and the seconds it has told so far."""
    with app.app_context():
        number = opened(subject="Wrong sum").number
    sign_in(page, foreword.url, employ(app))
    seconds: list[int] = []

    def listen(request):
        if request.url.endswith("/active"):
            found = re.search(r'name="seconds"\s+(\d+)', request.post_data or "")
            seconds.append(int(found[1]) if found else -1)

    page.on("request", listen)
    with page.expect_response(re.compile("active-time")):
        page.goto(f"{foreword.url}/portal/tickets/{number}")
    page.locator("form.composer[data-htmx-powered]").wait_for()
    return seconds


def test_a_minute_without_a_sign_of_life_counts_no_further(told, page: Page):
    page.clock.install()
    # The behaviour began on the browser's own clock; a fresh page begins on this one.
    page.reload()
    page.locator("form.composer[data-htmx-powered]").wait_for()
    told.clear()
    page.keyboard.press("Shift")
    page.clock.run_for(31_000)
    page.wait_for_timeout(200)
    assert sum(told) == 30
    page.clock.run_for(600_000)
    page.wait_for_timeout(200)
    assert 59 <= sum(told) <= 60
    page.keyboard.press("Shift")
    page.clock.run_for(31_000)
    page.wait_for_timeout(200)
    assert 89 <= sum(told) <= 91
