"""Changing several tickets through the pages, with and without JavaScript."""

from __future__ import annotations

import json
import re

import pytest
from sqlalchemy import select

from app.db import db
from app.events.actor import staff_actor
from app.tickets.models import Ticket
from app.tickets.queries.tags import tags_of
from app.tickets.services.properties import change_priority
from tests.factories.forms import post_form
from tests.factories.tickets import later, opened, unit

pytestmark = pytest.mark.usefixtures("ctx")

HTMX = {"HX-Request": "true"}


@pytest.fixture(autouse=True)
def tickets(ctx):
    for count in range(1, 5):
        opened(subject=f"Question {count}")


def now_of(number):
    db.session.rollback()
    return db.session.scalar(
        select(Ticket).where(Ticket.number == number).execution_options(populate_existing=True)
    )


def picks(page):
    return re.findall(r'name="ticket" value="(\d+:\d+)"', page)


def test_the_list_offers_its_rows_to_one_form(staff_client):
    page = staff_client.get("/portal/inbox?priority=normal").text
    assert picks(page) == ["4:1", "3:1", "2:1", "1:1"]
    assert page.count('form="bulk"') == 4
    assert 'form="selection" name="priority" value="normal"' in page


def test_several_are_assigned_and_given_back_without_javascript(staff_client, staff):
    asked = post_form(
        staff_client,
        "/portal/inbox/change/ask?priority=normal",
        {"act": "assign", "ticket": ["1:1", "2:1"]},
    )
    assert asked.status_code == 200
    assert "Assign 2 tickets" in asked.text
    assert f'selected value="{staff.id}">Ada Lind' in asked.text
    done = post_form(
        staff_client,
        "/portal/inbox/change?priority=normal",
        {"act": "assign", "ticket": picks(asked.text), "assignee": str(staff.id)},
    )
    assert done.location == "/portal/inbox/change/1?priority=normal"
    page = staff_client.get(done.location).text
    assert "2 tickets: assigned to Ada Lind" in page
    assert [now_of(number).assignee_id for number in (1, 2, 3)] == [staff.id, staff.id, None]
    back = post_form(staff_client, "/portal/inbox/change/1/undo?priority=normal")
    assert back.location == "/portal/inbox?priority=normal"
    assert "2 tickets are as they were." in staff_client.get(back.location).text
    assert "This was taken back." in staff_client.get(done.location).text
    assert [now_of(number).assignee_id for number in (1, 2, 3)] == [None] * 3


def test_solving_asks_how_and_the_message_offers_the_way_back(staff_client, staff):
    asked = post_form(
        staff_client, "/portal/inbox/change/ask", {"act": "solve", "ticket": "3:1"}, headers=HTMX
    )
    assert 'id="bulk-dialog"' in asked.text
    refused = post_form(
        staff_client, "/portal/inbox/change", {"act": "solve", "ticket": "3:1"}, headers=HTMX
    )
    assert (refused.status_code, now_of(3).state) == (422, "new")
    assert "Please say how it was resolved." in refused.text
    with unit():
        change_priority(now_of(4), priority="high", actor=staff_actor(staff.id), now=later(1))
    done = post_form(
        staff_client,
        "/portal/inbox/change",
        {"act": "solve", "ticket": ["3:1", "4:1"], "resolution": "answer", "selected": "3"},
        headers=HTMX,
    )
    assert done.status_code == 200
    assert done.headers["HX-Reswap"] == "delete"
    assert "ticket-changed" in done.headers["HX-Trigger"]
    assert "1 ticket: solved (answered)" in done.text
    assert "Changed in the meantime by Ada Lind." in done.text
    assert 'data-hotkey="z"' in done.text
    assert 'hx-target="#head-3"' in done.text, "the open ticket is drawn anew"
    assert [now_of(number).state for number in (3, 4)] == ["solved", "new"]
    back = post_form(staff_client, "/portal/inbox/change/1/undo", headers=HTMX)
    assert "1 ticket is as it was." in back.text
    assert now_of(3).state == "new"
    again = post_form(staff_client, "/portal/inbox/change/1/undo", headers=HTMX)
    assert "This is undone already." in again.text


def test_tags_go_on_and_off_several(staff_client):
    post = {"act": "tag", "ticket": ["1:1", "2:1"], "add": "Refund, vip"}
    post_form(staff_client, "/portal/inbox/change", post)
    assert tags_of(now_of(1).id) == ["refund", "vip"]
    asked = post_form(
        staff_client, "/portal/inbox/change/ask", {"act": "tag", "ticket": ["2:1", "3:1"]}
    )
    assert re.findall(r'name="remove" value="(\w+)"', asked.text) == ["refund", "vip"]
    post = {"act": "tag", "ticket": ["2:1", "3:1"], "remove": "vip"}
    post_form(staff_client, "/portal/inbox/change", post)
    assert [tags_of(now_of(number).id) for number in (1, 2, 3)] == [
        ["refund", "vip"],
        ["refund"],
        [],
    ]
    empty = post_form(staff_client, "/portal/inbox/change", {"act": "tag", "ticket": "1:1"})
    assert empty.status_code == 422
    assert "Which tag?" in empty.text


