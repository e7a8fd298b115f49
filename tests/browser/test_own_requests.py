"""Without a password: a link by mail, all requests, one of them, and not yet solved."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from app.clock import utc_now
from app.db import db
from app.limits.services import forget_memory
from app.staff.models import Staff
from app.tickets.models import Ticket
from app.tickets.services.replies import add_reply
from tests.factories.mail import mail_server, run
from tests.factories.tickets import opened, unit

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("script", [True, False], ids=["script", "no script"])
def test_a_mailed_link_to_everything_one_has_asked(
    app, settings, foreword, new_context, make_staff, script
):
    forget_memory()
    staff = make_staff(name="Adaeze Obi")
    with app.app_context():
        opened(subject="Somebody else's", requester_email="otto@studio.example", now=utc_now())
        opened(subject="Second question", now=utc_now())
        ticket = opened(subject="Invoices are empty", now=utc_now())
        with unit():
            found = db.session.get_one(Ticket, ticket.id)
            add_reply(
                found, author=db.session.get_one(Staff, staff.id), body="Install 2.4.",
                next_state="solved", resolution="answer", now=utc_now(),
            )  # fmt: skip
    page = new_context(java_script_enabled=script).new_page()
    with mail_server(settings) as server:
        page.goto(f"{foreword.url}/help")
        page.get_by_role("link", name="Your requests").first.click()
        page.get_by_label("Your e-mail address").fill("nora@studio.example")
        page.get_by_role("button", name="Mail me the link").click()
        expect(page.get_by_role("status")).to_contain_text("Please look into your mail")
        with app.app_context():
            run()
        [mail] = [mail for mail in server.taken if mail["Subject"] == "Your requests"]
    link = re.search(r"http\S+", mail.get_body(("plain",)).get_content()).group()
    page.goto(foreword.url + urlsplit(link).path)
    page.get_by_role("button", name="See my requests").click()
    expect(page.get_by_role("listitem")).to_have_count(2)
    expect(page.get_by_role("main")).not_to_contain_text("Somebody else")
    page.get_by_role("link", name="Invoices are empty").click()
    expect(page.get_by_role("main")).to_contain_text("Install 2.4.")
    page.get_by_text("Not yet").click()
    page.get_by_label("What is still missing?").fill("Still blank with 2.4")
    page.get_by_role("button", name="Send, and open it again").click()
    expect(page.get_by_role("main")).to_contain_text("Still blank with 2.4")
    expect(page.get_by_role("main")).to_contain_text("We are on it")
    page.get_by_role("link", name="All your requests").click()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_label("Your e-mail address")).to_be_visible()
    page.goto(foreword.url + urlsplit(link).path)
    expect(page.get_by_role("main")).to_contain_text("We could not find that")
