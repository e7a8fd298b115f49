"""Who is calling: nobody, a visitor, a customer the host vouches for."""

from __future__ import annotations

import pytest

from app.customers.models import Customer, PersonSession, Visitor
from app.db import db
from app.tickets.models import Ticket


def count(app, table):
    with app.app_context():
        return db.session.scalar(db.select(db.func.count()).select_from(table))


def test_nothing_is_kept_about_somebody_who_only_reads(panel, articles, app):
    for path in ("", "search?q=wrong+time", "suggestions?path=/calendar", "ask", "requests"):
        assert "Set-Cookie" not in panel.get(path).headers

    assert panel.cookie is None
    assert count(app, Visitor) == count(app, PersonSession) == 0


def test_first_write_sets_a_cookie_kept_apart_for_the_host(panel):
    header = panel.post("session").headers["Set-Cookie"]

    assert header.startswith("__Host-fw_person=")
    for part in ("Secure", "HttpOnly", "SameSite=None", "Partitioned", "Path=/"):
        assert part in header.split("; "), part
    assert "Domain" not in header


def test_session_by_header_where_the_cookie_was_refused(panel, other_panel):
    other_panel.bearer = panel.post("session").json["token"]

    assert other_panel.cookie is None
    assert other_panel.get("session").json["person"] == "visitor"


def test_signed_token_makes_a_customer_without_a_cookie(panel, site, app):
    answer = panel.sign_in(site.token())

    assert answer.json["name"] == "Mira Holt"
    assert "Set-Cookie" not in answer.headers
    assert panel.get("session").json == {"person": "customer", "unread": 0}
    with app.app_context():
        customer = db.session.scalars(db.select(Customer)).one()
    assert (customer.external_id, customer.email_verified) == ("u-7", True)


def test_token_is_exchanged_once(panel, other_panel, site):
    token = site.token()
    panel.sign_in(token)

    answer = other_panel.sign_in(token)

    assert answer.status_code == 409
    assert other_panel.get("session").json["person"] is None


@pytest.mark.parametrize("token", ["", "x.y.z", "a" * 5000, None, {"alg": "none"}], ids=str)
def test_refused_token_leaves_the_person_anonymous(panel, token, app):
    answer = panel.post("identity", {"token": token})

    assert answer.status_code == 401
    assert answer.json["error"]["code"] == "identity_refused"
    assert count(app, Customer) == 0


def test_too_many_refused_tokens_are_limited(panel):
    codes = [panel.post("identity", {"token": "x"}).status_code for _ in range(21)]

    assert codes[:20] == [401] * 20
    assert codes[20] == 429


def test_another_person_starts_anew(panel, site):
    panel.sign_in(site.token("u-7"))
    first = panel.bearer
    panel.ask()

    panel.sign_in(site.token("u-8"))

    assert "Nothing here yet" in panel.get("requests").text
    panel.bearer = first
    assert panel.get("session").json["person"] is None


def test_unsigned_claims_are_noted_and_identify_nobody(panel, other_panel, site, app):
    other_panel.sign_in(site.token("boss"))
    panel.post("session", {"claims": {"email": "boss@shop.example", "name": "Boss"}})
    panel.ask(email="noa@example.com")

    with app.app_context():
        ticket = db.session.scalars(db.select(Ticket)).one()
    assert ticket.customer_id is None
    assert ticket.requester_email == "noa@example.com"
    assert ticket.context["claimed"] == {"name": "Boss", "email": "boss@shop.example"}


def test_requests_written_before_signing_in_are_offered_and_taken_over(panel, site, app):
    panel.start()
    panel.ask()
    offer = panel.sign_in(site.token()).json["offer"]
    assert offer["count"] == 1
    assert "Nothing here yet" in panel.get("requests").text

    assert panel.post("taking-over", {"claim": offer["claim"]}).status_code == 204
    assert "Wrong time" in panel.get("requests").text


def test_offer_is_for_one_customer_only(panel, other_panel, site):
    panel.start()
    panel.ask()
    claim = panel.sign_in(site.token("u-7")).json["offer"]["claim"]
    other_panel.sign_in(site.token("u-8"))

    assert other_panel.post("taking-over", {"claim": claim}).status_code == 422
    assert "Nothing here yet" in other_panel.get("requests").text


def test_leaving_ends_the_session_and_clears_the_browser(panel, app):
    panel.start()
    panel.ask()
    answer = panel.post("logout")

    assert answer.headers["Clear-Site-Data"] == '"storage"'
    assert panel.cookie is None
    assert count(app, PersonSession) == 0
    assert count(app, Ticket) == 1


def test_articles_for_customers_need_a_customer(panel, site, articles):
    slug = "articles/discount-codes-for-loyal-customers"
    assert panel.get(slug).status_code == 404
    assert "Discount" not in panel.get("search?q=discount+codes").text
    assert "Discount" not in panel.get("suggestions?path=/calendar/week").text

    panel.sign_in(site.token())

    assert panel.get(slug).status_code == 200
    assert "Discount" in panel.get("search?q=discount+codes").text
    assert "goodwill" not in panel.get("suggestions?path=/calendar/week").text
