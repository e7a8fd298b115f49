"""POST /help/events: what the help centre's script reports."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import select

from app.db import db
from app.deflection import routes
from app.deflection.models import HelpEvent, HelpSession
from app.limits.services import forget_memory
from tests.conftest import sign_in
from tests.factories.help_sessions import FIREFOX

BATCH = {
    "v": 1,
    "session": "a-browsers-session-1",
    "input": True,
    "locale": "de",
    "events": [
        {"id": "event-number-0001", "kind": "open", "t": 1},
        {
            "id": "event-number-0002",
            "kind": "search",
            "t": 900,
            "query": "Kalender leer",
            "n_results": 2,
            "settled": "idle",
        },
    ],
}


def post(client, body=BATCH, *, content_type="text/plain;charset=UTF-8", **headers):
    data = body if isinstance(body, str | bytes) else json.dumps(body)
    return client.post(
        "/help/events",
        data=data,
        content_type=content_type,
        headers={"User-Agent": FIREFOX, **headers},
    )


def stored(app):
    with app.app_context():
        session = db.session.scalar(select(HelpSession))
        kinds = db.session.scalars(select(HelpEvent.kind).order_by(HelpEvent.id)).all()
    return session, list(kinds)


@pytest.mark.parametrize("content_type", ["text/plain;charset=UTF-8", "application/json"])
def test_a_beacon_is_recorded_and_answered_with_nothing(app, client, content_type):
    response = post(client, content_type=content_type)
    assert (response.status_code, response.data) == (204, b"")
    session, kinds = stored(app)
    assert kinds == ["open", "search"]
    assert (session.surface, session.locale, session.excluded) == ("help", "de", "")


def test_sending_a_batch_again_changes_nothing(app, client):
    post(client)
    post(client)
    assert stored(app)[1] == ["open", "search"]


def test_staff_are_recorded_and_left_out(app, client, staff):
    sign_in(client, staff)
    post(client)
    assert stored(app)[0].excluded == "staff"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ("", 422),
        ("{", 422),
        ("[" * 50_000, 422),
        (b"\xff\xfe", 422),
        ({"v": 1}, 422),
        (BATCH | {"surprise": 1}, 422),
        ("x" * 200_000, 422),
    ],
)
def test_what_is_no_batch_is_refused_and_leaves_nothing(app, client, body, status):
    response = post(client, body, Accept="application/json")
    assert response.status_code == status
    assert response.get_json()["error"]["code"] == "invalid"
    assert stored(app) == (None, [])


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}]
)
def test_another_site_cannot_report(app, client, headers):
    assert post(client, **headers).status_code == 403
    assert stored(app) == (None, [])


def test_a_flood_from_one_address_is_slowed(client, monkeypatch):
    forget_memory()  # other tests came from the same address
    monkeypatch.setattr(routes, "MAX_BATCHES", 3)
    assert [post(client).status_code for _ in range(5)] == [204, 204, 204, 429, 429]
