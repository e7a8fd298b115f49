"""The style guide in a real browser: accessible in every dress, and its behaviours behave."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from app.staff.models import Role
from tests.conftest import sign_in

AXE = next((Path(__file__).parents[1] / "vendor").glob("axe-*.min.js")).read_text()


@pytest.fixture
def signed_in(new_context, foreword, app, make_staff, client):
    """Return a maker of pages signed in as an administrator."""
    sign_in(client, make_staff(role=Role.ADMINISTRATOR, name="Mia Berg"))
    cookie = client.get_cookie("foreword")

    def open_page(path: str = "/portal/styleguide", **options) -> Page:
        context = new_context(base_url=foreword.url, **options)
        context.add_cookies([{"name": "foreword", "value": cookie.value, "url": foreword.url}])
        page = context.new_page()
        page.goto(path)
        expect(page.locator(".dropzone.is-enhanced")).to_be_attached()  # scripts have arrived
        return page

    return open_page


@pytest.mark.parametrize(
    ("scheme", "width", "direction"),
    [("light", 1440, "ltr"), ("dark", 1440, "rtl"), ("light", 320, "rtl"), ("dark", 320, "ltr")],
)
def test_axe_finds_nothing_serious(signed_in, scheme, width, direction) -> None:
    page = signed_in(color_scheme=scheme, viewport={"width": width, "height": 800})
    page.evaluate("direction => { document.documentElement.dir = direction }", direction)
    page.evaluate(AXE)
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")["violations"]
    serious = [
        f"{each['id']}: {each['nodes'][0]['html'][:160]}"
        for each in found
        if each["impact"] in ("serious", "critical")
    ]
    assert serious == []


@pytest.mark.parametrize("width", [1440, 768, 320])
def test_no_page_scrolls_sideways(signed_in, width) -> None:
    page = signed_in(viewport={"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_palette_finds_and_goes_with_the_keyboard_alone(signed_in) -> None:
    page = signed_in()
    page.keyboard.press("Control+k")
    field = page.get_by_role("combobox", name="Search everything")
    expect(field).to_be_focused()
    page.keyboard.type("team")
    chosen = page.locator("#palette [role=option][aria-selected=true]")
    expect(chosen).to_have_text(re.compile("Team"))
    expect(field).to_have_attribute("aria-activedescendant", chosen.get_attribute("id") or "")
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/portal/team$"))


def test_keys_walk_a_list_and_never_disturb_typing(signed_in) -> None:
    page = signed_in()
    rows = page.locator("#lists .row__link")
    page.keyboard.press("j")
    expect(rows.nth(1)).to_be_focused()  # the first row is the current one
    page.keyboard.press("k")
    expect(rows.nth(0)).to_be_focused()
    page.locator("#sg-body").fill("")
    page.locator("#sg-body").press_sequentially("jk/?")
    expect(page.locator("#sg-body")).to_have_value("jk/?")
    expect(page.locator("dialog[open]")).to_have_count(0)


def test_the_theme_is_kept_for_the_next_page(signed_in) -> None:
    page = signed_in()
    page.locator(".nav__user").click()
    page.locator(".nav__foot select").select_option("dark")
    page.keyboard.press("Escape")
    expect(page.locator(".nav__foot .menu__list")).to_be_hidden()
    page.reload()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")


def test_files_are_added_refused_and_taken_out(signed_in) -> None:
    page = signed_in()
    field = page.locator("#sg-files")
    small = {"name": "a.png", "mimeType": "image/png", "buffer": b"x" * 2000}
    large = {"name": "film.mp4", "mimeType": "video/mp4", "buffer": b"x" * 5_000_001}
    field.set_input_files([small, large])
    expect(page.locator(".dropzone__list")).to_contain_text("film.mp4: This file is too large.")
    field.set_input_files([{**small, "name": "b.png"}])
    page.get_by_role("button", name="Remove a.png").click()
    kept = page.evaluate("[...document.querySelector('#sg-files').files].map(file => file.name)")
    assert kept == ["b.png"]


def test_a_recording_asks_nobody_before_the_click(signed_in) -> None:
    page = signed_in()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    assert not [url for url in asked if "loom.com" in url]
    page.locator(".media-card__poster").click()
    frame = page.locator("iframe.media-card__frame")
    expect(frame).to_have_attribute("src", "https://www.loom.com/embed/0")
    expect(frame).to_have_attribute("title", "Reminders in two minutes")


def test_a_broken_connection_is_said_once_and_no_longer_than_it_lasts(signed_in) -> None:
    page = signed_in()
    page.evaluate(
        "document.querySelector('main').insertAdjacentHTML('beforeend',"
        '\'<button id=probe hx-get="/healthz" hx-swap="none">probe</button>\');'
        "htmx.process(document.querySelector('#probe'))"
    )
    page.context.set_offline(True)
    page.locator("#probe").click()
    unreachable = page.get_by_text("Foreword cannot be reached right now")
    expect(unreachable).to_be_visible()
    page.locator("#probe").click()
    expect(unreachable).to_have_count(1)
    page.context.set_offline(False)
    page.locator("#probe").click()
    expect(unreachable).to_have_count(0)
