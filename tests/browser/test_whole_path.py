"""From the question to the answer: customer in the widget or at /help, staff in the portal."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey
from playwright.sync_api import expect

from app.clock import utc_now
from app.db import db
from app.sites.models import Site
from app.sites.tokens import audience
from app.tickets.models import Ticket
from tests.browser.staff import employ, sign_in
from tests.browser.test_widget_journeys import open_panel
from tests.factories.tickets import opened

pytestmark = pytest.mark.browser

QUESTION = "The bank says 05, but her card works everywhere else."
ANSWER = "Ask her bank to allow **Marlow**, then retry once."


def ask_after_trying(panel) -> None:
    """Search, read, say that it did not help, and write to us."""
    search = panel.get_by_role("searchbox")
    search.fill("card declined")
    search.press("Enter")
    panel.get_by_role("link", name="A client's card was declined").click()
    panel.get_by_role("button", name="No", exact=True).click()
    panel.get_by_label("Something is missing").check()
    panel.get_by_role("button", name="Tell the author").click()
    panel.get_by_role("button", name="Still stuck? Ask us").click()


def answer_in_portal(page, url: str, staff) -> None:
    """Find the ticket in the inbox, read what was tried, and answer."""
    sign_in(page, url, staff)
    page.locator("#ticket-list").get_by_role("link", name="card declined").click()
    side = page.get_by_role("complementary", name="About this ticket")
    expect(side.get_by_role("heading", name="Tried before asking")).to_be_visible()
    expect(side).to_contain_text("card declined")
    expect(side).to_contain_text("A client's card was declined")
    expect(side).to_contain_text("missing")
    expect(page.get_by_role("region", name="Messages")).to_contain_text(QUESTION)
    page.get_by_label("Message", exact=True).fill(ANSWER)
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("region", name="Messages")).to_contain_text("Ask her bank to allow")
    expect(page.get_by_label("Message", exact=True)).to_have_value("")


@pytest.mark.parametrize("profile", ["default", "partitioned"])
def test_a_visitor_gets_an_answer_from_somebody_who_saw_what_was_tried(
    app, host, foreword, new_context, profile
):
    staff = employ(app)
    customer = new_context(profile).new_page()
    customer.goto(f"{host.url}/calendar/week")
    panel = open_panel(customer)
    ask_after_trying(panel)
    panel.get_by_label("Your e-mail address").fill("noa@example.com")
    panel.get_by_label("What happened").fill(QUESTION)
    panel.get_by_role("button", name="Send").click()
    expect(panel.get_by_role("heading", name="We have it")).to_be_visible()

    answer_in_portal(new_context(profile).new_page(), foreword.url, staff)

    panel.get_by_role("button", name="See your request").click()
    expect(panel.get_by_text("Ask her bank to allow")).to_be_visible()
    expect(panel.locator("strong", has_text="Marlow")).to_be_visible()


def test_a_signed_in_customer_is_known_to_staff_and_reads_the_answer_elsewhere(
    app, host, foreword, new_context, widget_site
):
    staff = employ(app)
    token = signed(app, widget_site, sub="u-77", email="noa@kiln.example", name="Noa Fields")
    customer = new_context().new_page()
    identify = f"Foreword('identify', {{token: {json.dumps(token)}}});"
    host.scripts["/host.js"] += identify
    customer.goto(f"{host.url}/calendar/week")
    panel = open_panel(customer)
    ask_after_trying(panel)
    expect(panel.get_by_label("Your e-mail address")).to_have_count(0)
    panel.get_by_label("What happened").fill(QUESTION)
    panel.get_by_role("button", name="Send").click()
    expect(panel.get_by_role("heading", name="We have it")).to_be_visible()
    with app.app_context():
        ticket = db.session.scalars(db.select(Ticket)).one()
        assert ticket.requester_verified is True
        assert ticket.requester_email == "noa@kiln.example"
        assert ticket.customer_id is not None

    answer_in_portal(new_context().new_page(), foreword.url, staff)

    # Another device: nothing is stored there, the signed token alone says who it is.
    fresh = signed(app, widget_site, sub="u-77", email="noa@kiln.example", name="Noa Fields")
    host.scripts["/host.js"] = host.scripts["/host.js"].replace(token, fresh)
    elsewhere = new_context().new_page()
    elsewhere.goto(f"{host.url}/other")
    panel = open_panel(elsewhere)
    panel.get_by_role("button", name="Your requests").click()
    panel.get_by_role("link", name="card declined").click()
    expect(panel.get_by_text("Ask her bank to allow")).to_be_visible()


def signed(app, site, **claims) -> str:
    """Sign an identity the way a host's server does."""
    now = int(utc_now().timestamp())
    with app.app_context():
        row = db.session.get(Site, site.id)
        standard = {"iss": row.key, "aud": audience(row)}
    payload = standard | {
        "iat": now,
        "exp": now + 300,
        "jti": uuid4().hex,
        "email_verified": True,
    }
    header = {"alg": "HS256", "kid": site.kid}
    return jwt.encode(header, payload | claims, OctKey.import_key(site.secret))


def test_the_same_path_without_javascript(app, foreword, widget_site, new_context):
    """Search, read, say no and why, ask, read the answer at the request's address."""
    staff = employ(app)
    page = new_context(java_script_enabled=False).new_page()
    page.goto(f"{foreword.url}/help")
    search = page.locator("input[name=q]").first
    search.fill("card declined")
    search.press("Enter")
    page.get_by_role("link", name="A client's card was declined").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("A client's card was declined")
    page.get_by_role("button", name="No", exact=True).click()
    page.get_by_label("Something is missing").check()
    page.get_by_label("What would have helped?").fill("What code 05 means.")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("Thank you")).to_be_visible()

    page.goto(f"{foreword.url}/help/ask")
    page.get_by_label("What is it about?").or_(page.get_by_label("Subject")).first.fill(
        "card declined"
    )
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("link", name="A client's card was declined")).to_be_visible()
    page.locator("textarea").fill(QUESTION)
    page.locator("input[type=email]").fill("noa@example.com")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("We have your request")).to_be_visible()
    address = page.url
    assert "/help/requests/" in address

    answer_in_portal(new_context().new_page(), foreword.url, staff)

    elsewhere = new_context(java_script_enabled=False).new_page()
    elsewhere.goto(address)
    expect(elsewhere.get_by_text("Ask her bank to allow")).to_be_visible()


def test_staff_work_without_javascript_too(app, foreword, widget_site, new_context):
    """Every form of the inbox has an address of its own."""
    staff = employ(app)
    with app.app_context():
        number = opened(subject="Nothing moves").number
    page = new_context(java_script_enabled=False).new_page()
    sign_in(page, foreword.url, staff)
    page.get_by_role("link", name="Nothing moves").click()
    page.get_by_label("Message", exact=True).fill("We are looking.")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("region", name="Messages")).to_contain_text("We are looking.")
    assert page.url.split("?")[0].endswith(f"/portal/tickets/{number}")
