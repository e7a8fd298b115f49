"""Notices as staff meet them: the bell, the page, the way to what they are about."""

from __future__ import annotations

import re

import pytest

from app.db import db
from app.notices.models import Notice
from app.notices.services import notify
from tests.factories.forms import post_form
from tests.factories.tickets import NOW, opened, unit

HTMX = {"HX-Request": "true"}
pytestmark = pytest.mark.usefixtures("ctx")


def tell(*people, text="Jon named you", path="/portal/inbox", **more) -> int:
    with unit():
        notify(
            staff_ids=[each.id for each in people],
            kind="mention",
            text=text,
            path=path,
            now=NOW,
            **more,
        )
    return db.session.scalar(db.select(db.func.max(Notice.id)))


def bell(client, path="/portal/profile") -> str:
    found = re.search(r'id="bell".*?</a>', client.get(path).text, re.DOTALL)
    return " ".join(re.sub(r"<[^>]*>", "", found.group(0).partition(">")[2]).split())


def test_the_bell_counts_what_the_viewer_has_not_read(staff_client, staff, make_staff):
    other = make_staff(name="Jon Ek")
    assert bell(staff_client) == ""
    tell(staff, other)
    tell(other)
    assert bell(staff_client) == "1 unread notice"
    for _ in range(120):
        tell(staff)
    assert bell(staff_client) == "99+ unread notices"


def test_the_bells_poll_answers_only_news(staff_client, staff):
    assert staff_client.get("/portal/notices/bell?seen=0", headers=HTMX).status_code == 204
    tell(staff)
    news = staff_client.get("/portal/notices/bell?seen=0", headers=HTMX)
    assert (news.status_code, "seen=1" in news.text) == (200, True)
    assert staff_client.get("/portal/notices/bell?seen=1", headers=HTMX).status_code == 204


def test_following_a_notice_goes_there_and_reads_it(staff_client, staff, make_staff):
    mine = tell(staff, path="/portal/inbox?state=any", text="Look <here>")
    page = staff_client.get("/portal/notices").text
    assert "Look &lt;here&gt;" in page
    followed = staff_client.get(f"/portal/notices/{mine}")
    assert (followed.status_code, followed.location) == (303, "/portal/inbox?state=any")
    assert "All read" in staff_client.get("/portal/notices").text
    assert "Look &lt;here&gt;" in staff_client.get("/portal/notices?show=all").text
    theirs = tell(make_staff(name="Jon Ek"))
    assert staff_client.get(f"/portal/notices/{theirs}").status_code == 404
    assert post_form(staff_client, f"/portal/notices/{theirs}/read").status_code == 404
    assert db.session.get(Notice, theirs).read_at is None


def test_marking_as_read_with_and_without_javascript(staff_client, staff):
    first = tell(staff, text="one")
    tell(staff, text="two")
    tell(staff, text="three")
    assert post_form(staff_client, f"/portal/notices/{first}/read").status_code == 303
    assert bell(staff_client) == "2 unread notices"
    answer = post_form(staff_client, f"/portal/notices/{first + 1}/read", headers=HTMX)
    assert answer.status_code == 200
    assert "three" in answer.text
    assert "two" not in answer.text
    assert 'id="bell"' in answer.text
    assert post_form(staff_client, "/portal/notices/read?show=all").location.endswith("?show=all")
    assert bell(staff_client) == ""


def test_reading_a_ticket_reads_the_notices_about_it(staff_client, staff):
    ticket, other = opened(), opened()
    tell(staff, ticket_id=ticket.id, path=f"/portal/tickets/{ticket.number}")
    tell(staff, ticket_id=other.id, path=f"/portal/tickets/{other.number}")
    assert bell(staff_client, f"/portal/tickets/{ticket.number}") == "2 unread notices"
    assert bell(staff_client) == "1 unread notice"
