"""On hold: a reason and a day, out of the lists until then."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.db import db
from app.events.actor import SYSTEM, staff_actor, visitor_actor
from app.events.queries import events_about
from app.tickets.errors import HoldNeeded, MoveRefused, TicketChanged
from app.tickets.models import Ticket
from app.tickets.queries.filters import InboxFilter, Viewer
from app.tickets.queries.inbox import inbox_page
from app.tickets.queries.threads import thread_for_staff
from app.tickets.services.parking import park_ticket
from app.tickets.services.properties import change_state
from app.tickets.services.replies import add_customer_message, add_reply
from app.tickets.services.snoozing import WAKE_JOB, wake_in_time
from tests.factories.tickets import NOW, kinds, later, opened, park, unit

pytestmark = pytest.mark.usefixtures("ctx")

TOMORROW = NOW + timedelta(days=1)


def listed(staff):
    found = inbox_page(InboxFilter(), viewer=Viewer(staff.id, later(99)))
    return [row.number for row in found.rows]


@pytest.mark.parametrize(
    ("reason", "look_at", "fields"),
    [
        ("", TOMORROW, ["reason"]),
        (" \n ", TOMORROW, ["reason"]),
        ("x" * 201, TOMORROW, ["reason"]),
        ("The bank", None, ["look_at"]),
        ("The bank", NOW, ["look_at"]),
        ("The bank", NOW + timedelta(days=400), ["look_at"]),
        ("", None, ["reason", "look_at"]),
    ],
)
def test_nothing_is_put_on_hold_without_a_reason_and_a_day(staff, ticket, reason, look_at, fields):
    with pytest.raises(HoldNeeded) as refused, unit():
        park_ticket(
            ticket, reason=reason, look_at=look_at, actor=staff_actor(staff.id), now=later(1)
        )
    assert list(refused.value.fields) == fields
    assert db.session.get(Ticket, ticket.id).state == "new"


def test_the_other_ways_there_lead_to_the_question(staff, ticket):
    with pytest.raises(HoldNeeded), unit():
        change_state(ticket, state="on_hold", actor=staff_actor(staff.id), now=later(1))
    with pytest.raises(HoldNeeded), unit():
        add_reply(ticket, author=staff, body="A moment", next_state="on_hold", now=later(1))
    assert len(kinds()) == 2


def test_a_ticket_on_hold_is_out_of_the_lists_until_its_day(staff, ticket):
    other = opened(subject="Another")
    with unit():
        park(ticket, staff, now=later(1), look_at=TOMORROW)
    assert (ticket.state, ticket.hold_reason) == ("on_hold", "Waiting for the bank")
    assert (ticket.look_at, ticket.snoozed_until) == (TOMORROW, TOMORROW)
    assert listed(staff) == [other.number]
    with unit():
        wake_in_time({"ticket_id": ticket.id, "until": TOMORROW.isoformat()})
    assert set(listed(staff)) == {ticket.number, other.number}
    # It is still on hold, and says why.
    assert (ticket.state, ticket.hold_reason) == ("on_hold", "Waiting for the bank")


def test_why_and_until_when_are_recorded_old_and_new(staff, ticket):
    actor = staff_actor(staff.id)
    day_after = TOMORROW + timedelta(days=1)
    with unit():
        park(ticket, staff, now=later(1), look_at=TOMORROW)
        park_ticket(ticket, reason="The vendor", look_at=day_after, actor=actor, now=later(2))
        park_ticket(ticket, reason="The vendor", look_at=day_after, actor=actor, now=later(3))
    parked = [event for event in events_about("ticket", ticket.id) if "parked" in event.kind]
    assert [(event.data["old"], event.data["new"]) for event in parked] == [
        (None, "Waiting for the bank"),
        ("Waiting for the bank", "The vendor"),
    ]
    assert parked[1].data["old_look_at"] == TOMORROW.isoformat()
    assert parked[1].data["new_look_at"] == day_after.isoformat()
    told = [
        (entry.change.field, entry.change.new)
        for entry in thread_for_staff(ticket, viewer_id=staff.id).entries
        if entry.change
    ]
    assert told == [("hold", "Waiting for the bank"), ("hold", "The vendor")]


@pytest.mark.parametrize("leave", ["customer", "open", "solved"])
def test_whatever_ends_the_hold_takes_reason_and_day_with_it(staff, ticket, leave):
    with unit():
        park(ticket, staff, now=later(1))
        if leave == "customer":
            add_customer_message(ticket, body="News", actor=visitor_actor(), now=later(2))
        else:
            change_state(
                ticket,
                state=leave,
                resolution="answer",
                actor=staff_actor(staff.id),
                now=later(2),
            )
    now = db.session.get(Ticket, ticket.id)
    assert (now.hold_reason, now.look_at, now.snoozed_until) == ("", None, None)
    if leave != "solved":
        assert listed(staff) == [ticket.number]


def test_what_is_closed_cannot_be_put_on_hold(staff, ticket):
    actor = staff_actor(staff.id)
    with unit():
        change_state(ticket, state="solved", resolution="answer", actor=actor, now=later(1))
        change_state(ticket, state="closed", actor=SYSTEM, now=later(2))
    with pytest.raises(MoveRefused), unit():
        park(ticket, staff, now=later(3))


def test_the_second_of_two_is_told(staff, make_staff, ticket):
    ida = make_staff(name="Ida Berg")
    with unit():
        park(ticket, ida, now=later(1))
    with pytest.raises(TicketChanged) as refused, unit():
        park_ticket(
            ticket,
            reason="Mine",
            look_at=TOMORROW,
            expected_version=1,
            actor=staff_actor(staff.id),
            now=later(2),
        )
    assert ("hold", "Waiting for the bank", "Ida Berg") in [
        (change.field, change.new, change.who) for change in refused.value.changes
    ]


def test_the_day_is_kept_by_a_job_of_the_same_transaction(staff, ticket):
    from app.jobs.models import Job

    with unit():
        park(ticket, staff, now=later(1), look_at=TOMORROW)
    (job,) = db.session.scalars(db.select(Job).where(Job.kind == WAKE_JOB))
    assert job.run_at == TOMORROW
