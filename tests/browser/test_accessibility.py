"""axe finds nothing serious on any page: light, dark, 320 px wide, right to left."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Frame, Page, expect

from app.notifications.tokens import Purpose, code_for
from tests.browser.staff import employ, sign_in
from tests.browser.world import World, build_world

pytestmark = pytest.mark.browser

AXE = (Path(__file__).parents[1] / "vendor" / "axe-4.14.1.min.js").read_text()
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]

#: Colours are measured at rest: what fades in has other contrasts on its way.
STILL = {"reduced_motion": "reduce"}
MODES = {
    "light": STILL | {"color_scheme": "light"},
    "dark": STILL | {"color_scheme": "dark"},
    "narrow": STILL | {"viewport": {"width": 320, "height": 640}},
}

PUBLIC = [
    "/help",
    "/help/search?q=card",
    "/help/search?q=xyzzyplugh",
    "/help/articles/{slug}",
    "/help/categories/payments",
    "/help/ask",
    "/help/ask?subject=card",
    "/help/requests/{token}",
    "/help/mail/{unsubscribe}",
    "/help/rate/{rate}",
    "/help/rate/{rate}?score=2",
    "/help/my-requests",
    "/help/sign-in/{sign_in}",
    "/help/nowhere",
    "/portal/sign-in",
    "/portal/join/{invite}",
]

#: For whoever has followed a mailed link.
READER = ["/help/my-requests", "/help/my-requests/{ticket}"]

PORTAL = [
    "/portal/day",
    "/portal/clocks",
    "/portal/day/calendar",
    "/portal/inbox",
    "/portal/inbox/views?priority=urgent",
    "/portal/inbox/selection",
    "/portal/inbox/change/1",
    *(
        f"/portal/inbox/change?act={act}&ticket={{ticket}}:1"
        for act in ("assign", "priority", "solve", "hold", "snooze", "tag", "aside", "watch")
    ),
    "/portal/tags",
    "/portal/palette?q=card",
    "/portal/tickets/{ticket}",
    "/portal/tickets/{ticket}/about",
    "/portal/tickets/{ticket}/link",
    "/portal/tickets/{ticket}/knowledge",
    "/portal/tickets/{ticket}/article",
    "/portal/tickets/{ticket}/merge",
    "/portal/tickets/{ticket}/solve",
    "/portal/tickets/{ticket}/split",
    "/portal/tickets/{ticket}/hold",
    "/portal/inbox/filter?priority=urgent",
    "/portal/tickets/new",
    "/portal/tickets/{ticket}/flags/new",
    "/portal/flags",
    "/portal/wins",
    "/portal/tickets/{ticket}/wins/new",
    "/portal/flags/unwritten",
    "/portal/escalations",
    "/portal/escalations?group=over",
    "/portal/escalations/new?ticket={ticket}",
    "/portal/escalations/releases",
    "/portal/escalations/1",
    "/portal/escalations/beside/{ticket}",
    "/portal/articles",
    "/portal/articles/new",
    "/portal/articles/{article}",
    "/portal/articles/{article}/feedback",
    "/portal/articles/{article}/tickets",
    "/portal/articles/{article}/images",
    "/portal/articles/{article}/preview",
    "/portal/articles/{article}/properties",
    "/portal/articles/{article}/revisions",
    "/portal/articles/{article}/revisions/2",
    "/portal/articles/categories",
    "/portal/articles/categories/1",
    "/portal/deflection",
    "/portal/deflection/sessions",
    "/portal/deflection/sessions/{session}",
    "/portal/satisfaction",
    "/portal/satisfaction/answers",
    "/portal/satisfaction/answers?show=asked",
    "/portal/customers",
    "/portal/customers/{customer}",
    "/portal/accounts",
    "/portal/accounts/{account}",
    "/portal/accounts/{account}/edit",
    "/portal/accounts/new",
    "/portal/sites",
    "/portal/sites/1",
    "/portal/synonyms",
    "/portal/team",
    "/portal/notices",
    "/portal/notices?show=all",
    "/portal/profile",
    "/portal/mail",
    "/portal/mail/1",
    "/portal/mail/addresses",
    "/portal/mail/received",
    "/portal/mail/received/1",
    "/portal/mail/received/2",
    "/portal/mail/received/play/1",
    "/portal/styleguide",
]

#: Answers that are no pages: fragments (looked at inside their pages), files, redirects.
NOT_PAGES = {
    "mailbox.html",  # somebody else's mail, in a frame
    "mailbox.original",
    "tickets.list_pane",
    "help.opensearch",
    "notifications.html",
    "help.request_file",
    "help.my_file",
    "help.suggestions",
    "notices.bell",
    "notices.follow",
    "portal.index",
    "tickets.counts",
    "tickets.export",
    "tickets.goes_on",
    "tickets.promise_feed",
    "tickets.presence",
    "tickets.rows",
    "tickets.file",
    "tickets.thread",
    "tickets.articles",
    "tickets.customers",
}


def findings(target: Page | Frame) -> list[str]:
    """Return what axe calls serious or critical, one line each."""
    target.evaluate(AXE)
    result = target.evaluate(
        "tags => axe.run(document, {runOnly: {type: 'tag', values: tags},"
        " resultTypes: ['violations']})",
        TAGS,
    )
    return [
        f"{found['id']} ({found['impact']}): {node['target']} {node['failureSummary']}"
        for found in result["violations"]
        if found["impact"] in ("serious", "critical")
        for node in found["nodes"]
    ]


def fill(path: str, world: World) -> str:
    return path.format(
        slug=world.slug,
        ticket=world.ticket_number,
        article=world.article_id,
        session=world.help_session_id,
        customer=world.customer_id,
        account=world.account_id,
        token=world.request_token,
        invite=world.invite_token,
        rate=world.rate_token,
        sign_in=world.sign_in_token,
        unsubscribe=f"1-{code_for(Purpose.UNSUBSCRIBE, 1)}",
    )


def scrolls_sideways(page: Page) -> bool:
    return page.evaluate(
        "document.documentElement.scrollWidth > document.documentElement.clientWidth + 1"
    )


def problems_of(page: Page, url: str, paths: list[str], world: World) -> list[str]:
    problems = []
    for path in paths:
        address = fill(path, world)
        response = page.goto(url + address)
        assert response is not None
        assert response.status == (404 if "nowhere" in path else 200), address
        problems += [f"{address}: {finding}" for finding in findings(page)]
        if page.viewport_size["width"] == 320 and scrolls_sideways(page):
            problems.append(f"{address}: scrolls sideways at 320 px")
    return problems


@pytest.fixture
def world(app, widget_site) -> World:
    return build_world(app, employ(app), widget_site.id)


@pytest.mark.parametrize("mode", MODES)
def test_public_pages(world, foreword, new_context, mode):
    page = new_context(**MODES[mode]).new_page()
    assert problems_of(page, foreword.url, PUBLIC, world) == []


@pytest.mark.parametrize("mode", MODES)
def test_own_requests(world, foreword, new_context, mode):
    page = new_context(**MODES[mode]).new_page()
    page.goto(f"{foreword.url}/help/sign-in/{world.sign_in_token}")
    page.get_by_role("button", name="See my requests").click()
    expect(page.get_by_role("link", name="Card declined")).to_be_visible()
    assert problems_of(page, foreword.url, READER, world) == []


def test_public_pages_right_to_left(world, foreword, new_context):
    page = new_context(locale="ar", **STILL).new_page()
    page.goto(f"{foreword.url}/help")
    assert page.locator("html").get_attribute("dir") == "rtl"
    assert problems_of(page, foreword.url, PUBLIC[:-1], world) == []


@pytest.mark.parametrize("mode", MODES)
def test_portal_pages(world, foreword, new_context, mode):
    page = new_context(**MODES[mode]).new_page()
    sign_in(page, foreword.url, world.staff)
    assert problems_of(page, foreword.url, PORTAL, world) == []


def bulk_problems(page: Page) -> list[str]:
    """Look at the bar of what is chosen, its dialogs, and the message that follows."""
    page.locator("#bulk[data-htmx-powered]").wait_for(state="attached")
    page.locator("#ticket-list input[name=ticket]").first.check()
    problems = [f"chosen: {finding}" for finding in findings(page)]
    dialog = page.get_by_role("dialog")
    for key in ("s", "t", "a"):
        page.keyboard.press(key)
        dialog.locator("form[data-htmx-powered]").wait_for()
        problems += [f"dialog of {key}: {finding}" for finding in findings(page)]
        page.keyboard.press("Enter" if key == "a" else "Escape")
        expect(dialog).to_have_count(0)
    expect(page.locator("#flash [data-hotkey=z]")).to_be_visible()
    return problems + [f"done: {finding}" for finding in findings(page)]


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_portal_states_that_only_appear_by_acting(world, foreword, new_context, mode):
    """Palette, shortcuts, writing a note, a refused form: fragments and dialogs."""
    page = new_context(**MODES[mode]).new_page()
    sign_in(page, foreword.url, world.staff)
    page.goto(f"{foreword.url}/portal/tickets/{world.ticket_number}")
    problems = []
    page.keyboard.press("n")
    problems += [f"note: {finding}" for finding in findings(page)]
    page.keyboard.press("Control+k")
    palette = page.get_by_role("dialog", name="Search everything")
    expect(palette).to_be_visible()
    palette.get_by_role("combobox").fill("card")
    expect(palette.get_by_role("option").first).to_be_visible()
    problems += [f"palette: {finding}" for finding in findings(page)]
    page.keyboard.press("Escape")
    page.locator("h1").first.click()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keyboard shortcuts")).to_be_visible()
    problems += [f"shortcuts: {finding}" for finding in findings(page)]
    page.keyboard.press("Escape")
    problems += bulk_problems(page)
    page.goto(f"{foreword.url}/portal/accounts/new")
    page.get_by_role("button", name="Save").or_(
        page.locator("button[type=submit].button--primary")
    ).first.click()
    problems += [f"refused form: {finding}" for finding in findings(page)]
    assert problems == []


PANEL_MODES = MODES | {
    "right to left": STILL | {"locale": "ar"},
    "german": STILL | {"locale": "de-DE"},
}


@pytest.mark.parametrize("mode", PANEL_MODES)
def test_the_panel_in_every_state(world, host, new_context, mode):
    page = new_context(**PANEL_MODES[mode]).new_page()
    page.goto(f"{host.url}/calendar/week")
    page.locator("foreword-widget").wait_for(state="attached")
    page.evaluate("Foreword('open')")
    panel = page.frame_locator("foreword-widget iframe")
    search = panel.locator("input[type=search]")
    search.wait_for()
    frame = next(frame for frame in page.frames if "/w/shop/" in frame.url)
    if mode == "right to left":
        assert frame.evaluate("document.documentElement.dir") == "rtl"
    problems = [f"home: {finding}" for finding in findings(frame)]
    search.fill("everything at once")
    panel.locator("[data-results] .hit__link:visible").first.wait_for()
    problems += [f"results: {finding}" for finding in findings(frame)]
    panel.locator("[data-results] .hit__link:visible", has_text="Everything at once").first.click()
    panel.locator("[data-screen=article] h1").wait_for()
    problems += [f"article: {finding}" for finding in findings(frame)]
    page.evaluate("void Foreword('ask')")
    panel.locator("[data-screen=ask] textarea").wait_for()
    problems += [f"ask: {finding}" for finding in findings(frame)]
    panel.locator("[data-screen=ask] textarea").fill("It says 05.")
    panel.locator("[data-screen=ask] input[name=subject]").fill("card declined")
    panel.locator("[data-screen=ask] input[type=email]").fill("noa@example.com")
    panel.locator("[data-screen=ask] button[type=submit]").click()
    panel.locator("[data-screen=sent] h1").wait_for()
    problems += [f"confirmation: {finding}" for finding in findings(frame)]
    panel.locator("[data-go=request]").first.click()
    panel.locator("[data-screen=request] textarea").wait_for()
    problems += [f"request: {finding}" for finding in findings(frame)]
    problems += [f"host page: {finding}" for finding in findings(page.main_frame)]
    assert problems == []


def test_every_page_is_looked_at(world, app):
    """A new page fails here until it is in one of the lists above."""
    adapter = app.url_map.bind("localhost")
    seen = {
        adapter.match(fill(path, world).split("?")[0], method="GET")[0]
        for path in PUBLIC + READER + PORTAL
        if "nowhere" not in path
    }
    pages = {
        rule.endpoint
        for rule in app.url_map.iter_rules()
        if "GET" in rule.methods and rule.rule.startswith(("/help", "/portal"))
    }
    assert pages - seen - NOT_PAGES == set()


def test_the_tool_finds_what_it_looks_for(page):
    page.set_content("<html lang=en><title>t</title><main><h1>x</h1><img src=x><button></button>")
    assert {line.split(" ")[0] for line in findings(page)} == {"image-alt", "button-name"}
