"""The widget in a customer's product, in Chromium, from another origin, as people use it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Route, expect

from app.customers.models import Customer, PersonSession
from app.db import db, unit_of_work
from app.deflection.queries.trails import trail_of_ticket
from app.sites.models import Site
from tests.browser.widget import (
    answer_as_staff,
    launcher,
    open_panel,
    panel_of,
    send,
    tickets,
    write,
)
from tests.factories.running import wait_until

pytestmark = pytest.mark.browser

PROFILES = ["default", "partitioned"]


@pytest.mark.parametrize("profile", PROFILES)
def test_from_a_question_to_a_ticket_with_its_trail(app, host, new_context, profile):
    context = new_context(profile)
    page = context.new_page()
    problems: list[str] = []
    page.on("console", lambda line: problems.append(line.text) if line.type == "error" else None)
    page.goto(f"{host.url}/calendar/week")
    panel = open_panel(page)
    expect(panel.get_by_role("heading", name="On this page")).to_be_visible()
    expect(panel.get_by_role("link", name="A booking shows at the wrong time")).to_be_visible()

    search = panel.get_by_role("searchbox")
    expect(search).to_be_focused()
    search.fill("card declined")
    search.press("Enter")
    expect(panel.get_by_role("status").first).to_contain_text("found")
    panel.get_by_role("link", name="A client's card was declined").click()
    expect(panel.get_by_role("heading", name="A client's card was declined")).to_be_focused()
    panel.get_by_role("button", name="No", exact=True).click()
    panel.get_by_label("Something is missing").check()
    panel.get_by_role("button", name="Tell the author").click()
    expect(panel.get_by_text("Thank you")).to_be_visible()
    assert context.cookies() == []  # nothing is kept about somebody who only reads
    panel.get_by_role("button", name="Still stuck? Ask us").click()

    expect(panel.get_by_label("What is it about?")).to_have_value("card declined")
    expect(panel.get_by_role("heading", name="This may answer it already")).to_be_visible()
    panel.get_by_label("Your e-mail address").fill("noa@example.com")
    panel.get_by_label("What happened").fill("The bank says 05 but the card works elsewhere.")
    send(panel)
    expect(panel.get_by_text("number 1")).to_be_visible()

    (ticket,) = tickets(app)
    assert (ticket.requester_email, ticket.requester_verified) == ("noa@example.com", False)
    assert f"{host.url}/calendar/week" in ticket.context.values()
    with app.app_context():
        steps = [step.kind for step in trail_of_ticket(ticket.id).steps]
    assert steps[-1] == "ticket"
    assert {"search", "read", "no", "form"} <= set(steps)
    assert [cookie["name"] for cookie in context.cookies()] == ["__Host-fw_person"]
    panel.get_by_role("button", name="See your request").click()
    expect(panel.get_by_text("The bank says 05")).to_be_visible()
    assert problems == []  # the strictest policy a host can have was enough


@pytest.mark.parametrize("profile", PROFILES)
def test_answer_is_marked_on_the_launcher_and_read_after_a_reload(
    app, host, new_context, make_staff, profile
):
    page = new_context(profile).new_page()
    page.goto(f"{host.url}/calendar/week")
    panel = open_panel(page)
    panel.get_by_role("button", name="Write to us").click()
    write(panel)
    send(panel)
    answer_as_staff(app, make_staff(name="Adaeze Obi"), "Set the **zone** of the location.")

    page.goto(f"{host.url}/other")
    expect(launcher(page)).to_have_accessible_name("Help (1)")
    panel = open_panel(page)
    panel.get_by_role("button", name="Your requests").click()
    panel.locator("[data-screen=requests]").get_by_role("link", name="Wrong time").click()
    expect(panel.get_by_text("Set the zone of the location.")).to_be_visible()
    expect(panel.locator("strong", has_text="zone")).to_be_visible()
    expect(launcher(page)).to_have_accessible_name("Help")
    panel.get_by_role("button", name="Back").click()
    expect(panel.get_by_text("1 new")).to_have_count(0)
    panel.locator("[data-screen=requests]").get_by_role("link", name="Wrong time").click()

    panel.get_by_label("Your answer").fill("That was it, thank you.")
    panel.get_by_role("button", name="Send", exact=True).click()
    expect(panel.get_by_text("That was it, thank you.")).to_be_visible()
    expect(panel.get_by_label("Your answer")).to_have_value("")
    assert tickets(app)[0].state == "open"


def test_identified_customer_writes_without_saying_who_they_are(
    app, host, page, widget_site, make_staff
):
    host.scripts["/host.js"] += f"Foreword('identify', {{token: '{widget_site.token()}'}});"
    page.goto(f"{host.url}/calendar/week")
    panel = open_panel(page)
    panel.get_by_role("button", name="Write to us").click()
    expect(panel.get_by_text("You are writing as Mira Holt.")).to_be_visible()
    expect(panel.get_by_label("Your e-mail address")).to_have_count(0)
    write(panel, email="")
    send(panel)

    (ticket,) = tickets(app)
    with app.app_context():
        customer = db.session.get(Customer, ticket.customer_id)
        assert (customer.external_id, customer.name) == ("u-7", "Mira Holt")
    assert ticket.requester_verified is True
    assert page.context.cookies() == []


def test_used_token_leaves_the_person_anonymous_with_a_warning(app, host, page, widget_site):
    host.scripts["/host.js"] += f"Foreword('identify', {{token: '{widget_site.token()}'}});"
    warnings: list[str] = []
    page.on("console", lambda line: warnings.append(line.text))
    page.goto(f"{host.url}/calendar/week")
    open_panel(page).get_by_role("button", name="Write to us").click()
    expect(panel_of(page).get_by_text("You are writing as")).to_be_visible()
    page.reload()
    open_panel(page).get_by_role("button", name="Write to us").click()

    expect(panel_of(page).get_by_label("Your e-mail address")).to_be_visible()
    assert any("used already" in line for line in warnings)


def test_requests_from_before_signing_in_are_taken_over_when_confirmed(
    app, host, page, widget_site
):
    page.goto(f"{host.url}/calendar/week")
    panel = open_panel(page)
    panel.get_by_role("button", name="Write to us").click()
    write(panel)
    send(panel)
    panel.get_by_role("button", name="Done").click()
    page.evaluate("token => Foreword('identify', {token})", widget_site.token())
    panel.get_by_role("button", name="Add them").click()
    expect(panel.get_by_role("button", name="Add them")).to_be_hidden()
    panel.get_by_role("button", name="Your requests").click()

    expect(
        panel.locator("[data-screen=requests]").get_by_role("link", name="Wrong time")
    ).to_be_visible()
    assert tickets(app)[0].customer_id is not None


def test_answer_first_shows_the_contact_button_after_something_was_tried(app, host, page):
    with app.app_context(), unit_of_work():
        db.session.scalars(db.select(Site).filter_by(key="shop")).one().mode = "answer_first"
    page.goto(f"{host.url}/calendar/week")
    panel = open_panel(page)
    expect(panel.get_by_role("link", name="A booking shows")).to_be_visible()
    expect(panel.get_by_role("button", name="Write to us")).to_be_hidden()
    panel.get_by_role("button", name="Your requests").click()
    expect(panel.get_by_text("Nothing here yet")).to_be_visible()
    expect(panel.get_by_role("button", name="Write to us")).to_be_hidden()
    panel.get_by_role("button", name="Back").click()
    panel.get_by_role("searchbox").fill("nothing about this")
    panel.get_by_role("searchbox").press("Enter")

    expect(panel.get_by_role("button", name="Write to us")).to_be_visible()


@pytest.mark.parametrize("profile", PROFILES)
def test_draft_survives_closing_and_reloading(host, new_context, profile):
    page = new_context(profile).new_page()
    page.goto(f"{host.url}/calendar/week")
    panel = open_panel(page)
    assert page.evaluate("() => localStorage.length") == 0
    panel.get_by_role("button", name="Write to us").click()
    write(panel, body="Half a thought")
    panel.get_by_role("button", name="Close").click()
    expect(launcher(page)).to_be_focused()
    launcher(page).click()
    expect(panel.get_by_label("What happened")).to_have_value("Half a thought")

    page.goto(f"{host.url}/other")
    panel = open_panel(page)
    panel.get_by_role("button", name="Write to us").click()
    expect(panel.get_by_label("What happened")).to_have_value("Half a thought")
    expect(panel.get_by_label("Your e-mail address")).to_have_value("noa@example.com")
    send(panel)
    expect(panel.get_by_role("heading", name="We have it")).to_be_visible()
    assert "Half" not in str(page.evaluate("() => Object.values(localStorage)"))


def test_offline_the_text_is_kept_and_sent_once_when_back(app, host, page):
    page.goto(f"{host.url}/calendar/week")
    panel = open_panel(page)
    panel.get_by_role("button", name="Write to us").click()
    write(panel)
    page.context.set_offline(True)
    expect(panel.get_by_text("You are offline.").first).to_be_visible()
    panel.get_by_role("button", name="Send", exact=True).click()
    expect(panel.get_by_role("button", name="Send", exact=True)).to_be_enabled()
    assert tickets(app) == []

    page.context.set_offline(False)
    expect(panel.get_by_role("heading", name="We have it")).to_be_visible()
    assert len(tickets(app)) == 1


def test_lost_answer_is_not_a_second_ticket(app, host, page):
    page.goto(f"{host.url}/calendar/week")
    panel = open_panel(page)
    panel.get_by_role("button", name="Write to us").click()
    write(panel)

    def lose(route):
        route.fetch()  # the server has it; the answer never arrives
        route.abort()

    page.route("**/tickets", lose, times=1)
    panel.get_by_role("button", name="Send", exact=True).click()
    expect(panel.get_by_text("You are offline.").first).to_be_visible()
    send(panel)

    assert len(tickets(app)) == 1
    with app.app_context():
        assert db.session.scalar(db.select(db.func.count()).select_from(PersonSession)) == 1


def test_screenshot_is_picked_and_pasted_and_arrives(app, host, page, make_staff):
    page.goto(f"{host.url}/calendar/week")
    panel = open_panel(page)
    panel.get_by_role("button", name="Write to us").click()
    write(panel)
    picture = {"name": "shot.png", "mimeType": "image/png", "buffer": page.screenshot()}
    panel.locator("[data-files] input").set_input_files(picture)
    panel.get_by_label("What happened").evaluate(
        "async (box, bytes) => { const data = new DataTransfer();"
        " data.items.add(new File([new Uint8Array(bytes)], 'pasted.png', {type: 'image/png'}));"
        " box.dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true})); }",
        list(picture["buffer"]),
    )
    expect(panel.get_by_role("listitem").filter(has_text="shot.png")).to_be_visible()
    expect(panel.get_by_role("listitem").filter(has_text="pasted.png")).to_be_visible()
    send(panel)
    panel.get_by_role("button", name="See your request").click()

    expect(panel.get_by_role("img", name="shot.png")).to_be_visible()
    expect(panel.get_by_role("img", name="pasted.png")).to_be_visible()


def test_context_is_shown_and_can_be_left_out(app, host, page):
    host.scripts["/host.js"] += "Foreword('configure', {appVersion: '4.2', fields: {Plan: 'Pro'}});"
    page.goto(f"{host.url}/calendar/week")
    panel = open_panel(page)
    panel.get_by_role("button", name="Write to us").click()
    panel.get_by_text("What we send along").click()
    expect(panel.get_by_text("Pro", exact=True)).to_be_visible()
    expect(panel.get_by_text(f"{host.url}/calendar/week")).to_be_visible()
    panel.get_by_label("Send this along").uncheck()
    write(panel)
    send(panel)

    assert tickets(app)[0].context == {}


def test_keyboard_alone_is_enough(app, host, page):
    page.goto(f"{host.url}/calendar/week")
    launcher(page).focus()
    page.keyboard.press("Enter")
    panel = panel_of(page)
    expect(panel.get_by_role("searchbox")).to_be_focused()
    page.keyboard.press("Escape")
    expect(launcher(page)).to_be_focused()
    expect(page.locator("foreword-widget iframe")).to_be_hidden()

    page.keyboard.press("Enter")
    expect(panel.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("card declined")
    card = panel.get_by_role("link", name="A client's card was declined")
    expect(card).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(panel.get_by_role("link").first).to_be_focused()
    card.focus()
    page.keyboard.press("Enter")
    expect(panel.get_by_role("heading", name="A client's card was declined")).to_be_focused()
    panel.get_by_role("button", name="Back").focus()
    page.keyboard.press("Enter")
    expect(panel.get_by_role("searchbox")).to_have_value("card declined")
    panel.get_by_role("button", name="Write to us").focus()
    page.keyboard.press("Enter")
    expect(panel.get_by_role("heading", name="Write to us")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.type("noa@example.com")
    panel.get_by_label("What happened").focus()
    page.keyboard.type("By keys alone.")
    page.keyboard.press("Control+Enter")
    expect(panel.get_by_role("heading", name="We have it")).to_be_focused()
    assert len(tickets(app)) == 1


def test_late_answer_never_replaces_a_newer_one(host, page):
    page.goto(f"{host.url}/calendar/week")
    panel = open_panel(page)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/search?q=refund", hold)
    with page.expect_request("**/search?q=refund"):
        panel.get_by_role("searchbox").fill("refund")
    panel.get_by_role("searchbox").fill("card declined")
    expect(panel.get_by_role("link", name="A client's card was declined")).to_be_visible()
    for route in held:
        route.fulfill(status=200, body="<div data-total=1 data-count=stale>Stale</div>")

    expect(panel.get_by_role("link", name="A client's card was declined")).to_be_visible()
    expect(panel.get_by_text("Stale")).to_have_count(0)


def test_phone_shows_the_panel_on_the_whole_screen(host, new_context):
    page = new_context(
        viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True
    ).new_page()
    page.goto(f"{host.url}/calendar/week")
    panel = open_panel(page)
    whole = {"x": 0, "y": 0, "width": 390, "height": 844}
    frame = page.locator("foreword-widget iframe")
    # It slides in.
    wait_until(lambda: frame.bounding_box() == whole, lambda: str(frame.bounding_box()))
    panel.get_by_role("button", name="Write to us").click()
    size = panel.get_by_label("What happened").evaluate("box => getComputedStyle(box).fontSize")
    assert size == "16px"  # smaller, and a phone zooms in on focus
    panel.get_by_role("button", name="Close").click()
    expect(launcher(page)).to_be_visible()
