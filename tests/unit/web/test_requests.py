"""What every request gets: access, forgery protection, transactions, error shapes, headers."""

from __future__ import annotations

import gzip

import pytest
from flask import Blueprint, Response
from sqlalchemy import func, select

from app import create_app
from app.db import db
from app.errors import Conflict, Invalid, NotFound, SignInNeeded, TooMany
from app.staff.models import Role, Staff
from app.web.access import AccessRule, Forgery, public, public_with_token
from app.web.transactions import after_response_write


def person(email: str) -> Staff:
    return Staff(email=email, name="N", role=Role.SUPPORT, password_hash="!")


probe = Blueprint("probe", __name__)


@probe.post("/probe/write/<int:status>")
@public
def write(status: int) -> Response:
    db.session.add(person("kept@x.example"))
    return Response("done", status)


@probe.get("/probe/read-that-writes")
@public
def read_that_writes() -> str:
    db.session.add(person("sneaky@x.example"))
    db.session.flush()
    return "never"


@probe.get("/probe/records/<int:status>")
@public
def records(status: int) -> Response:
    after_response_write(lambda: db.session.add(person("later@x.example")))
    return Response("shown", status)


@probe.post("/probe/with-token")
@public_with_token
def with_token() -> str:
    return "done"


@probe.get("/probe/no-rule")
def no_rule() -> str:
    return "served"


@probe.get("/probe/raises/<name>")
@public
def raises(name: str) -> str:
    raise {
        "not-found": NotFound("No such thing."),
        "conflict": Conflict(),
        "invalid": Invalid(fields={"email": ["Not an address."]}),
        "too-many": TooMany(retry_after_seconds=17),
        "sign-in": SignInNeeded(),
        "bug": ValueError("secret detail"),
    }[name]


@probe.get("/probe/long")
@public
def long() -> str:
    return "word " * 1000


@pytest.fixture
def web(other_settings):
    app = create_app(other_settings())
    app.testing = True
    app.register_blueprint(probe)
    with app.app_context():
        db.create_all()
    yield app.test_client()
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def staff_count(client) -> int:
    with client.application.app_context():
        return db.session.scalar(select(func.count()).select_from(Staff)) or 0


def test_an_answer_below_400_commits(web):
    assert web.post("/probe/write/201").status_code == 201
    assert staff_count(web) == 1


@pytest.mark.parametrize("status", [400, 404, 409, 422, 500])
def test_any_other_answer_rolls_back(web, status):
    assert web.post(f"/probe/write/{status}").status_code == status
    assert staff_count(web) == 0


def test_a_get_cannot_write(web):
    assert web.get("/probe/read-that-writes").status_code == 500
    assert staff_count(web) == 0


def test_what_a_read_records_is_written_after_the_response(web):
    response = web.get("/probe/records/200", buffered=True)
    assert response.text == "shown"
    assert staff_count(web) == 1


def test_a_refused_read_records_nothing(web):
    web.get("/probe/records/404", buffered=True)
    assert staff_count(web) == 0


def test_a_route_without_a_rule_is_not_served(web):
    response = web.get("/probe/no-rule")
    assert response.status_code == 500
    assert "served" not in response.text


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
)
def test_unsafe_requests_from_elsewhere_are_refused(web, headers):
    assert web.post("/probe/write/200", headers=headers).status_code == 403
    assert staff_count(web) == 0


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://localhost"}, {}],
)
def test_unsafe_requests_from_our_own_pages_pass(web, headers):
    assert web.post("/probe/write/200", headers=headers).status_code == 200


def test_session_forms_need_their_token(web):
    assert web.post("/probe/with-token").status_code == 400


def test_two_rules_on_one_view_are_refused():
    with pytest.raises(RuntimeError):

        @public
        @AccessRule("other", lambda: None, Forgery.BEARER)
        def view() -> str:
            return ""


@pytest.mark.parametrize(
    ("name", "status"),
    [("not-found", 404), ("conflict", 409), ("invalid", 422), ("too-many", 429), ("bug", 500)],
)
def test_errors_come_as_page_fragment_or_json(web, name, status):
    page = web.get(f"/probe/raises/{name}")
    assert page.status_code == status
    assert "<html" in page.text
    fragment = web.get(f"/probe/raises/{name}", headers={"HX-Request": "true"})
    assert fragment.status_code == status
    assert "<html" not in fragment.text
    assert "HX-Request" in fragment.headers["Vary"]
    body = web.get(f"/probe/raises/{name}", headers={"Accept": "application/json"})
    assert body.status_code == status
    assert set(body.json["error"]) >= {"code", "message"}
    for answer in (page, fragment, body):
        assert "secret detail" not in answer.text


def test_invalid_input_names_its_fields_in_json(web):
    body = web.get("/probe/raises/invalid", headers={"Accept": "application/json"})
    assert body.json["error"]["fields"] == {"email": ["Not an address."]}


def test_a_limit_says_when_to_come_back(web):
    assert web.get("/probe/raises/too-many").headers["Retry-After"] == "17"


@pytest.mark.parametrize("path", ["/probe/long", "/nowhere", "/probe/raises/bug", "/static/x"])
def test_every_answer_carries_the_headers(web, path):
    headers = web.get(path).headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"]
    assert headers["X-Request-ID"]


def test_a_request_id_is_taken_over_only_if_it_is_harmless(web):
    good = "abcdef-12345"
    assert web.get("/nowhere", headers={"X-Request-ID": good}).headers["X-Request-ID"] == good
    assert web.get("/nowhere", headers={"X-Request-ID": "<script>"}).headers["X-Request-ID"] != (
        "<script>"
    )


def test_long_answers_are_compressed_for_those_who_accept_it(web):
    plain = web.get("/probe/long")
    assert "Content-Encoding" not in plain.headers
    zipped = web.get("/probe/long", headers={"Accept-Encoding": "gzip"})
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(zipped.data) == plain.data


@pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto"])
def test_forwarded_headers_are_not_believed_unless_configured(web, header):
    response = web.post(
        "/probe/write/200", headers={header: "evil.example", "Origin": "http://evil.example"}
    )
    assert response.status_code == 403