@pytest.mark.parametrize(
    "act",
    [
        "assign",
        "team",
        "priority",
        "category",
        "state",
        "hold",
        "snooze",
        "aside",
        "watch",
        "unwatch",
        "wake",
    ],
)
def test_every_act_asks_for_one_ticket_too_and_says_what_it_did(staff_client, act):
    asked = staff_client.get(f"/portal/inbox/change?act={act}&ticket=1:1")
    assert asked.status_code == 200
    assert picks(asked.text) == ["1:1"]
    value = {"look_at": "2099-01-01", "reason": "The bank"} if act == "hold" else {}
    value |= {"priority": "urgent"} if act == "priority" else {}
    value |= {"state": "open"} if act == "state" else {}
    value |= {"snooze": "week"} if act == "snooze" else {}
    value |= {"disposition": "spam"} if act == "aside" else {}
    done = post_form(staff_client, "/portal/inbox/change", {"act": act, "ticket": "1:1"} | value)
    if act == "hold":
        assert "Please choose a day within a year." in done.text
    else:
        assert done.status_code == 303
        told = staff_client.get(done.location).text
        was_so = act in ("assign", "team", "category", "unwatch", "wake")
        assert ("1 was so already." if was_so else '<h1 class="page-head__title">1 ticket') in told


def test_all_of_the_filter_says_how_many(staff_client, monkeypatch):
    fragment = staff_client.get("/portal/inbox/selection?q=question", headers=HTMX).text
    assert sorted(picks(fragment)) == ["1:1", "2:1", "3:1", "4:1"]
    assert "All 4 chosen" in fragment
    assert "All 4 tickets of this filter" in staff_client.get("/portal/inbox/selection").text
    monkeypatch.setattr("app.tickets.routes.bulk.MOST_AT_ONCE", 3)
    assert (
        "The first 3 of 4 chosen" in staff_client.get("/portal/inbox/selection", headers=HTMX).text
    )


@pytest.mark.parametrize(
    "sent",
    [
        {"act": "explode", "ticket": "1:1"},
        {"act": "watch", "ticket": "x:y"},
        {"act": "watch", "ticket": "1"},
        {"act": "watch"},
        {},
    ],
)
def test_what_makes_no_sense_goes_back_to_the_list(staff_client, sent):
    for path in ("/portal/inbox/change", "/portal/inbox/change/ask"):
        answer = post_form(staff_client, path, sent)
        assert (answer.status_code, answer.location) in [(303, "/portal/inbox"), (422, None)]


def test_nobody_undoes_what_a_colleague_did(staff_client, make_staff, app):
    post_form(staff_client, "/portal/inbox/change", {"act": "watch", "ticket": "1:1"})
    from tests.conftest import sign_in

    other = app.test_client()
    sign_in(other, make_staff(name="Ben Ode"))
    assert other.get("/portal/inbox/change/1").status_code == 404
    assert post_form(other, "/portal/inbox/change/1/undo").status_code == 404


@pytest.mark.parametrize("choice", ["next", "list"])
def test_what_opens_once_a_ticket_is_dealt_with_is_up_to_the_person(staff_client, choice):
    saved = post_form(
        staff_client, "/portal/profile", {"name": "Ada Lind", "after_solving": choice}
    )
    assert saved.status_code == 303
    assert f'<option selected value="{choice}">' in staff_client.get("/portal/profile").text
    then = json.dumps({"then": choice})
    solved = post_form(
        staff_client,
        "/portal/tickets/1/solve",
        {"version": "1", "resolution": "answer"},
        headers=HTMX,
    )
    assert f'"ticket-dealt-with": {then}' in solved.headers["HX-Trigger"]
    sent = post_form(
        staff_client,
        "/portal/tickets/2/messages",
        {"kind": "reply", "body": "Done.", "next": "solved", "resolution": "answer"},
        headers=HTMX,
    )
    assert f'"ticket-dealt-with": {then}' in sent.headers["HX-Trigger"]
    snooze = {"act": "snooze", "ticket": "3:1", "snooze": "week"}
    beside = post_form(staff_client, "/portal/inbox/change", snooze, headers=HTMX)
    assert "ticket-dealt-with" not in beside.headers["HX-Trigger"], "it was not the open one"
    snooze |= {"ticket": "4:1", "selected": "4"}
    open_one = post_form(staff_client, "/portal/inbox/change", snooze, headers=HTMX)
    assert f'"ticket-dealt-with": {then}' in open_one.headers["HX-Trigger"]


def test_one_ticket_has_the_same_acts_in_its_menu(staff_client):
    page = staff_client.get("/portal/tickets/2").text
    for act in ("snooze", "tag", "team", "priority", "category", "watch"):
        assert f"/portal/inbox/change?act={act}&amp;ticket=2:1" in page


def test_marking_as_unread_goes_back_to_the_list_in_place(staff_client):
    staff_client.get("/portal/tickets/2")
    answer = post_form(staff_client, "/portal/tickets/2/unread?priority=normal", headers=HTMX)
    assert answer.headers["HX-Push-Url"] == "/portal/inbox?priority=normal"
    assert 'id="ticket-row-2"' in answer.text
    assert 'id="ticket-open"' not in answer.text


def test_nobody_is_told_that_they_were_faster_than_themselves(staff_client, staff):
    """The answer that is being written goes on from one's own change, at once."""
    taken = post_form(
        staff_client,
        "/portal/tickets/2/assignee",
        {"version": "1", "assignee": str(staff.id)},
        headers=HTMX,
    )
    version = re.search(r'value="(\d+)" form="composer-2" id="version-2"', taken.text)[1]
    priority = {"act": "priority", "ticket": f"2:{version}", "priority": "high", "selected": "2"}
    raised = post_form(staff_client, "/portal/inbox/change", priority, headers=HTMX)
    version = re.search(r'value="(\d+)" form="composer-2" id="version-2"', raised.text)[1]
    sent = post_form(
        staff_client,
        "/portal/tickets/2/messages",
        {"kind": "reply", "body": "On it.", "version": version},
        headers=HTMX,
    )
    assert sent.status_code == 200
    stale = {"version": "1", "assignee": ""}
    refused = post_form(staff_client, "/portal/tickets/2/assignee", stale, headers=HTMX)
    assert refused.status_code == 409
