"""Administrators set up sites and keys; everybody keeps synonyms."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import select

from app.clock import utc_now
from app.db import db
from app.events.models import EventRecord
from app.search.models import SynonymSet
from app.sites.models import IdentityKey, Site
from app.staff.models import Role
from tests.conftest import sign_in


@pytest.fixture
def admin(app, make_staff):
    client = app.test_client()
    sign_in(client, make_staff(role=Role.ADMINISTRATOR, name="Ingrid Solheim"))
    return client


def post(client, path: str, **data):
    page = client.get("/portal/profile").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)[1]
    return client.post(path, data=data | {"csrf_token": token})


def add_site(client, key: str = "shop", origins: str = "https://shop.example\n"):
    return post(client, "/portal/sites", name="Shop", key=key, allowed_origins=origins)


def site(app) -> Site:
    with app.app_context():
        return db.session.scalars(select(Site).where(Site.key == "shop")).one()


def keys(app) -> list[IdentityKey]:
    with app.app_context():
        return list(db.session.scalars(select(IdentityKey).order_by(IdentityKey.id)))


def kinds(app) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(select(EventRecord.kind).order_by(EventRecord.id)))


def test_a_new_site_gets_a_snippet(app, admin):
    response = add_site(admin)
    assert response.status_code == 303
    page = admin.get(response.location).text
    assert "http://localhost/widget/v1/loader.js" in page
    assert "data-site=&#34;shop&#34;" in page
    assert site(app).allowed_origins == ["https://shop.example"]
    assert kinds(app) == ["site:changed"]


@pytest.mark.parametrize(
    ("key", "origins", "message"),
    [
        ("No Spaces", "", "small letters, digits and hyphens"),
        ("shop", "", "Taken."),
        ("two", "http://shop.example", "is not an origin"),
        ("two", "https://*.example", "is not an origin"),
        ("two", "https://shop.example/path", "is not an origin"),
        ("two", "<b>x</b>", "is not an origin"),
    ],
)
def test_what_cannot_be_a_site_is_refused_with_what_was_typed(app, admin, key, origins, message):
    add_site(admin)
    response = add_site(admin, key, origins)
    assert response.status_code == 422
    assert message in response.text
    assert f'value="{key}"' in response.text
    assert "<b>x</b>" not in response.text
    with app.app_context():
        assert len(db.session.scalars(select(Site)).all()) == 1


SETTINGS = {
    "name": "Shop",
    "allowed_origins": "https://shop.example",
    "mode": "answer_first",
    "color": "#aa3311",
    "position": "start",
    "launcher_label": "Help",
    "theme": "dark",
    "locale": "de",
    "is_active": "y",
}


def test_settings_are_changed_together_and_recorded_by_name(app, admin):
    add_site(admin)
    path = f"/portal/sites/{site(app).id}"
    assert post(admin, path, **SETTINGS).status_code == 303
    after = site(app)
    assert (after.mode, after.color, after.position) == ("answer_first", "#aa3311", "start")
    assert (after.theme, after.locale, after.launcher_label) == ("dark", "de", "Help")
    with app.app_context():
        event = db.session.scalars(select(EventRecord).order_by(EventRecord.id.desc())).first()
    assert set(event.data["fields"].split(",")) == {
        "mode", "color", "position", "launcher_label", "theme", "locale",
    }  # fmt: skip


@pytest.mark.parametrize(
    "wrong",
    [{"mode": "x"}, {"theme": "x"}, {"color": "red"}, {"name": ""}, {"allowed_origins": "x"}],
)
def test_a_wrong_setting_changes_nothing(app, admin, wrong):
    add_site(admin)
    before = site(app)
    response = post(admin, f"/portal/sites/{before.id}", **(SETTINGS | wrong))
    assert response.status_code == 422
    assert (site(app).mode, site(app).name) == (before.mode, before.name)


def test_fields_that_are_not_on_the_form_are_not_changed(app, admin):
    add_site(admin)
    path = f"/portal/sites/{site(app).id}"
    post(admin, path, **SETTINGS, key="other", id="99", created_at="2020-01-01")
    assert site(app).key == "shop"


def test_a_shared_key_shows_its_secret_once_and_stores_it_sealed(app, admin):
    add_site(admin)
    path = f"/portal/sites/{site(app).id}"
    made = post(admin, f"{path}/keys")
    assert made.status_code == 201
    assert "no-store" in made.headers["Cache-Control"]
    secret = re.search(r'<code class="mono wrap-anywhere">([\w-]{43})</code>', made.text)[1]
    (key,) = keys(app)
    assert secret not in key.material
    assert secret not in admin.get(path).text
    assert key.kid in admin.get(path).text


def test_keys_are_rotated_retired_and_revoked(app, admin):
    add_site(admin)
    path = f"/portal/sites/{site(app).id}"
    post(admin, f"{path}/keys")
    pem = Ed25519PrivateKey.generate().public_key()
    text = pem.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
    assert post(admin, f"{path}/keys/public", pem=text).status_code == 303
    assert post(admin, f"{path}/keys").status_code == 409
    first, second = keys(app)
    post(admin, f"{path}/keys/{first.id}/retire")
    assert keys(app)[0].state == "verify_only"
    left = keys(app)[0].verify_until - utc_now()
    assert timedelta(hours=23) < left <= timedelta(hours=24)
    post(admin, f"{path}/keys/{second.id}/revoke")
    assert keys(app)[1].state == "revoked"


def test_a_key_of_another_site_is_out_of_reach(app, admin):
    add_site(admin)
    add_site(admin, "second")
    mine = f"/portal/sites/{site(app).id}"
    post(admin, f"{mine}/keys")
    (key,) = keys(app)
    assert post(admin, f"/portal/sites/{site(app).id + 1}/keys/{key.id}/revoke").status_code == 404
    assert keys(app)[0].state == "active"


def test_something_that_is_no_public_key_is_refused(app, admin):
    add_site(admin)
    response = post(admin, f"/portal/sites/{site(app).id}/keys/public", pem="not a key")
    assert response.status_code == 422
    assert "Paste an Ed25519 public key" in response.text


def test_everybody_keeps_synonyms(app, staff_client):
    response = post(staff_client, "/portal/synonyms", words="invoice, bill,  receipt ,invoice")
    assert response.status_code == 303
    with app.app_context():
        entry = db.session.scalars(select(SynonymSet)).one()
    assert entry.words == ["invoice", "bill", "receipt"]
    path = f"/portal/synonyms/{entry.id}"
    assert post(staff_client, path, **{f"set{entry.id}-words": "one"}).status_code == 422
    assert (
        post(staff_client, path, **{f"set{entry.id}-words": "refund, money back"}).status_code
        == 303
    )
    with app.app_context():
        assert db.session.scalars(select(SynonymSet)).one().words == ["refund", "money back"]
    assert post(staff_client, f"{path}/delete").status_code == 303
    assert post(staff_client, f"{path}/delete").status_code == 404
    with app.app_context():
        assert db.session.scalars(select(SynonymSet)).all() == []


def test_synonyms_are_shown_escaped(staff_client):
    post(staff_client, "/portal/synonyms", words='<script>x()</script>, "><img src=x>')
    page = staff_client.get("/portal/synonyms").text
    assert "<script>x()" not in page
    assert '"><img' not in page
