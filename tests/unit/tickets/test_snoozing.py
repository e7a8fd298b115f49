"""Tickets that are put aside: they leave the lists, and come back in time or when they must."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from app.db import db
from app.errors import Invalid
from app.events.actor import staff_actor, visitor_actor
from app.events.models import EventRecord
from app.jobs.models import Job
from app.jobs.services import run_due_jobs
from app.notices.models import Notice
from app.tickets.errors import TicketChanged
from app.tickets.queries.addresses import read_filter
from app.tickets.queries.filters import Viewer
from app.tickets.queries.inbox import inbox_page
from app.tickets.services.properties import change_priority, change_state
from app.tickets.services.replies import add_customer_message
from app.tickets.services.snoozing import FARTHEST, snooze_ticket, wake_ticket
from tests.factories.tickets import NOW, kinds, later, opened, unit

pytestmark = pytest.mark.usefixtures("ctx")


@pytest.fixture
def aside(ticket, staff):
    """A ticket that is put aside for an hour, beside one that is not."""
    opened(now=later(-5))
    with unit():
        snooze_ticket(ticket, until=later(60), actor=staff_actor(staff.id), now=later(1))
    return ticket


def rows(**args):
    db.session.rollback()
    return inbox_page(read_filter(args), viewer=Viewer(1, NOW)).rows


def shown(**args):
    return [row.number for row in rows(**args)]


def work(moment):
    """Let the worker run everything that is due at a moment."""
    db.session.rollback()
    with time_machine.travel(moment, tick=False):
        return run_due_jobs(owner="test")


def changes():
    found = db.session.scalars(
        select(EventRecord).where(EventRecord.kind == "ticket:snoozed").order_by(EventRecord.id)
    )
    return [(each.actor_kind, each.data["old"], each.data["new"]) for each in found]


def test_a_snoozed_ticket_leaves_the_lists(aside):
    assert (shown(), shown(snoozed="only"), shown(snoozed="any")) == ([2], [1], [1, 2])
    assert rows(snoozed="only")[0].snoozed_until == later(60)
    assert aside.version == 2
    assert changes() == [("staff", None, later(60).isoformat())]


def test_it_comes_back_at_its_time_with_a_mark_and_a_notice(aside, staff):
    assert work(later(59)) == 0
    assert shown() == [2]
    assert work(later(60)) == 1
    assert shown() == [1, 2]
    assert [row.is_back for row in rows()] == [True, False]
    assert changes()[-1] == ("system", later(60).isoformat(), None)
    notice = db.session.scalars(select(Notice)).one()
    assert (notice.staff_id, notice.text) == (staff.id, "#1 is back: Invoices are empty")
    with unit():
        ticket = db.session.merge(aside)
        change_priority(ticket, priority="high", actor=staff_actor(staff.id), now=later(61))
    assert [row.is_back for row in rows()] == [False, False]


def test_a_customer_s_message_brings_it_back_at_once(aside):
    with unit():
        add_customer_message(aside, body="Hello?", actor=visitor_actor(), now=later(10))
    assert shown() == [1, 2]
    assert changes()[-1] == ("visitor", later(60).isoformat(), None)
    work(later(61))
    assert len(changes()) == 2


def test_only_the_last_choice_counts(aside, staff):
    actor = staff_actor(staff.id)
    with unit():
        snooze_ticket(aside, until=later(30), actor=actor, now=later(2), expected_version=2)
        snooze_ticket(aside, until=later(90), actor=actor, now=later(3), expected_version=3)
    work(later(60))
    assert shown(snoozed="only") == [1]
    work(later(90))
    assert shown() == [1, 2]
    assert db.session.scalar(select(Job.id)) is None


def test_staff_take_it_back_without_a_mark(aside, staff):
    with unit():
        wake_ticket(aside, actor=staff_actor(staff.id), now=later(5))
        wake_ticket(aside, actor=staff_actor(staff.id), now=later(6))
    assert [(row.number, row.is_back) for row in rows()] == [(1, False), (2, False)]
    assert len(changes()) == 2


def test_what_is_solved_is_aside_no_longer(aside, staff):
    with unit():
        change_state(
            aside,
            state="solved",
            resolution="answer",
            actor=staff_actor(staff.id),
            now=later(5),
            expected_version=2,
        )
    assert shown(state="solved") == [1]
    assert changes()[-1] == ("staff", later(60).isoformat(), None)
    before = kinds()
    with pytest.raises(Invalid), unit():
        snooze_ticket(aside, until=later(90), actor=staff_actor(staff.id), now=later(6))
    assert kinds() == before


@pytest.mark.parametrize("until", [NOW, later(-1), NOW + FARTHEST + timedelta(seconds=1)])
def test_a_moment_that_makes_no_sense_is_refused(ticket, until):
    with pytest.raises(Invalid), unit():
        snooze_ticket(ticket, until=until, actor=staff_actor(1), now=NOW)


def test_a_snooze_on_old_ground_is_refused(aside, staff):
    with pytest.raises(TicketChanged) as refused, unit():
        snooze_ticket(
            aside, until=later(90), actor=staff_actor(staff.id), now=later(2), expected_version=1
        )
    (change,) = refused.value.changes
    assert (change.field, change.new, change.who) == ("snooze", later(60).isoformat(), "Ada Lind")
