"""Who else has a ticket before them: seen by the others, gone soon after leaving, kept nowhere."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from app.db import db
from app.tickets.composing import Presence
from app.tickets.queries.presence import AWAY_AFTER, present_at
from app.tickets.services.drafts import Writing, save_draft
from app.tickets.services.presence import note_presence
from tests.factories.tickets import NOW, opened, unit

pytestmark = pytest.mark.usefixtures("ctx")
HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def ida(make_staff):
    return make_staff(name="Ida Berg")


def here(ida, ticket, now=NOW):
    with unit():
        note_presence(ticket.id, staff_id=ida.id, now=now)


def ask(client, seen=""):
    return client.get(f"/portal/tickets/1/presence?here={seen}", headers=HTMX)


def test_whoever_looks_is_seen_by_the_others_and_not_by_themselves(staff_client, staff, ida):
    here(ida, opened())
    here(ida, opened(subject="Another"))
    text = ask(staff_client).text
    assert "Ida Berg looks at it" in text
    assert staff.name not in text
    db.session.rollback()
    assert {each.staff_id for each in present_at(1, now=NOW)} == {staff.id, ida.id}


def test_an_answer_says_nothing_while_nothing_changes(staff_client, ida):
    here(ida, opened())
    assert ask(staff_client, seen=f"{ida.id}").status_code == 204
    assert ask(staff_client, seen="nobody").status_code == 200


@pytest.mark.parametrize(
    ("kind", "said"), [("message", "writes an answer"), ("note", "writes a note")]
)
def test_whoever_saves_a_draft_writes_until_they_stop(staff_client, ida, clock, kind, said):
    ticket = opened()
    here(ida, ticket)
    texts = {"answer": "Hi", "note": ""} if kind == "message" else {"answer": "", "note": "Hi"}
    writing = Writing(kind=kind, fields={}, version=0, writer="w", seq=1, **texts)
    with unit():
        save_draft(ticket.id, staff_id=ida.id, writing=writing, now=NOW)
    assert f"Ida Berg {said}" in ask(staff_client).text
    clock.shift(timedelta(seconds=21))
    here(ida, ticket, now=NOW + timedelta(seconds=21))
    assert "Ida Berg looks at it" in ask(staff_client).text


def test_whoever_left_is_gone_and_forgotten(staff_client, ida, clock):
    ticket = opened()
    here(ida, ticket)
    clock.shift(AWAY_AFTER + timedelta(seconds=1))
    assert "Ida" not in ask(staff_client).text
    clock.shift(timedelta(minutes=2))
    assert ask(staff_client).status_code == 200
    db.session.rollback()
    rows = db.session.scalars(db.select(Presence.staff_id)).all()
    assert ida.id not in rows
