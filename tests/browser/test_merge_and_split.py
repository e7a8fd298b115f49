"""Merging and splitting by keyboard, seen by staff and by the customer."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from app.clock import utc_now
from app.db import db, unit_of_work
from app.events.actor import visitor_actor
from app.tickets.models import Ticket
from app.tickets.services.links import create_request_link
from app.tickets.services.replies import add_customer_message
from tests.browser.staff import employ, sign_in
from tests.factories.tickets import opened

pytestmark = pytest.mark.browser


@pytest.fixture
def desk(app, foreword, widget_site, page: Page) -> Page:
    """Two tickets of one person; the second asks two things."""
    start = utc_now() - timedelta(hours=2)
    with app.app_context():
        opened(subject="Card declined", body="At the till.", requester_verified=True, now=start)
        second = opened(
            subject="Card again", body="And online.", requester_verified=True,
            now=start + timedelta(minutes=5),
        )  # fmt: skip
        db.session.rollback()
        with unit_of_work():
            add_customer_message(
                second, body="Also my mails do not come.", actor=visitor_actor(),
                now=start + timedelta(minutes=9),
            )  # fmt: skip
    sign_in(page, foreword.url, employ(app))
    return page


def show(page: Page, url: str, number: int) -> None:
    page.goto(f"{url}/portal/tickets/{number}")
    page.locator("form.composer[data-htmx-powered]").wait_for()


def customer_link(app, url: str, number: int) -> str:
    with app.app_context(), unit_of_work():
        ticket = db.session.scalars(db.select(Ticket).where(Ticket.number == number)).one()
        return f"{url}/help/requests/{create_request_link(ticket, now=utc_now())}"


def conversation(page: Page):
    return page.get_by_role("log", name="Conversation")


def test_merged_undone_merged_and_split(app, foreword, new_context, desk: Page):
    own = customer_link(app, foreword.url, 1)

    # Merged by keyboard: M, the other ticket is chosen already, Enter.
    show(desk, foreword.url, 1)
    desk.keyboard.press("M")
    dialog = desk.get_by_role("dialog", name="Merge ticket 1 into another")
    expect(dialog.get_by_role("radio")).to_be_focused()
    expect(dialog).to_contain_text("Also my mails do not come.")
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/portal/tickets/2**")
    expect(conversation(desk)).to_contain_text("At the till.")
    expect(conversation(desk)).to_contain_text("from ticket 1")
    expect(conversation(desk)).to_contain_text("merged ticket 1 into this one")
    expect(desk.locator("#ticket-list .row")).to_have_count(1)

    # The customer's old address shows all of it, and takes their words to where it goes on.
    customer = new_context().new_page()
    customer.goto(own)
    expect(customer.get_by_role("main")).to_contain_text("And online.")
    customer.get_by_role("textbox", name="Your message").fill("Any news?")
    customer.get_by_role("button", name="Send").click()
    expect(customer.get_by_role("main")).to_contain_text("Any news?")
    show(desk, foreword.url, 2)
    expect(conversation(desk)).to_contain_text("Any news?")

    # Undone: both go on by themselves, with what was written since where it was written.
    show(desk, foreword.url, 1)
    desk.get_by_role("button", name="Undo").focus()
    desk.keyboard.press("Enter")
    expect(conversation(desk)).to_contain_text("goes on by itself again")
    show(desk, foreword.url, 2)
    expect(conversation(desk)).not_to_contain_text("At the till.")
    expect(conversation(desk)).to_contain_text("Any news?")

    # Split by keyboard: what it is about, which message, Enter.
    desk.goto(f"{foreword.url}/portal/tickets/2/split")
    expect(desk.get_by_label("What the new ticket is about")).to_be_focused()
    desk.keyboard.type("Mails do not come")
    box = desk.get_by_role("checkbox", name="Also my mails do not come.")
    box.focus()
    desk.keyboard.press("Space")
    desk.keyboard.press("Enter")
    desk.wait_for_url("**/portal/tickets/3**")
    expect(desk.get_by_role("heading", level=1)).to_have_text("Mails do not come")
    expect(conversation(desk)).to_contain_text("Also my mails do not come.")
    expect(conversation(desk)).to_contain_text("split this off from ticket 2")
    show(desk, foreword.url, 2)
    expect(conversation(desk)).not_to_contain_text("Also my mails")
    expect(conversation(desk)).to_contain_text("split ticket 3 off")


def test_nothing_chosen_and_a_stranger_are_refused_and_nothing_typed_is_lost(
    app, foreword, desk: Page
):
    with app.app_context():
        opened(subject="Of somebody else", requester_email="lin@paper.example")
    show(desk, foreword.url, 1)
    desk.goto(f"{foreword.url}/portal/tickets/1/merge")
    desk.get_by_label("Another number").fill("3")
    desk.get_by_role("button", name="Merge").click()
    expect(desk.get_by_role("alert")).to_contain_text("different people")
    expect(desk.get_by_label("Another number")).to_have_value("3")
    desk.goto(f"{foreword.url}/portal/tickets/2/split")
    desk.get_by_label("What the new ticket is about").fill("Half a thought")
    desk.get_by_role("button", name="Split").click()
    expect(desk.get_by_text("Please choose at least one message of the customer.")).to_be_visible()
    expect(desk.get_by_label("What the new ticket is about")).to_have_value("Half a thought")


def test_a_stranger_who_asks_the_same_is_linked_by_keyboard(app, foreword, desk: Page):
    with app.app_context():
        opened(subject="Declined as well", requester_email="lin@paper.example", now=utc_now())
    show(desk, foreword.url, 3)
    desk.keyboard.press("L")
    dialog = desk.get_by_role("dialog", name="Link ticket 3")
    expect(dialog.get_by_role("searchbox")).to_be_focused()
    desk.keyboard.type("till")
    found = dialog.get_by_role("radio", name="Card declined")
    expect(found).to_be_checked()
    # How they belong together: the arrow keys choose, and only what asks the same is solved by it.
    solve = dialog.get_by_role("checkbox", name="Solve it as asked twice")
    expect(solve).to_be_hidden()
    desk.keyboard.press("Tab")
    desk.keyboard.press("ArrowDown")
    expect(dialog.get_by_role("radio", name="Asks the same as")).to_be_checked()
    solve.focus()
    desk.keyboard.press("Space")
    desk.keyboard.press("Enter")
    expect(conversation(desk)).to_contain_text("Asks the same as #1")
    expect(conversation(desk)).to_contain_text("Asked twice")
    about = desk.locator("#about-3")
    expect(about.get_by_role("link", name="Card declined")).to_be_visible()

    # The other one shows it from its side, and takes it away.
    show(desk, foreword.url, 1)
    expect(conversation(desk)).to_contain_text("Asked again in #3")
    desk.get_by_role("button", name="Take the link with ticket 3 away").press("Enter")
    expect(conversation(desk)).to_contain_text("took the link with ticket 3 away")
    expect(desk.locator("#about-1")).not_to_contain_text("Declined as well")
