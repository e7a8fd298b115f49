"""Opened again by the customer: how often, only to say thanks, and after it was closed."""

from __future__ import annotations

import pytest

from app.db import db
from app.events.actor import SYSTEM, staff_actor, visitor_actor
from app.events.queries import events_about
from app.jobs.models import Job
from app.tickets.errors import NotReopened, TicketChanged
from app.tickets.models import Ticket
from app.tickets.queries.threads import thread_for_staff
from app.tickets.services.closing import BATCH, close_quiet_tickets
from app.tickets.services.properties import change_state
from app.tickets.services.reopening import dismiss_reopen
from app.tickets.services.replies import add_customer_message, add_note, add_reply
from tests.factories.tickets import kinds, later, opened, park, unit

pytestmark = pytest.mark.usefixtures("ctx")

DAY = 24 * 60


def solve(ticket, staff, minute, how="answer"):
    change_state(
        ticket, state="solved", resolution=how, actor=staff_actor(staff.id), now=later(minute)
    )


def write(ticket, minute, body="Thanks!"):
    return add_customer_message(ticket, body=body, actor=visitor_actor(), now=later(minute))


def dismiss(ticket, staff, minute, **more):
    return dismiss_reopen(ticket, actor=staff_actor(staff.id), now=later(minute), **more)


def test_only_the_customer_reopens(staff, ticket):
    with unit():
        solve(ticket, staff, 1)
        write(ticket, 2)
        solve(ticket, staff, 3)
        change_state(ticket, state="open", actor=staff_actor(staff.id), now=later(4))
        solve(ticket, staff, 5)
        write(ticket, 6)
        write(ticket, 7)
    assert (ticket.state, ticket.reopen_count) == ("open", 2)


def test_a_thank_you_puts_everything_back(staff, ticket):
    with unit():
        solve(ticket, staff, 1, "education")
        write(ticket, 60)
        dismiss(ticket, staff, 90)
    found = db.session.get(Ticket, ticket.id)
    assert (found.state, found.solved_at, found.resolution) == ("solved", later(1), "education")
    assert found.reopen_count == 0
    assert kinds()[-4:] == [
        "ticket:state_changed",
        "ticket:survey_planned",
        "ticket:resolution_set",
        "ticket:reopen_dismissed",
    ]
    event = events_about("ticket", ticket.id)[-1]
    assert event.data == {"solved_at": later(1).isoformat()}
    assert event.actor_id == staff.id


def test_thanked_twice_the_first_solving_counts(staff, ticket):
    with unit():
        solve(ticket, staff, 1)
        write(ticket, 2)
        dismiss(ticket, staff, 3)
        write(ticket, 4, "Really!")
        dismiss(ticket, staff, 5)
    assert (ticket.solved_at, ticket.reopen_count) == (later(1), 0)


def test_a_later_solving_is_the_one_that_is_restored(staff, ticket):
    with unit():
        solve(ticket, staff, 1)
        write(ticket, 2, "No")
        solve(ticket, staff, 3, "bug")
        write(ticket, 4)
        dismiss(ticket, staff, 5)
    assert (ticket.solved_at, ticket.resolution, ticket.reopen_count) == (later(3), "bug", 1)


def nothing(ticket, staff):
    """Leave it as it was opened."""


def solved_only(ticket, staff):
    solve(ticket, staff, 1)


def reopened_by_staff(ticket, staff):
    solve(ticket, staff, 1)
    change_state(ticket, state="open", actor=staff_actor(staff.id), now=later(2))


def moved_on(ticket, staff):
    solve(ticket, staff, 1)
    write(ticket, 2)
    park(ticket, staff, now=later(3))


def opened_from_waiting(ticket, staff):
    change_state(ticket, state="waiting_customer", actor=staff_actor(staff.id), now=later(1))
    write(ticket, 2)


@pytest.mark.parametrize(
    "history", [nothing, solved_only, reopened_by_staff, moved_on, opened_from_waiting]
)
def test_nothing_else_can_be_put_back(staff, ticket, history):
    with unit():
        history(ticket, staff)
    before = (ticket.state, ticket.version, len(kinds()))
    with pytest.raises(NotReopened), unit():
        dismiss(ticket, staff, 9)
    now = db.session.get(Ticket, ticket.id)
    assert (now.state, now.version, len(kinds())) == before


