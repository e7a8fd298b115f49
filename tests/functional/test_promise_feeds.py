"""Promises as a calendar programme reads them, parsed back by a library."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from icalendar import Calendar

from app.db import db
from app.events.actor import SYSTEM
from app.promises.models import PromiseFeed
from app.promises.services.changing import keep_promise, move_promise
from app.promises.services.passing import break_due_promises
from app.staff.models import Staff
from tests.factories.forms import post_form
from tests.factories.promises import promised
from tests.factories.tickets import NOW, kinds, later, opened, unit

pytestmark = pytest.mark.usefixtures("ctx")
DAY = 24 * 60


@pytest.fixture(autouse=True)
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def made(staff_client, scope="own") -> str:
    """Make a feed's address and return its path."""
    text = post_form(staff_client, f"/portal/day/calendar/{scope}", {"act": "open"}).text
    return re.search(r'value="[^"]*(/portal/feeds/promises/[^"]+\.ics)"', text)[1]


def events(client, path: str) -> dict[str, dict[str, str]]:
    answer = client.get(path)
    assert answer.status_code == 200
    assert answer.content_type == "text/calendar; charset=utf-8"
    return {
        str(event["SUMMARY"]): {
            "uid": str(event["UID"]), "status": str(event["STATUS"]),
            "sequence": int(event["SEQUENCE"]), "end": event["DTEND"].dt,
        }
        for event in Calendar.from_ical(answer.data).walk("VEVENT")
    }  # fmt: skip


@pytest.fixture
def promises(staff, make_staff):
    ida = make_staff(name="Ida Berg")
    ticket = opened(subject="Invoices of Nora", requester_name="Nora Quist")
    mine = promised(ticket, text="Send it", owner_id=staff.id, due_at=later(DAY))
    hers = promised(ticket, text="Ask the bank", owner_id=ida.id, due_at=later(2 * DAY))
    return mine, hers


def test_ones_own_and_the_teams_promises(client, staff_client, promises):
    own, team = made(staff_client), made(staff_client, "team")
    assert list(events(client, own)) == ["Send it (#1)"]
    assert list(events(client, team)) == ["Send it (#1)", "Ask the bank (#1)"]
    assert events(client, own)["Send it (#1)"]["end"] == later(DAY)
    said = client.get(team).text
    assert "Nora" not in said
    assert "Invoices" not in said


def test_a_promise_keeps_its_id_and_counts_its_changes(client, staff_client, promises, clock):
    path = made(staff_client)
    before = events(client, path)["Send it (#1)"]
    with unit():
        moved = db.session.merge(promises[0])
        move_promise(moved, due_at=later(3 * DAY), reason="Ill", actor=SYSTEM, now=later(5))
    after = events(client, path)["Send it (#1)"]
    assert (after["uid"], after["status"]) == (before["uid"], "CONFIRMED")
    assert after["sequence"] > before["sequence"]
    assert after["end"] == later(3 * DAY)
    clock.shift(timedelta(days=4))
    with unit():
        break_due_promises(now=later(4 * DAY))
    assert list(events(client, path)) == ["Broken: Send it (#1)"]
    with unit():
        keep_promise(db.session.merge(promises[0]), actor=SYSTEM, now=later(4 * DAY + 5))
    assert events(client, path)["Send it (#1)"]["status"] == "CANCELLED"
    clock.shift(timedelta(days=40))
    assert events(client, path) == {}


def test_an_unchanged_calendar_is_not_sent_again(client, staff_client, promises):
    path = made(staff_client)
    first = client.get(path)
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_an_address_is_shown_once_stored_as_a_hash_and_can_be_revoked(
    client, staff_client, promises
):
    path = made(staff_client)
    token = path.rpartition("/")[2].removesuffix(".ics")
    assert token not in staff_client.get("/portal/day/calendar").text
    db.session.rollback()
    assert token not in db.session.scalars(db.select(PromiseFeed.token_hash)).one()
    newer = made(staff_client)
    assert (client.get(path).status_code, client.get(newer).status_code) == (404, 200)
    post_form(staff_client, "/portal/day/calendar/own", {"act": "revoke"})
    assert client.get(newer).status_code == 404
    assert kinds()[-1] == "staff:promise_feed_changed"
    assert post_form(staff_client, "/portal/day/calendar/other").status_code == 404


def test_a_closed_account_ends_its_addresses(client, staff_client, staff, promises):
    path = made(staff_client)
    with unit():
        db.session.get(Staff, staff.id).disabled_at = NOW
    assert client.get(path).status_code == 404
