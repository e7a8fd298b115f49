"""Time spent: counted without believing everything, said by people, shown as a sum."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app.db import db
from app.errors import Invalid
from app.events.models import EventRecord
from app.tickets.models import Ticket
from app.tickets.queries.spent import Spent, spent_on
from app.tickets.services.spending import (
    LONGEST_BEAT,
    MOST_AT_ONCE,
    MOST_PROPOSED,
    believed,
    note_activity,
    spend_time,
)
from tests.factories.tickets import NOW, later, opened, unit


@pytest.fixture
def beat(ctx, ticket, staff):
    """Tell of activity some seconds after NOW."""
    opened(subject="Another")

    def tell(seconds, at, person=staff):
        with unit():
            when = NOW + timedelta(seconds=at)
            note_activity(ticket.id, staff_id=person.id, seconds=seconds, now=when)

    return tell


def spent(ticket, staff):
    db.session.rollback()
    return spent_on(ticket.id, viewer_id=staff.id)


def say(ticket, staff, minutes, *, at=60):
    with unit():
        mine = db.session.get(Ticket, ticket.id)
        return spend_time(mine, minutes=minutes, staff=staff, now=later(at))


def test_what_was_counted_is_proposed_to_that_person_alone(beat, ticket, staff, make_staff):
    ben = make_staff(name="Ben Ode")
    beat(30, 0)
    beat(30, 30)
    beat(20, 50)
    assert spent(ticket, staff) == Spent(minutes=0, proposed=2)
    assert spent(ticket, ben) == Spent(minutes=0, proposed=0)
    db.session.rollback()
    assert spent_on(ticket.id + 1, viewer_id=staff.id) == Spent(0, 0)


def test_two_windows_count_once(beat, ticket, staff):
    for at in range(0, 600, 30):
        beat(30, at)
        beat(30, at)
    assert spent(ticket, staff).proposed == 10


@given(st.lists(st.tuples(st.integers(-100, 10_000), st.integers(0, 200)), min_size=1, max_size=30))
def test_no_more_is_believed_than_has_passed(tells):
    last, at, total = None, 0, 0
    for seconds, passed in tells:
        at += passed
        added = believed(seconds, passed=None if last is None else at - last)
        assert 0 <= added <= max(0, min(seconds, LONGEST_BEAT))
        if added:
            last, total = at, total + added
    assert total <= at + LONGEST_BEAT


def test_a_proposal_ends_at_a_working_day(beat, ticket, staff):
    with unit():
        for at in range(0, MOST_PROPOSED + 600, LONGEST_BEAT):
            when = NOW + timedelta(seconds=at)
            note_activity(ticket.id, staff_id=staff.id, seconds=LONGEST_BEAT, now=when)
    assert spent(ticket, staff).proposed == MOST_PROPOSED // 60


def test_what_people_say_is_added_up_and_settles_the_proposal(beat, ticket, staff, make_staff):
    ben = make_staff(name="Ben Ode")
    beat(30, 0)
    beat(30, 40, ben)
    assert say(ticket, staff, 5) == 5
    assert say(ticket, ben, 7) == 12
    assert spent(ticket, staff) == Spent(12, 0)
    assert say(ticket, staff, -2) == 10
    assert say(ticket, staff, 0) == 10
    events = db.session.scalars(
        select(EventRecord).where(EventRecord.kind == "ticket:time_spent").order_by(EventRecord.id)
    )
    assert [each.data for each in events] == [
        {"old": 0, "new": 5},
        {"old": 5, "new": 12},
        {"old": 12, "new": 10},
    ]


def test_nobody_takes_off_what_others_said(beat, ticket, staff, make_staff):
    say(ticket, make_staff(name="Ben Ode"), 30)
    say(ticket, staff, 3)
    with pytest.raises(Invalid) as refused:
        say(ticket, staff, -4)
    assert refused.value.fields == {"minutes": ["You have not added as much as that."]}
    with pytest.raises(Invalid):
        say(ticket, staff, MOST_AT_ONCE + 1)
    assert spent(ticket, staff).minutes == 33
