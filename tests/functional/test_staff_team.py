"""A team grows, changes and shrinks: invites, roles, closed accounts, passwords, sessions."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.clock import utc_now
from app.db import db, unit_of_work
from app.events.models import EventRecord
from app.staff.models import Invite, Role, Staff, StaffSession
from app.staff.services.passwords import hash_password, password_matches
from tests.conftest import sign_in

PASSWORD = "meadow lantern copper"
NEW_PASSWORD = "orchard velvet compass"


@pytest.fixture
def admin(make_staff) -> Staff:
    return make_staff(role=Role.ADMINISTRATOR, name="Ingrid Solheim")


@pytest.fixture
def admin_client(app, admin):
    client = app.test_client()
    sign_in(client, admin)
    return client


def post(client, path: str, page: str = "/portal/profile", **data):
    token = re.search(r'name="csrf_token" value="([^"]+)"', client.get(page).text)[1]
    return client.post(path, data=data | {"csrf_token": token})


def invite(admin_client, email: str, role: str = "support") -> str:
    response = post(admin_client, "/portal/team/invites", email=email, role=role)
    assert response.status_code == 201
    return re.search(r'data-copy="http://localhost(/portal/join/[^"]+)"', response.text)[1]


def member(app, email: str) -> Staff | None:
    with app.app_context():
        return db.session.scalar(select(Staff).where(Staff.email == email))


def test_an_invited_colleague_joins_with_the_role_and_signs_in(app, client, admin_client):
    link = invite(admin_client, "Luca@Team.Example", "docs")
    # The link is shown once and stored nowhere.
    assert link not in admin_client.get("/portal/team").text
    assert "luca@team.example" in client.get(link).text
    joined = post(client, link, page=link, name="Luca Ferrante", password=PASSWORD)
    assert joined.status_code == 303
    luca = member(app, "luca@team.example")
    assert (luca.role, luca.name) == ("docs", "Luca Ferrante")
    assert password_matches(luca.password_hash, PASSWORD)
    with app.app_context():
        kinds = db.session.scalars(select(EventRecord.kind).order_by(EventRecord.id)).all()
    assert kinds == ["staff:invited", "staff:created"]


def test_an_invite_works_once_for_72_hours_and_until_withdrawn(app, client, admin_client):
    used = invite(admin_client, "a@team.example")
    assert post(client, used, page=used, name="A", password=PASSWORD).status_code == 303
    assert client.get(used).status_code == 404

    old = invite(admin_client, "b@team.example")
    with app.app_context(), unit_of_work():
        row = db.session.scalars(select(Invite).where(Invite.email == "b@team.example")).one()
        assert timedelta(hours=71) < row.expires_at - utc_now() <= timedelta(hours=72)
        row.expires_at = utc_now() - timedelta(seconds=1)
    assert client.get(old).status_code == 404

    withdrawn = invite(admin_client, "c@team.example")
    with app.app_context():
        row = db.session.scalars(select(Invite).where(Invite.email == "c@team.example")).one()
    path = f"/portal/team/invites/{row.id}/withdraw"
    assert post(admin_client, path).status_code == 303
    assert client.get(withdrawn).status_code == 404
    assert client.get(withdrawn[:-1] + "x").status_code == 404

    first = invite(admin_client, "d@team.example")
    second = invite(admin_client, "d@team.example")
    assert client.get(first).status_code == 404
    assert client.get(second).status_code == 200


def test_somebody_with_an_account_is_not_invited_again(admin_client, make_staff):
    make_staff(name="Ada Lind")
    response = post(admin_client, "/portal/team/invites", email="ADA@team.example", role="support")
    assert response.status_code == 422
    assert "There is an account with this address already." in response.text


@pytest.mark.parametrize("weak", ["short", "password12345", "lucaferrante1", "111111111111"])
def test_a_weak_password_is_refused_and_the_invite_stays(app, client, admin_client, weak):
    link = invite(admin_client, "luca@team.example")
    response = post(client, link, page=link, name="Luca Ferrante", password=weak)
    assert response.status_code == 422
    assert 'value="Luca Ferrante"' in response.text
    assert weak not in response.text
    assert member(app, "luca@team.example") is None
    assert client.get(link).status_code == 200


def test_a_new_role_counts_from_the_next_request(app, admin_client, make_staff):
    ada = make_staff(name="Ada Lind")
    her = app.test_client()
    sign_in(her, ada)
    assert her.get("/portal/team").status_code == 403
    post(admin_client, f"/portal/team/{ada.id}/role", role="administrator")
    assert her.get("/portal/team").status_code == 200
    post(admin_client, f"/portal/team/{ada.id}/role", role="support")
    assert her.get("/portal/team").status_code == 403


def test_a_closed_account_is_out_at_once_and_can_be_opened_again(app, admin_client, make_staff):
    ada = make_staff(name="Ada Lind")
    noise = make_staff(name="Noise Person")
    her, theirs = app.test_client(), app.test_client()
    sign_in(her, ada)
    sign_in(theirs, noise)
    assert her.get("/portal/profile").status_code == 200
    post(admin_client, f"/portal/team/{ada.id}/disable")
    assert her.get("/portal/profile").status_code == 303
    assert theirs.get("/portal/profile").status_code == 200
    post(admin_client, f"/portal/team/{ada.id}/enable")
    # Opened again, but the old session stays ended.
    assert her.get("/portal/profile").status_code == 303
    assert member(app, "ada@team.example").is_active


def test_the_last_administrator_stays(app, admin_client, admin, make_staff):
    make_staff(name="Ada Lind")
    closed = make_staff(role=Role.ADMINISTRATOR, name="Former Admin")
    with app.app_context(), unit_of_work():
        db.session.get(Staff, closed.id).disabled_at = utc_now()
    assert post(admin_client, f"/portal/team/{admin.id}/role", role="support").status_code == 409
    assert post(admin_client, f"/portal/team/{admin.id}/disable").status_code == 409
    assert member(app, admin.email).role == "administrator"
    post(admin_client, f"/portal/team/{closed.id}/enable")
    assert post(admin_client, f"/portal/team/{admin.id}/role", role="support").status_code == 303
    assert admin_client.get("/portal/team").status_code == 403


def test_changes_of_people_are_recorded_with_old_and_new(app, admin_client, admin, make_staff):
    ada = make_staff(name="Ada Lind")
    post(admin_client, f"/portal/team/{ada.id}/role", role="docs")
    post(admin_client, f"/portal/team/{ada.id}/role", role="docs")
    post(admin_client, f"/portal/team/{ada.id}/disable")
    with app.app_context():
        rows = db.session.scalars(select(EventRecord).order_by(EventRecord.id)).all()
    assert [(row.kind, row.data, row.actor_id) for row in rows] == [
        ("staff:changed", {"field": "role", "old": "support", "new": "docs"}, admin.id),
        ("staff:changed", {"field": "state", "old": "active", "new": "disabled"}, admin.id),
    ]


@pytest.fixture
def ada(app, make_staff) -> Staff:
    staff = make_staff(name="Ada Lind")
    with app.app_context(), unit_of_work():
        db.session.get(Staff, staff.id).password_hash = hash_password(PASSWORD)
    return staff


def change_password(client, current: str, new: str, repeat: str):
    data = {"current": current, "password": new, "repeat": repeat}
    return post(client, "/portal/profile/password", **data)


def test_a_new_password_ends_the_other_sessions_and_keeps_this_one(app, ada, make_staff):
    noise = make_staff(name="Noise Person")
    here, elsewhere, colleague = app.test_client(), app.test_client(), app.test_client()
    sign_in(here, ada)
    sign_in(elsewhere, ada)
    sign_in(colleague, noise)
    assert change_password(here, PASSWORD, NEW_PASSWORD, NEW_PASSWORD).status_code == 303
    assert here.get("/portal/profile").status_code == 200
    assert elsewhere.get("/portal/profile").status_code == 303
    assert colleague.get("/portal/profile").status_code == 200
    assert password_matches(member(app, ada.email).password_hash, NEW_PASSWORD)


@pytest.mark.parametrize(
    ("current", "new", "repeat", "message"),
    [
        ("not her password", NEW_PASSWORD, NEW_PASSWORD, "This is not your current password."),
        (PASSWORD, NEW_PASSWORD, "another velvet compass", "The two new passwords differ."),
        (PASSWORD, "qwertyuiop123", "qwertyuiop123", "tried first"),
        (PASSWORD, "ada.lind.2026", "ada.lind.2026", "your name or address"),
    ],
)
def test_a_password_is_not_changed_unless_all_is_right(app, ada, current, new, repeat, message):
    client = app.test_client()
    sign_in(client, ada)
    response = change_password(client, current, new, repeat)
    assert response.status_code == 422
    assert message in response.text
    assert password_matches(member(app, ada.email).password_hash, PASSWORD)


def test_guessing_the_current_password_is_limited(app, ada):
    client = app.test_client()
    sign_in(client, ada)
    for _ in range(5):
        assert change_password(client, "wrong", NEW_PASSWORD, NEW_PASSWORD).status_code == 422
    assert change_password(client, PASSWORD, NEW_PASSWORD, NEW_PASSWORD).status_code == 429


def test_one_ends_ones_own_sessions_and_nobody_elses(app, ada, make_staff):
    noise = make_staff(name="Noise Person")
    here, elsewhere, colleague = app.test_client(), app.test_client(), app.test_client()
    for client, person in ((here, ada), (elsewhere, ada), (colleague, noise)):
        sign_in(client, person)
    with app.app_context():
        ids = dict(db.session.execute(select(StaffSession.id, StaffSession.staff_id)).all())
    hers = sorted(key for key, owner in ids.items() if owner == ada.id)
    theirs = next(key for key, owner in ids.items() if owner == noise.id)
    post(here, f"/portal/profile/sessions/{theirs}/end")
    assert colleague.get("/portal/profile").status_code == 200
    post(here, f"/portal/profile/sessions/{hers[1]}/end")
    assert elsewhere.get("/portal/profile").status_code == 303
    sign_in(elsewhere, ada)
    post(here, "/portal/profile/sessions/end-others")
    assert elsewhere.get("/portal/profile").status_code == 303
    assert here.get("/portal/profile").status_code == 200


def test_the_name_is_changed_and_shown_escaped(app, ada):
    client = app.test_client()
    sign_in(client, ada)
    post(client, "/portal/profile", name="<b onclick=x()>Ada</b>")
    page = client.get("/portal/profile").text
    assert "<b onclick" not in page
    assert "&lt;b onclick=x()&gt;Ada&lt;/b&gt;" in page
    assert post(client, "/portal/profile", name=" ").status_code == 422
