"""What is owed on tickets, kept beside them as their events happen."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.clocks.commitments import Commitment
from app.clocks.models import TicketCommitment
from app.clocks.services import clocks_of
from app.clocks.vocabulary import CommitmentKind
from app.db import db
from app.errors import Invalid, PortalError
from app.events.actor import SYSTEM, staff_actor, visitor_actor
from app.events.models import EventRecord
from app.notices.models import Notice
from app.tickets.models import Ticket
from app.tickets.services.clocks import look_at_clocks, set_due
from app.tickets.services.properties import assign_ticket, change_priority, change_state
from app.tickets.services.replies import add_customer_message, add_reply
from tests.factories.tickets import kinds, opened, unit

ZONE = "UTC"
#: Monday, nine o'clock.
MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
STORED = [each.name for each in fields(Commitment) if each.name != "entries"]

pytestmark = pytest.mark.usefixtures("ctx")


def stored(ticket):
    """Return the kept commitments of a ticket as plain values."""
    rows = db.session.scalars(
        db.select(TicketCommitment).filter_by(ticket_id=ticket.id).order_by(TicketCommitment.id)
    )
    return {tuple(getattr(row, name) for name in STORED) for row in rows}


def replayed(ticket, now):
    """Return them as its events alone say."""
    clocks = clocks_of(ticket.id, zone=ZONE, as_of=now)
    return {tuple(_plain(getattr(each, name)) for name in STORED) for each in clocks.commitments}


def _plain(value):
    return getattr(value, "value", value)


def fresh(ticket):
    db.session.rollback()
    return db.session.get(Ticket, ticket.id)


def reply(ticket, staff, now, next_state=None, resolution=None):
    with unit():
        add_reply(
            db.session.get(Ticket, ticket.id), author=staff, body="Look at your settings.",
            next_state=next_state, resolution=resolution, now=now,
        )  # fmt: skip


def write(ticket, now):
    with unit():
        add_customer_message(
            db.session.get(Ticket, ticket.id), body="Still blank.", actor=visitor_actor(), now=now
        )


def look(now):
    with unit():
        return look_at_clocks(zone=ZONE, now=now)


def test_an_opened_ticket_is_due_by_the_delivered_policy():
    ticket = fresh(opened(now=MONDAY))
    assert (ticket.next_due_at, ticket.next_due_kind) == (MONDAY + 8 * HOUR, "first_reply")
    assert stored(ticket) == replayed(ticket, MONDAY)


def test_raising_the_priority_brings_it_forward_and_an_answer_stops_it(staff):
    ticket = opened(now=MONDAY)
    with unit():
        change_priority(
            db.session.get(Ticket, ticket.id), priority="urgent", actor=staff_actor(staff.id),
            now=MONDAY + HOUR,
        )  # fmt: skip
    assert fresh(ticket).next_due_at == MONDAY + 3 * HOUR
    reply(ticket, staff, MONDAY + 2 * HOUR, "waiting_customer")
    ticket = fresh(ticket)
    assert (ticket.next_due_at, ticket.next_due_kind) == (None, None)
    states = {row.kind: row.state for row in db.session.scalars(db.select(TicketCommitment))}
    assert states == {"first_reply": "met", "resolution": "paused"}


def test_a_breach_is_noted_once_and_told_once(staff):
    noise = opened(now=MONDAY + timedelta(days=3))
    ticket = opened(now=MONDAY)
    with unit():
        assign_ticket(
            db.session.get(Ticket, ticket.id), assignee_id=staff.id, actor=SYSTEM, now=MONDAY
        )
    look(MONDAY + 7 * HOUR)  # most of the time is used up
    look(MONDAY + 7 * HOUR)
    for _ in range(3):
        look(MONDAY + 9 * HOUR)
    breaches = db.session.scalars(
        db.select(EventRecord).filter_by(kind="ticket:commitment_breached")
    ).all()
    assert [(event.subject_id, event.data["commitment"]) for event in breaches] == [
        (ticket.id, "first_reply")
    ]
    told = db.session.scalars(db.select(Notice).filter_by(staff_id=staff.id)).all()
    assert [each.kind for each in told if each.kind in ("due_soon", "overdue")] == [
        "due_soon", "overdue",
    ]  # fmt: skip
    assert fresh(noise).next_due_at > MONDAY + timedelta(days=3)
    # Answered late it stays breached, and nothing is told a second time.
    reply(ticket, staff, MONDAY + timedelta(days=1))
    assert kinds().count("ticket:commitment_breached") == 1
    assert stored(fresh(ticket)) == replayed(ticket, MONDAY + timedelta(days=1))


def test_what_became_overdue_before_anybody_looked_is_noted_with_the_late_answer(staff):
    ticket = opened(now=MONDAY)
    reply(ticket, staff, MONDAY + timedelta(days=1))
    assert kinds().count("ticket:commitment_breached") == 1
    assert look(MONDAY + timedelta(days=1)) == 0


def test_a_due_time_set_by_hand_stands_until_it_is_handed_back(staff):
    ticket = opened(now=MONDAY)
    actor = staff_actor(staff.id)
    wished = MONDAY + timedelta(days=2)
    with unit():
        set_due(
            db.session.get(Ticket, ticket.id), CommitmentKind.FIRST_REPLY, wished, actor=actor,
            now=MONDAY + HOUR,
        )  # fmt: skip
    assert fresh(ticket).next_due_at == wished
    event = db.session.scalar(db.select(EventRecord).filter_by(kind="ticket:due_set"))
    assert datetime.fromisoformat(event.data["old"]) == MONDAY + 8 * HOUR
    with unit():
        set_due(
            db.session.get(Ticket, ticket.id), CommitmentKind.FIRST_REPLY, None, actor=actor,
            now=MONDAY + 2 * HOUR,
        )  # fmt: skip
    assert fresh(ticket).next_due_at == MONDAY + 8 * HOUR
    with pytest.raises(Invalid), unit():
        set_due(
            db.session.get(Ticket, ticket.id), CommitmentKind.NEXT_REPLY, wished, actor=actor,
            now=MONDAY + 2 * HOUR,
        )  # fmt: skip
    with pytest.raises(Invalid), unit():
        set_due(
            db.session.get(Ticket, ticket.id), CommitmentKind.FIRST_REPLY, MONDAY, actor=actor,
            now=MONDAY + 2 * HOUR,
        )  # fmt: skip


def test_clocks_that_are_not_known_are_worked_out_by_the_job():
    ticket = opened(now=MONDAY)
    before = stored(ticket)
    with unit():
        db.session.execute(db.delete(TicketCommitment))
        db.session.execute(db.update(Ticket).values(next_due_at=None, clocks_at=None))
    assert look(MONDAY + HOUR) == 1
    assert stored(ticket) == before
    assert fresh(ticket).next_due_at == MONDAY + 8 * HOUR
    assert look(MONDAY + HOUR) == 0


ACTS = ("reply", "reply and wait", "reply and solve", "write", "urgent", "low", "open", "look")


@given(acts=st.lists(st.tuples(st.sampled_from(ACTS), st.integers(0, 900)), max_size=7))
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_replaying_the_events_of_any_ticket_gives_what_is_kept(staff, acts):
    db.session.rollback()
    now = MONDAY
    ticket = opened(now=now)
    for act, minutes in acts:
        now += timedelta(minutes=minutes)
        try:
            _act(act, ticket, staff, now)
        except PortalError:
            db.session.rollback()
    look(now)
    assert stored(fresh(ticket)) == replayed(ticket, now)
    due = clocks_of(ticket.id, zone=ZONE, as_of=now).next_due
    assert fresh(ticket).next_due_at == (due.due_at if due else None)


def _act(act, ticket, staff, now):
    if act == "write":
        write(ticket, now)
    elif act == "look":
        look(now)
    elif act.startswith("reply"):
        then = {"wait": "waiting_customer", "solve": "solved"}.get(act.rpartition(" ")[2])
        reply(ticket, staff, now, then, "answer" if then == "solved" else None)
    elif act == "open":
        with unit():
            change_state(
                db.session.get(Ticket, ticket.id), state="open", actor=staff_actor(staff.id),
                now=now,
            )  # fmt: skip
    else:
        with unit():
            change_priority(
                db.session.get(Ticket, ticket.id), priority=act, actor=staff_actor(staff.id),
                now=now,
            )  # fmt: skip
