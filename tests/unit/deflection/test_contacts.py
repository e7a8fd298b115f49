"""A ticket after all: which help sessions it makes failures, and what it carries."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.db import db
from app.deflection.models import HelpContact, HelpEvent, HelpSession
from app.deflection.queries.trails import trail_of_ticket
from app.deflection.services.refreshing import recheck_due_sessions
from app.events.actor import customer_actor, staff_actor, visitor_actor
from app.staff.models import Role, Staff
from app.tickets.services.opening import open_ticket
from tests.factories.help_sessions import (
    MONDAY,
    SETTINGS,
    act,
    article,
    customer,
    play,
    search,
    source,
    visitor,
)

pytestmark = pytest.mark.usefixtures("ctx")


def ask(*, now, actor=None, channel="widget", **changes):
    return open_ticket(
        subject="Calendar is empty",
        body="All bookings are gone.",
        channel=channel,
        actor=actor or visitor_actor(),
        now=now,
        requester_email="nora@studio.example",
        **changes,
    )


def test_a_ticket_makes_the_session_it_came_out_of_a_failure_and_carries_its_trail():
    read = article()
    session = play(search(), act("click", article_id=read.id), act("form_opened"), now=MONDAY)
    ticket = ask(now=MONDAY + timedelta(minutes=3), help_session_id=session.id)
    assert (session.outcome, session.detail) == ("failed", "after_reading")
    event = db.session.scalars(select(HelpEvent).where(HelpEvent.ticket_id == ticket.id)).one()
    assert (event.kind, event.help_session_id) == ("ticket_created", session.id)
    assert len(event.data["last_search_ids"]) == 1
    trail = trail_of_ticket(ticket.id)
    assert trail.steps[-1].ticket_number == ticket.number
    assert not trail.is_earlier
    assert session.last_event_at == MONDAY


def test_the_session_under_way_is_found_by_the_person():
    someone = visitor()
    play(search("old"), by=source("an-older-session", visitor_id=someone.id), now=MONDAY)
    live = play(
        search(),
        by=source("the-live-session-1", visitor_id=someone.id),
        now=MONDAY + timedelta(hours=3),
    )
    noise = play(search(), by=source("a-strangers-session"), now=MONDAY + timedelta(hours=3))
    ticket = ask(now=MONDAY + timedelta(hours=3, minutes=5), visitor_id=someone.id)
    assert trail_of_ticket(ticket.id).session.id == live.id
    assert noise.outcome == "pending"


def test_a_ticket_by_any_way_within_three_days_makes_earlier_sessions_failures():
    known, other = customer(), customer()
    before = play(search(), by=source("four-days-before-1", customer_id=known.id), now=MONDAY)
    day = timedelta(days=1)
    within = play(
        search(), by=source("one-day-before-01", customer_id=known.id), now=MONDAY + 3 * day
    )
    noise = play(
        search(), by=source("somebody-elses-01", customer_id=other.id), now=MONDAY + 3 * day
    )
    ask(now=MONDAY + 4 * day, customer_id=known.id, channel="api", actor=customer_actor(known.id))
    recheck_due_sessions(settings=SETTINGS, now=MONDAY + 9 * day)
    assert (before.outcome, within.outcome, noise.outcome) == ("unknown", "failed", "unknown")


def test_a_confirmed_session_fails_when_the_person_writes_within_the_window():
    known = customer()
    session = play(search(), act("resolved_claim"), by=source(customer_id=known.id), now=MONDAY)
    recheck_due_sessions(settings=SETTINGS, now=MONDAY + timedelta(hours=1))
    assert session.outcome == "pending"
    ask(now=MONDAY + timedelta(hours=71), customer_id=known.id)
    assert session.outcome == "failed"


def test_a_ticket_that_names_the_customer_joins_their_anonymous_session():
    someone, known = visitor(), customer()
    session = play(search(), by=source(visitor_id=someone.id), now=MONDAY)
    ask(
        now=MONDAY + timedelta(minutes=1),
        visitor_id=someone.id,
        customer_id=known.id,
        help_session_id=session.id,
    )
    assert session.person_key == f"customer:{known.id}"
    assert session.outcome == "failed"


def test_a_visitor_known_only_by_the_ticket_takes_the_session_along():
    session = play(search(), act("form_opened"), by=source(), now=MONDAY)
    one = visitor()
    ask(now=MONDAY + timedelta(minutes=1), visitor_id=one.id, help_session_id=session.id)
    assert session.person_key == f"visitor:{one.id}"
    assert session.outcome == "failed"


def test_what_staff_write_down_for_somebody_is_contact_elsewhere():
    known = customer()
    session = play(search(), by=source(customer_id=known.id), now=MONDAY)
    colleague = Staff(email="a@t.example", name="Ada", role=Role.SUPPORT, password_hash="!")
    db.session.add(colleague)
    db.session.flush()
    ask(
        now=MONDAY + timedelta(minutes=9),
        customer_id=known.id,
        channel="staff",
        actor=staff_actor(colleague.id),
    )
    kinds = db.session.scalars(
        select(HelpEvent.kind).where(HelpEvent.help_session_id == session.id)
    ).all()
    assert kinds == ["search", "contact_elsewhere"]
    assert session.outcome == "failed"


@pytest.mark.parametrize(
    ("tried_hours_before", "expected"), [(None, False), (1, True), (23, True), (25, False)]
)
def test_it_is_noted_whether_the_writer_tried_in_the_day_before(tried_hours_before, expected):
    known = customer()
    if tried_hours_before is not None:
        play(
            search(),
            by=source(customer_id=known.id),
            now=MONDAY - timedelta(hours=tried_hours_before),
        )
    play(search(), by=source("somebody-elses-01"), now=MONDAY)
    ask(now=MONDAY, customer_id=known.id)
    contact = db.session.scalars(select(HelpContact)).one()
    assert (contact.tried_session_id is not None) is expected


def test_a_ticket_without_any_session_changes_none():
    session = play(search(), by=source(visitor_id=visitor().id), now=MONDAY)
    ticket = ask(now=MONDAY + timedelta(minutes=1), channel="api")
    assert trail_of_ticket(ticket.id) is None
    assert session.outcome == "pending"
    assert db.session.scalars(select(HelpSession.id)).all() == [session.id]


def test_a_ticket_written_elsewhere_shows_what_was_tried_the_day_before():
    known = customer()
    hour = timedelta(hours=1)
    play(search("first"), by=source("one-visit-000001", customer_id=known.id), now=MONDAY)
    last = play(
        search("second"), by=source("one-visit-000002", customer_id=known.id), now=MONDAY + 2 * hour
    )
    play(search("noise"), by=source("one-visit-000003"), now=MONDAY + 3 * hour)
    play(
        act("form_opened"),
        by=source("one-visit-000004", customer_id=known.id),
        now=MONDAY + 4 * hour,
    )
    ticket = ask(now=MONDAY + 4 * hour, customer_id=known.id, channel="api")
    trail = trail_of_ticket(ticket.id)
    assert (trail.session.id, trail.is_earlier) == (last.id, True)
    late = ask(now=MONDAY + 29 * hour, customer_id=known.id, channel="api")
    assert trail_of_ticket(late.id) is None
