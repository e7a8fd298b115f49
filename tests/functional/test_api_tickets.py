"""The JSON API: tickets once per key, strict bodies, tokens and scopes, search."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select, update

from app.clock import utc_now
from app.customers.models import Customer
from app.db import db
from app.events.actor import SYSTEM
from app.notifications.models import OutgoingMail
from app.staff.models import ApiToken
from app.staff.services.tokens import create_api_token
from app.tickets.models import Message, Ticket
from tests.factories.tickets import kinds, unit

pytestmark = pytest.mark.usefixtures("ctx")

BODY = {"subject": "Card declined", "body": "It says no.", "email": "Nora@Studio.example"}


def token(*scopes, name="crm"):
    with unit():
        return create_api_token(
            name=name, scopes=scopes or ("tickets:write",), actor=SYSTEM, now=utc_now()
        )


@pytest.fixture
def post(client):
    """Return a poster of tickets with a fresh token."""
    secret = token()

    def send(body=BODY, *, key="k-1", headers=None, **kwargs):
        given = {"Authorization": f"Bearer {secret}", "Idempotency-Key": key} | (headers or {})
        if not isinstance(body, (str, bytes)):
            body = json.dumps(body)
        return client.post(
            "/api/v1/tickets",
            data=body,
            headers={name: value for name, value in given.items() if value is not None},
            content_type=kwargs.pop("content_type", "application/json"),
            **kwargs,
        )

    return send


def tickets():
    db.session.rollback()
    return list(db.session.scalars(select(Ticket).order_by(Ticket.number)))


def test_a_ticket_is_opened_for_a_vouched_customer(post):
    response = post(BODY | {"name": "Nora Quist", "priority": "high"})
    assert response.status_code == 201
    assert response.json == {
        "number": 1,
        "status": "new",
        "url": "http://localhost/portal/tickets/1",
    }
    (ticket,) = tickets()
    assert (ticket.channel, ticket.priority, ticket.requester_verified) == ("api", "high", True)
    assert (ticket.requester_name, ticket.requester_email) == ("Nora Quist", "nora@studio.example")
    assert db.session.scalar(select(Customer.id)) == ticket.customer_id
    message = db.session.scalar(select(Message))
    assert (message.author_kind, message.author_name) == ("api", "Nora Quist")
    events = ["customer:identified", "ticket:opened", "ticket:message_added"]
    assert kinds() == ["api_token:changed", *events]
    assert db.session.scalar(select(OutgoingMail.to_address)) == "nora@studio.example"


def test_the_same_request_again_gets_the_same_answer(post):
    first, second = post(), post()
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.data == second.data
    assert len(tickets()) == 1


def test_the_quoted_form_of_a_key_is_the_same_key(post):
    post(key="k-1")
    post(key='"k-1"')
    assert len(tickets()) == 1


def test_another_request_under_the_key_is_refused(post):
    post()
    response = post(BODY | {"subject": "Something else"})
    assert response.status_code == 422
    assert response.json["error"]["code"] == "idempotency_key_reused"
    assert len(tickets()) == 1


def test_one_customer_has_one_record(post):
    post(key="a")
    post(BODY | {"email": "nora@studio.EXAMPLE"}, key="b")
    one, two = tickets()
    assert one.customer_id == two.customer_id


def test_a_person_who_only_claims_an_address_is_not_taken_for_its_owner(post):
    with unit():
        db.session.add(Customer(site_id=None, external_id="u1", email="nora@studio.example"))
    post()
    (ticket,) = tickets()
    assert db.session.get(Customer, ticket.customer_id).external_id is None


@pytest.mark.parametrize("key", [None, "", " ", "x" * 256, "with space", "ümlaut", '""'])
def test_a_key_is_needed(post, key):
    response = post(key=key)
    assert response.status_code == 400
    assert response.json["error"]["code"] == "idempotency_key_missing"
    assert tickets() == []


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"subject": None}, "subject"),
        ({"subject": "  "}, "subject"),
        ({"subject": "x" * 201}, "subject"),
        ({"subject": 7}, "subject"),
        ({"subject": True}, "subject"),
        ({"subject": ["a"]}, "subject"),
        ({"subject": "\ud800"}, "subject"),
        ({"body": ""}, "body"),
        ({"body": "x" * 50_001}, "body"),
        ({"body": {"a": 1}}, "body"),
        ({"email": "nobody"}, "email"),
        ({"email": "a@b.example\r\nBcc: c@d.example"}, "email"),
        ({"email": None}, "email"),
        ({"name": "n" * 121}, "name"),
        ({"name": False}, "name"),
        ({"priority": "asap"}, "priority"),
        ({"priority": 1}, "priority"),
        ({"state": "solved"}, "state"),
        ({"number": "7"}, "number"),
        ({"requester_verified": True}, "requester_verified"),
        ({"assignee_id": 1}, "assignee_id"),
        ({"customer_id": 1}, "customer_id"),
    ],
)
def test_what_is_not_declared_is_named_and_refused(post, change, field):
    response = post(BODY | change)
    assert response.status_code == 422
    assert list(response.json["error"]["fields"]) == [field]
    assert tickets() == []


@pytest.mark.parametrize(
    ("body", "content_type", "status", "code"),
    [
        ("{", "application/json", 400, "bad_json"),
        ("", "application/json", 400, "bad_json"),
        ("[]", "application/json", 400, "bad_json"),
        ('"text"', "application/json", 400, "bad_json"),
        ("null", "application/json", 400, "bad_json"),
        (b"\xff\xfe{}", "application/json", 400, "bad_json"),
        ("[" * 100_000, "application/json", 400, "bad_json"),
        ('{"subject":' + "9" * 5_000 + "}", "application/json", 400, "bad_json"),
        (json.dumps(BODY), "text/plain", 415, "unsupported_media_type"),
        ("subject=x", "application/x-www-form-urlencoded", 415, "unsupported_media_type"),
    ],
)
def test_a_body_that_is_no_json_object_is_refused(post, body, content_type, status, code):
    response = post(body, content_type=content_type)
    assert (response.status_code, response.json["error"]["code"]) == (status, code)
    assert tickets() == []


@pytest.mark.parametrize(
    "header", [None, "Bearer nonsense", "Bearer ", "Basic dTpw", "bearer", "Token x"]
)
def test_without_a_valid_token_nothing_is_done(post, header):
    response = post(headers={"Authorization": header})
    assert response.status_code == 401
    assert response.json["error"]["code"] == "sign_in_needed"
    assert tickets() == []


def test_a_revoked_token_is_refused_at_once(post):
    assert post().status_code == 201
    with unit():
        db.session.execute(update(ApiToken).values(revoked_at=utc_now()))
    assert post(key="k-2").status_code == 401


def test_a_token_without_the_scope_is_refused(post):
    weak = token("search:customers", name="site")
    response = post(headers={"Authorization": f"Bearer {weak}"})
    assert (response.status_code, response.json["error"]["code"]) == (403, "forbidden")


def test_a_signed_in_browser_is_no_token(staff_client):
    response = staff_client.post("/api/v1/tickets", json=BODY, headers={"Idempotency-Key": "a"})
    assert response.status_code == 401


def test_the_last_use_is_noted_once_a_minute(post):
    post()
    db.session.rollback()
    first = db.session.scalar(select(ApiToken.last_used_at))
    assert first is not None
    post(key="k-2")
    db.session.rollback()
    assert db.session.scalar(select(ApiToken.last_used_at)) == first


def test_search_answers_in_the_promised_shape_for_any_page(client):
    response = client.get("/api/v1/search?q=invoice")
    assert response.status_code == 200
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "Access-Control-Allow-Credentials" not in response.headers
    assert set(response.json) == {"query", "took_ms", "total", "results", "did_you_mean"}
    assert response.json["query"] == "invoice"


@pytest.mark.parametrize("limit", ["0", "51", "-1", "x", "", "1e2", "٣", "9" * 5000])
def test_a_limit_out_of_range_is_refused(client, limit):
    response = client.get(f"/api/v1/search?q=a&limit={limit}")
    assert response.status_code == 422
    assert list(response.json["error"]["fields"]) == ["limit"]


def test_a_wrong_token_is_not_taken_for_no_token(client):
    response = client.get("/api/v1/search?q=a", headers={"Authorization": "Bearer nonsense"})
    assert response.status_code == 401
