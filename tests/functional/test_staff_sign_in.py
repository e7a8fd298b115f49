"""Staff sign in: nobody learns who has an account, nobody guesses for long, nobody is led away."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.clock import utc_now
from app.db import db, unit_of_work
from app.events.actor import SYSTEM
from app.events.models import EventRecord
from app.limits.models import Throttle
from app.staff.models import Role, Staff, StaffSession
from app.staff.services.accounts import disable_staff
from app.staff.services.passwords import hash_password
from tests.conftest import sign_in

PASSWORD = "meadow lantern copper"


@pytest.fixture
def ada(app, make_staff) -> Staff:
    staff = make_staff(name="Ada Lind")
    make_staff(name="Noise Person", email="noise@team.example")
    with app.app_context(), unit_of_work():
        db.session.get(Staff, staff.id).password_hash = hash_password(PASSWORD)
    return staff


def token_of(client, path: str) -> str:
    page = client.get(path).text
    return re.search(r'name="csrf_token" value="([^"]+)"', page)[1]


def try_sign_in(client, email: str, password: str, *, next_page: str = "", ip: str = "192.0.2.1"):
    data = {"email": email, "password": password, "next": next_page}
    data["csrf_token"] = token_of(client, "/portal/sign-in")
    return client.post("/portal/sign-in", data=data, environ_base={"REMOTE_ADDR": ip})


def count(app, table) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count()).select_from(table))


def test_the_right_password_opens_a_session_and_is_recorded(client, app, ada):
    response = try_sign_in(client, "ADA@team.example ", PASSWORD)
    assert response.status_code == 303
    assert response.location.endswith("/portal/")
    assert client.get("/portal/profile").status_code == 200
    with app.app_context():
        event = db.session.scalars(select(EventRecord)).one()
        assert (event.kind, event.subject_id, event.actor_id) == ("staff:signed_in", ada.id, ada.id)
        assert db.session.scalars(select(StaffSession)).one().staff_id == ada.id


def test_wrong_unknown_closed_and_unusable_look_the_same(client, app, ada, make_staff):
    make_staff(name="Without Password")
    closed = make_staff(name="Closed Account", email="closed@team.example")
    with app.app_context(), unit_of_work():
        row = db.session.get(Staff, closed.id)
        row.password_hash = hash_password(PASSWORD)
        disable_staff(row, actor=SYSTEM, now=utc_now())
    attempts = [
        ("ada@team.example", "wrong password here"),
        ("nobody@team.example", PASSWORD),
        ("closed@team.example", PASSWORD),
        ("without@team.example", "!"),
    ]
    bodies = set()
    for email, password in attempts:
        response = try_sign_in(client, email, password)
        assert response.status_code == 422
        body = response.text.replace(email, "")
        bodies.add(re.sub(r'name="csrf_token" value="[^"]+"', "", body))
    assert len(bodies) == 1
    assert count(app, StaffSession) == 0


def test_after_five_attempts_the_account_is_closed_to_that_address_only(client, app, ada):
    for _ in range(5):
        assert try_sign_in(client, "ada@team.example", "wrong password").status_code == 422
    refused = try_sign_in(client, "ada@team.example", PASSWORD)
    assert refused.status_code == 429
    assert 0 < int(refused.headers["Retry-After"]) <= 900
    assert "15 min" in refused.text
    # An attacker cannot keep her out from where she is, nor are colleagues slowed.
    assert try_sign_in(client, "noise@team.example", "x" * 12).status_code == 422
    assert try_sign_in(client, "ada@team.example", PASSWORD, ip="192.0.2.9").status_code == 303


@pytest.mark.parametrize(
    "header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "CF-Connecting-IP", "True-Client-IP"]
)
def test_a_caller_cannot_choose_the_address_that_is_counted(client, app, ada, header):
    token = token_of(client, "/portal/sign-in")
    data = {"email": "ada@team.example", "password": "wrong", "csrf_token": token}
    statuses = [
        client.post(
            "/portal/sign-in", data=data, headers={header: f"203.0.113.{number}"}
        ).status_code
        for number in range(6)
    ]
    assert statuses == [422] * 5 + [429]


def test_one_address_may_not_try_fifty_accounts(client, app, ada):
    for number in range(50):
        assert try_sign_in(client, f"n{number}@x.example", "wrong").status_code == 422
    assert try_sign_in(client, "new@x.example", "wrong").status_code == 429


def test_a_success_forgets_the_failures_before(client, app, ada):
    for _ in range(4):
        try_sign_in(client, "ada@team.example", "wrong password")
    assert try_sign_in(client, "ada@team.example", PASSWORD).status_code == 303
    client.get("/portal/profile")
    sign_out(client)
    for _ in range(4):
        assert try_sign_in(client, "ada@team.example", "wrong password").status_code == 422


def test_no_address_is_stored_in_the_clear(client, app, ada):
    try_sign_in(client, "ada@team.example", "wrong password", ip="198.51.100.77")
    with app.app_context():
        keys = "".join(db.session.scalars(select(Throttle.key)))
    assert keys
    assert "ada" not in keys
    assert "198" not in keys


def sign_out(client):
    return client.post("/portal/sign-out", data={"csrf_token": token_of(client, "/portal/profile")})


def test_signing_in_gives_a_new_session_and_signing_out_ends_it(client, app, ada):
    client.get("/portal/sign-in")
    before = client.get_cookie("foreword").value
    try_sign_in(client, "ada@team.example", PASSWORD)
    signed_in = client.get_cookie("foreword").value
    assert signed_in != before
    assert sign_out(client).status_code == 303
    client.set_cookie("foreword", signed_in)
    assert client.get("/portal/profile").status_code == 303
    assert count(app, StaffSession) == 0


def test_a_session_ends_by_itself(client, app, ada):
    sign_in(client, ada)
    with app.app_context(), unit_of_work():
        db.session.scalars(select(StaffSession)).one().expires_at = utc_now() - timedelta(seconds=1)
    response = client.get("/portal/team?a=1")
    assert response.status_code == 303
    assert response.location == "/portal/sign-in?next=/portal/team?a%3D1"


@pytest.mark.parametrize(
    ("target", "goes"),
    [
        ("/portal/profile", "/portal/profile"),
        ("/portal/team?a=1", "/portal/team?a=1"),
        ("", "/portal/"),
        ("//evil.example", "/portal/"),
        ("///evil.example", "/portal/"),
        ("/\\evil.example", "/portal/"),
        ("\\\\evil.example", "/portal/"),
        ("https://evil.example/portal/profile", "/portal/"),
        ("javascript:alert(1)", "/portal/"),
        ("/portal/profile\r\nX: y", "/portal/"),
        ("/\t/evil.example", "/portal/"),
        (" /portal/profile", "/portal/"),
        ("/nowhere", "/portal/"),
        ("portal/profile", "/portal/"),
        ("/portal/sign-out", "/portal/"),
        ("/portal/profile#//evil", "/portal/profile"),
        ("/.//evil.example", "/portal/"),
        ("/%2fevil.example", "/portal/"),
        ("@evil.example", "/portal/"),
        ("http:/portal/profile", "/portal/"),
    ],
)
def test_next_leads_only_to_own_pages(client, ada, target, goes):
    response = try_sign_in(client, "ada@team.example", PASSWORD, next_page=target)
    assert response.status_code == 303
    assert response.location == goes


def test_a_form_without_token_or_from_elsewhere_signs_nobody_in(client, app, ada):
    data = {"email": "ada@team.example", "password": PASSWORD}
    assert client.post("/portal/sign-in", data=data).status_code == 400
    data["csrf_token"] = token_of(client, "/portal/sign-in")
    headers = {"Sec-Fetch-Site": "cross-site"}
    assert client.post("/portal/sign-in", data=data, headers=headers).status_code == 403
    assert count(app, StaffSession) == 0


def test_roles_without_the_right_do_not_reach_the_team_page(client, make_staff):
    for role in Role:
        person = make_staff(role=role, name=f"{role.value} person", email=f"{role}@x.example")
        sign_in(client, person)
        allowed = role is Role.ADMINISTRATOR
        assert (client.get("/portal/team").status_code == 200) is allowed
        assert (client.get("/portal/sites").status_code == 200) is allowed
        assert client.get("/portal/synonyms").status_code == 200
