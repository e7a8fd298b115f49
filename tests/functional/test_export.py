"""A list as a file: every ticket of the filter, nothing else, nothing that runs."""

from __future__ import annotations

import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.db import db
from app.events.actor import staff_actor
from app.tickets.exporting import COLUMNS, as_csv, as_json
from app.tickets.models import Ticket
from app.tickets.queries.export import ExportedTicket
from app.tickets.services.properties import assign_ticket, change_priority, change_state
from app.tickets.services.replies import add_reply
from app.tickets.services.tags import tag_tickets
from tests.factories.tickets import NOW, later, opened, unit

pytestmark = pytest.mark.usefixtures("ctx")


def rows_of(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


@pytest.fixture
def desk(ctx, staff):
    actor = staff_actor(staff.id)
    for subject in ("Card declined", "=cmd|' /C calc'!A0", 'Logo, "blurry"\nnext line', "Spam"):
        opened(subject=subject)
    with unit():
        first = db.session.get(Ticket, 1)
        assign_ticket(first, assignee_id=staff.id, actor=actor, now=later(1))
        change_priority(first, priority="urgent", actor=actor, now=later(1))
        tag_tickets([1], add=["bank", "visa"], actor=actor, now=later(1))
        add_reply(first, author=staff, body="Try again", now=later(9))
        add_reply(first, author=staff, body="And?", now=later(20))
        change_state(first, state="solved", resolution="bug", actor=actor, now=later(30))
        db.session.get(Ticket, 4).disposition = "spam"
        db.session.get(Ticket, 4).state = "closed"


def test_a_csv_holds_every_ticket_of_the_filter_with_its_facts(staff_client, staff, desk):
    answer = staff_client.get("/portal/inbox/export.csv?state=any&sort=created")
    assert answer.content_type == "text/csv; charset=utf-8"
    assert "attachment; filename=tickets-" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "private, no-store"
    rows = rows_of(answer.data)
    assert [row["number"] for row in rows] == ["3", "2", "1"]
    first = rows[-1]
    assert {name: first[name] for name in ("state", "priority", "resolution", "tags")} == {
        "state": "solved", "priority": "urgent", "resolution": "bug", "tags": "bank, visa",
    }  # fmt: skip
    assert (first["assignee"], first["email"]) == (staff.name, "nora@studio.example")
    assert first["first_answer_at"] == later(9).isoformat(timespec="seconds")
    assert first["solved_at"] == later(30).isoformat(timespec="seconds")
    assert first["closed_at"] == ""


def test_no_cell_is_a_formula_and_no_text_is_torn(staff_client, desk):
    subjects = [
        row["subject"] for row in rows_of(staff_client.get("/portal/inbox/export.csv").data)
    ]
    assert "'=cmd|' /C calc'!A0" in subjects
    assert 'Logo, "blurry" next line' in subjects


def test_a_filter_narrows_the_file(staff_client, desk):
    for query, numbers in (("priority=urgent&state=any", ["1"]), ("q=logo", ["3"]), ("tag=x", [])):
        found = rows_of(staff_client.get(f"/portal/inbox/export.csv?{query}").data)
        assert [row["number"] for row in found] == numbers


def test_json_holds_the_same(staff_client, desk):
    answer = staff_client.get("/portal/inbox/export.json?state=any&sort=created")
    made = json.loads(answer.data)
    assert [each["number"] for each in made] == [3, 2, 1]
    assert list(made[0]) == list(COLUMNS)
    assert made[-1]["tags"] == ["bank", "visa"]
    assert json.loads(staff_client.get("/portal/inbox/export.json?tag=x").data) == []


def test_strangers_and_other_kinds_get_nothing(app, staff_client, desk):
    assert app.test_client().get("/portal/inbox/export.csv").status_code in (302, 303)
    assert staff_client.get("/portal/inbox/export.exe").status_code == 404


def test_statements_do_not_grow_with_the_tickets(staff_client, desk, count_queries):
    few = count_queries(lambda: staff_client.get("/portal/inbox/export.csv"))
    for number in range(30):
        opened(subject=f"More {number}")
    assert count_queries(lambda: staff_client.get("/portal/inbox/export.csv")) == few


def ticket(subject: str) -> ExportedTicket:
    empty = dict.fromkeys(("resolution", "site", "category", "team", "assignee", "account"), "")
    return ExportedTicket(
        number=1, subject=subject, state="new", priority="normal", channel="widget",
        requester=subject, email="", tags=[], created_at=NOW, updated_at=NOW,
        first_answer_at=None, solved_at=None, closed_at=None, reopened=0, **empty,
    )  # fmt: skip


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_whatever_is_written_comes_out_as_text(subject):
    written = b"".join(as_csv([ticket(subject)])).decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(written, newline=""))
    assert row["subject"] in (subject, f"'{subject}")
    assert not row["subject"].startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert json.loads(b"".join(as_json([ticket(subject)])))[0]["subject"] == subject