def test_a_second_message_is_not_overlooked(staff, ticket):
    with unit():
        solve(ticket, staff, 1)
        write(ticket, 2)
    seen = ticket.version
    with unit():
        change_state(ticket, state="waiting_customer", actor=staff_actor(staff.id), now=later(3))
    with pytest.raises(TicketChanged), unit():
        dismiss(ticket, staff, 4, expected_version=seen)


def test_the_conversation_offers_it_on_the_line_that_opened_it(staff, ticket):
    def offered():
        entries = thread_for_staff(ticket, viewer_id=staff.id).entries
        return [entry.change.new for entry in entries if entry.is_reopening]

    with unit():
        solve(ticket, staff, 1)
    assert offered() == []
    with unit():
        write(ticket, 2)
    assert offered() == ["open"]
    with unit():
        add_note(ticket, author=staff, body="Hm", now=later(3))
    assert offered() == ["open"]
    with unit():
        dismiss(ticket, staff, 4)
    assert offered() == []
    fields = [
        entry.change.field
        for entry in thread_for_staff(ticket, viewer_id=staff.id).entries
        if entry.change
    ]
    assert fields == ["resolution", "state", "thanks"]


def test_quiet_solved_tickets_close_and_keep_when_they_were_solved(staff):
    quiet, noted, late, open_one = (opened(subject=each) for each in "abcd")
    with unit():
        solve(quiet, staff, 1, "bug")
        solve(noted, staff, 1)
        solve(late, staff, 2 * DAY)
        add_note(noted, author=staff, body="Still of interest", now=later(2 * DAY))
        add_reply(open_one, author=staff, body="On it", now=later(1))
    with unit():
        assert close_quiet_tickets(quiet_days=7, now=later(7 * DAY)) == 0
        assert close_quiet_tickets(quiet_days=7, now=later(7 * DAY + 1)) == 1
    closed = db.session.get(Ticket, quiet.id)
    assert (closed.state, closed.closed_at) == ("closed", later(7 * DAY + 1))
    assert (closed.solved_at, closed.resolution) == (later(1), "bug")
    # Closing is no news: it does not come up in lists by the last change.
    assert closed.updated_at == later(1)
    assert [db.session.get(Ticket, each.id).state for each in (noted, late, open_one)] == [
        "solved",
        "solved",
        "open",
    ]
    event = events_about("ticket", quiet.id)[-1]
    assert (event.kind, event.actor_kind) == ("ticket:state_changed", "system")


def test_a_closed_ticket_and_the_customers_words_make_a_follow_up(staff, ticket):
    with unit():
        solve(ticket, staff, 1)
        change_state(ticket, state="closed", actor=SYSTEM, now=later(2))
        message = write(ticket, 3, "It is back")
    follow_up = db.session.get(Ticket, message.ticket_id)
    assert follow_up.follow_up_of_id == ticket.id
    assert (ticket.state, ticket.reopen_count) == ("closed", 0)
    event = events_about("ticket", follow_up.id)[-1]
    assert (event.kind, event.data) == ("ticket:follow_up_set", {"old": None, "new": ticket.id})


def test_the_job_closes_a_few_at_a_time_and_goes_on(app, staff, monkeypatch):
    monkeypatch.setattr("app.tickets.services.closing.BATCH", 2)
    monkeypatch.setattr("app.housekeeping.BATCH", 2)
    assert BATCH > 2
    tickets = [opened(subject=str(number)) for number in range(3)]
    with unit():
        for ticket in tickets:
            solve(ticket, staff, 1)
    from app.housekeeping import close_quiet

    with unit():
        close_quiet({})
    assert [db.session.get(Ticket, each.id).state for each in tickets].count("closed") == 2
    waiting = db.session.scalars(db.select(Job).where(Job.kind == "tickets.close_quiet")).all()
    assert len(waiting) == 1
    with unit():
        close_quiet(waiting[0].payload)
    assert {db.session.get(Ticket, each.id).state for each in tickets} == {"closed"}
    assert db.session.query(Job).filter(Job.kind == "tickets.close_quiet").count() == 1
