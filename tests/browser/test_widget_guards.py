"""What a person in a hurry runs into: refused files, slow hosts, a desk shared with others."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from tests.browser.widget import open_panel, send, tickets, write

pytestmark = pytest.mark.browser


def plain(name: str, size: int = 5) -> dict[str, object]:
    """Return a text file to pick."""
    return {"name": name, "mimeType": "text/plain", "buffer": b"a" * size}


def test_refused_files_are_named_at_the_field_and_nothing_typed_is_lost(app, host, page):
    page.goto(f"{host.url}/calendar/week")
    panel = open_panel(page)
    panel.get_by_role("button", name="Write to us").click()
    write(panel, body="With the wrong files.")
    picker = panel.locator("[data-files] input")
    problem = panel.locator("[data-files] [role=alert]")

    picker.set_input_files(plain("setup.exe"))
    expect(problem).to_contain_text("setup.exe: Files ending in")
    picker.set_input_files(plain("empty.txt", 0))
    expect(problem).to_have_text("empty.txt: This file is empty.")
    picker.set_input_files([plain(f"log-{number}.txt") for number in range(6)])
    expect(problem).to_have_text("log-5.txt: A message can carry five files.")
    expect(panel.locator(".file")).to_have_count(5)
    expect(panel.get_by_label("What happened")).to_have_value("With the wrong files.")
    panel.get_by_role("button", name="Remove: log-0.txt").click()
    expect(problem).to_be_hidden()
    send(panel)
    assert len(tickets(app)) == 1


def test_first_field_in_error_gets_the_focus(host, page):
    page.goto(f"{host.url}/calendar/week")
    panel = open_panel(page)
    panel.get_by_role("button", name="Write to us").click()
    panel.get_by_role("button", name="Send", exact=True).click()

    expect(panel.get_by_label("Your e-mail address")).to_be_focused()


def test_own_requests_wait_for_a_host_that_is_slow_to_vouch(app, host, page, widget_site):
    page.goto(f"{host.url}/calendar/week")
    panel = open_panel(page)
    page.evaluate("token => Foreword('identify', {token})", widget_site.token())
    panel.get_by_role("button", name="Write to us").click()
    expect(panel.get_by_text("You are writing as Mira Holt.")).to_be_visible()
    write(panel, email="")
    send(panel)

    # Longer than the panel holds requests back: it shows what a stranger sees, then mends it.
    host.scripts["/host.js"] += (
        "Foreword('identify', {token: () => new Promise((vouch) =>"
        f" {{ window.vouch = () => vouch({json.dumps(widget_site.token())}); }})}});"
    )
    page.goto(f"{host.url}/other")
    panel = open_panel(page)
    panel.get_by_role("button", name="Your requests").click()
    expect(panel.get_by_text("Nothing here yet")).to_be_visible()
    page.evaluate("vouch()")
    expect(panel.get_by_role("link", name="Wrong time")).to_be_visible()


def test_another_person_finds_nothing_of_the_former(host, page, widget_site):
    page.goto(f"{host.url}/calendar/week")
    panel = open_panel(page)
    page.evaluate("token => Foreword('identify', {token})", widget_site.token("u-7"))
    panel.get_by_role("searchbox").fill("card declined")
    panel.get_by_role("button", name="Write to us").click()
    expect(panel.get_by_text("You are writing as Mira Holt.")).to_be_visible()
    write(panel, email="", body="Between us.")

    page.evaluate("token => Foreword('identify', {token})", widget_site.token("u-8"))
    expect(panel.get_by_role("heading", name="How can we help?")).to_be_visible()
    expect(panel.get_by_role("searchbox")).to_have_value("")
    panel.get_by_role("button", name="Write to us").click()
    expect(panel.get_by_label("What happened")).to_have_value("")
    expect(panel.get_by_label("What is it about?")).to_have_value("")


def test_host_with_nobody_to_vouch_for_does_not_hold_the_panel_up(host, page):
    host.scripts["/host.js"] += "Foreword('identify', {token: async () => ''});"
    page.goto(f"{host.url}/calendar/week")
    panel = open_panel(page)
    # Below the three seconds for which requests wait for a host that promised to vouch.
    expect(panel.get_by_role("heading", name="On this page")).to_be_visible(timeout=2500)


def test_long_title_leaves_the_panel_as_wide_as_a_small_phone(host, new_context):
    page = new_context(viewport={"width": 320, "height": 640}).new_page()
    page.goto(f"{host.url}/calendar/week")
    panel = open_panel(page)
    panel.get_by_role("searchbox").fill("card declined")
    panel.get_by_role("link", name="A client's card was declined").click()
    heading = panel.get_by_role("heading", name="A client's card was declined")
    expect(heading).to_be_focused()
    panel.locator(".bar__title").evaluate("title => { title.textContent = 'Long '.repeat(60); }")

    width = heading.evaluate("title => title.ownerDocument.documentElement.scrollWidth")
    assert width == 320
    expect(panel.get_by_role("button", name="Close")).to_be_in_viewport()
