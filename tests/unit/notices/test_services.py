"""Notices: who gets one, how often, and what reading does."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.db import db, unit_of_work
from app.notices.models import Notice
from app.notices.queries import count_unread
from app.notices.services import (
    KEEP_READ,
    forget_read_notices,
    mark_all_read,
    mark_notice_read,
    mark_ticket_notices_read,
    notify,
)
from app.staff.models import Staff
from tests.factories.tickets import NOW, later, opened, unit

pytestmark = pytest.mark.usefixtures("ctx")


def tell(*staff_ids, **changes):
    values = {
        "kind": "mention",
        "text": "Ida named you in 1",
        "path": "/portal/tickets/1",
        "now": NOW,
    }
    with unit():
        notify(staff_ids=staff_ids, **(values | changes))


def notices() -> list[tuple[int, str]]:
    rows = db.session.execute(db.select(Notice.staff_id, Notice.text).order_by(Notice.id))
    return [tuple(row) for row in rows]


@pytest.fixture
def ida(make_staff) -> int:
    return make_staff(name="Ida Berg").id


@pytest.fixture
def jon(make_staff) -> int:
    return make_staff(name="Jon Ek").id


@pytest.fixture
def gone(make_staff) -> int:
    staff = make_staff(name="Gone Away")
    with unit_of_work():
        db.session.get(Staff, staff.id).disabled_at = NOW
    return staff.id


def test_each_named_person_gets_one_unread_notice(ida, jon, gone, make_staff):
    make_staff(name="Other Person")
    ticket = opened()
    tell(ida, jon, gone, ida, 4_711, ticket_id=ticket.id, dedupe_key="k")
    assert notices() == [(ida, "Ida named you in 1"), (jon, "Ida named you in 1")]
    row = db.session.scalars(db.select(Notice)).first()
    assert (row.kind, row.path, row.ticket_id, row.dedupe_key, row.created_at, row.read_at) == (
        "mention", "/portal/tickets/1", ticket.id, "k", NOW, None,
    )  # fmt: skip


def test_nobody_to_tell_is_no_error():
    tell()
    assert notices() == []


def test_an_unread_one_with_the_same_key_is_not_added_twice(ida, jon):
    tell(ida, dedupe_key="due:1", text="first")
    tell(ida, jon, dedupe_key="due:1", text="second")
    tell(ida, dedupe_key="due:2", text="other key")
    tell(ida, text="no key")
    tell(ida, text="no key")
    assert notices() == [
        (ida, "first"), (jon, "second"), (ida, "other key"), (ida, "no key"), (ida, "no key"),
    ]  # fmt: skip


def test_once_read_the_same_key_tells_again(ida):
    tell(ida, dedupe_key="due:1", text="first")
    with unit():
        mark_all_read(ida, now=later(1))
    tell(ida, dedupe_key="due:1", text="second", now=later(2))
    assert [text for _, text in notices()] == ["first", "second"]
    assert count_unread(ida) == 1


def test_a_notice_goes_with_the_transaction_that_caused_it(ida):
    notify(staff_ids=[ida], kind="x", text="x", path="/portal/inbox", now=NOW)
    assert notices() == [(ida, "x")]
    db.session.rollback()
    assert notices() == []


@pytest.mark.parametrize("path", ["https://evil.example/", "//evil.example", "/help", "portal/"])
def test_a_notice_leads_nowhere_but_into_the_portal(ida, path):
    with pytest.raises(ValueError, match="portal"):
        tell(ida, path=path)


def test_reading_touches_only_what_was_read(ida, jon):
    first, second = opened().id, opened().id
    for ticket_id in (first, second, None):
        tell(ida, jon, ticket_id=ticket_id)
    with unit():
        mark_ticket_notices_read(first, staff_id=ida, now=later(1))
    assert (count_unread(ida), count_unread(jon)) == (2, 3)
    of_jon = db.session.scalars(db.select(Notice.id).where(Notice.staff_id == jon)).first()
    with unit():
        mark_notice_read(of_jon, staff_id=ida, now=later(2))  # not hers: nothing happens
    assert (count_unread(ida), count_unread(jon)) == (2, 3)
    with unit():
        mark_notice_read(of_jon, staff_id=jon, now=later(3))
    assert db.session.get(Notice, of_jon).read_at == later(3)
    with unit():
        mark_all_read(jon, now=later(4))
    assert (count_unread(ida), count_unread(jon)) == (2, 0)
    assert db.session.get(Notice, of_jon, populate_existing=True).read_at == later(3)


def test_old_notices_are_forgotten_once_read(ida):
    tell(ida, text="read")
    with unit():
        mark_all_read(ida, now=NOW)
    tell(ida, text="unread")
    with unit():
        forget_read_notices(now=NOW + KEEP_READ)
    assert len(notices()) == 2
    with unit():
        forget_read_notices(now=NOW + KEEP_READ + timedelta(seconds=1))
    assert notices() == [(ida, "unread")]
