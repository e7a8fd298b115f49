"""Received mail on a phone and by keyboard."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.staff import employ, sign_in
from tests.factories.incoming import answer_address, composed, kept
from tests.factories.mail import run
from tests.factories.tickets import opened

pytestmark = pytest.mark.browser


def test_on_a_phone_a_mail_is_opened_decided_and_left_again(app, foreword, new_context):
    with app.app_context():
        ticket = opened()
        raw = composed(sender="tom@w.example", to=answer_address(ticket), subject="In her place")
        kept(raw)
        run()
    page = new_context(viewport={"width": 360, "height": 740}).new_page()
    sign_in(page, foreword.url, employ(app))
    page.goto(f"{foreword.url}/portal/mail/received")
    page.get_by_role("link", name="In her place").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("In her place")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("heading", level=2, name="Received mail")).to_be_hidden()
    page.get_by_role("button", name=f"Put it on ticket {ticket.number}").press("Enter")
    expect(page.locator("#received-1").get_by_text("Taken")).to_be_visible()
    page.get_by_role("link", name="Back to the list").click()
    expect(page.get_by_role("heading", level=1, name="Received mail")).to_be_visible()
