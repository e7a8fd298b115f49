"""Two members of staff on one ticket: whatever they do at once, neither loses anything."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from app.db import db
from app.tickets.models import Message
from tests.browser.staff import employ, sign_in
from tests.factories.tickets import opened

pytestmark = pytest.mark.browser


@pytest.fixture
def desks(app, foreword, widget_site, new_context) -> tuple[Page, Page]:
    """The same ticket before Ida and before Noor, each in a browser of their own."""
    with app.app_context():
        opened(subject="Wrong sum")
    pages = []
    for name in ("Ida Berg", "Noor Haddad"):
        page = new_context().new_page()
        sign_in(page, foreword.url, employ(app, name=name))
        page.goto(f"{foreword.url}/portal/tickets/1")
        page.locator("form.composer[data-htmx-powered]").wait_for()
        pages.append(page)
    return pages[0], pages[1]


def box(page: Page):
    return page.get_by_label("Message", exact=True)


def conversation(page: Page):
    return page.get_by_role("log", name="Conversation")


def sent(app) -> list[str]:
    with app.app_context():
        rows = db.session.scalars(
            db.select(Message.body).where(Message.staff_id.is_not(None)).order_by(Message.id)
        )
        return list(rows)


def test_both_answer_at_once_and_the_second_decides_with_both_texts_before_them(app, desks):
    ida, noor = desks
    box(ida).fill("The sum is right: tax is included.")
    box(noor).fill("You are right, I refund the difference.")
    expect(noor.locator("[data-draft-status]")).to_contain_text("Draft saved")
    # Noor's page does not learn of it before she sends.
    noor.route("**/thread?**", lambda route: route.abort())
    box(ida).press("Control+Enter")
    expect(conversation(ida)).to_contain_text("tax is included")
    box(noor).press("Control+Enter")
    alert = noor.get_by_role("alert")
    expect(alert).to_contain_text("Ida Berg wrote:")
    expect(alert).to_contain_text("tax is included")
    expect(box(noor)).to_have_value("You are right, I refund the difference.")
    assert sent(app) == ["The sum is right: tax is included."]
    # She changes her mind, and sends it knowing.
    box(noor).fill("I was too fast: Ida is right.")
    box(noor).press("Control+Enter")
    expect(box(noor)).to_have_value("")
    assert sent(app) == ["The sum is right: tax is included.", "I was too fast: Ida is right."]


def test_each_sees_that_the_other_is_there_and_writes(desks):
    ida, noor = desks
    here = noor.get_by_role("list", name="Also here")
    expect(here).to_contain_text("Ida Berg looks at it")
    box(ida).fill("I am on it")
    expect(here).to_contain_text("Ida Berg writes an answer")
    expect(ida.get_by_role("list", name="Also here")).to_contain_text("Noor Haddad looks at it")


def test_a_draft_survives_what_the_other_does_to_the_ticket(app, desks):
    ida, noor = desks
    box(noor).fill("Half an answer")
    expect(noor.locator("[data-draft-status]")).to_contain_text("Draft saved")
    ida.keyboard.press("a")
    expect(ida.get_by_role("button", name="Take")).to_have_count(0)
    ida.keyboard.press("n")
    ida.keyboard.type("I have asked the bank")
    ida.keyboard.press("Control+Enter")
    expect(conversation(ida)).to_contain_text("I have asked the bank")
    # It reaches the other while she writes, and leaves her text and the place in it alone.
    expect(conversation(noor)).to_contain_text("I have asked the bank", timeout=30_000)
    expect(conversation(noor)).to_contain_text("Ida Berg took it")
    expect(box(noor)).to_be_focused()
    noor.keyboard.type(", and the rest")
    expect(box(noor)).to_have_value("Half an answer, and the rest")


def test_the_second_change_of_a_property_is_refused_and_says_what_the_first_was(app, desks):
    ida, noor = desks
    noor.route("**/thread?**", lambda route: route.abort())
    ida.get_by_label("Priority", exact=True).last.select_option("urgent")
    expect(conversation(ida)).to_contain_text("Ida Berg: priority Urgent")
    noor.get_by_label("Priority", exact=True).last.select_option("low")
    expect(noor.get_by_role("alert")).to_contain_text("Ida Berg")
    expect(noor.get_by_label("Priority", exact=True).last).to_have_value("urgent")
    with app.app_context():
        assert db.session.scalar(db.text("select priority from tickets")) == "urgent"
