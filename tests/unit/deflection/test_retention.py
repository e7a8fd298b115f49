"""After ninety days single acts go and the totals stay."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from app.db import db
from app.deflection.models import HelpContact, HelpDaily, HelpEvent, HelpSession
from app.deflection.queries.outcomes import weeks_until
from app.deflection.queries.scope import Scope
from app.deflection.queries.trails import trail_of_ticket
from app.deflection.services.refreshing import recheck_due_sessions
from app.deflection.services.retention import total_old_sessions
from app.events.actor import visitor_actor
from app.tickets.models import Ticket
from app.tickets.services.opening import open_ticket
from tests.factories.help_sessions import MONDAY, SETTINGS, act, play, search, source

pytestmark = pytest.mark.usefixtures("ctx")

DAY = timedelta(days=1)


def a_session(n, *, now, events=(), **changes):
    return play(search(), *events, by=source(f"session-{n:010}", **changes), now=now)


def totals():
    return db.session.execute(
        select(HelpDaily.day, HelpDaily.outcome, HelpDaily.excluded, HelpDaily.sessions).order_by(
            HelpDaily.day, HelpDaily.outcome, HelpDaily.excluded
        )
    ).all()


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


def test_whole_days_go_into_totals_once_their_time_is_over():
    a_session(1, now=MONDAY)
    a_session(2, now=MONDAY)
    a_session(3, now=MONDAY, events=[act("resolved_claim")])
    a_session(4, now=MONDAY, is_staff=True)
    play(act("visit"), by=source("a-visit-and-no-more"), now=MONDAY)
    kept = a_session(5, now=MONDAY + DAY)
    recheck_due_sessions(settings=SETTINGS, now=MONDAY + 10 * DAY)

    assert total_old_sessions(now=MONDAY + 90 * DAY) == 0
    assert total_old_sessions(now=MONDAY + 91 * DAY) == 5
    assert total_old_sessions(now=MONDAY + 91 * DAY) == 0

    day = date(2026, 5, 4)
    assert totals() == [
        (day, "confirmed", "", 1),
        (day, "unknown", "", 2),
        (day, "unknown", "staff", 1),
    ]
    assert db.session.scalars(select(HelpSession.id)).all() == [kept.id]
    assert set(db.session.scalars(select(HelpEvent.help_session_id))) == {kept.id}


def test_a_session_that_is_decided_late_is_added_to_its_day():
    a_session(1, now=MONDAY)
    recheck_due_sessions(settings=SETTINGS, now=MONDAY + 10 * DAY)
    a_session(2, now=MONDAY)  # never looked at again so far
    long_after = MONDAY + 100 * DAY
    assert total_old_sessions(now=long_after) == 1
    recheck_due_sessions(settings=SETTINGS, now=long_after)
    assert total_old_sessions(now=long_after) == 1
    assert totals() == [(date(2026, 5, 4), "unknown", "", 2)]


def test_the_ticket_stays_and_its_trail_goes():
    session = a_session(1, now=MONDAY)
    ticket = open_ticket(
        subject="Calendar is empty",
        body="All gone.",
        channel="widget",
        actor=visitor_actor(),
        now=MONDAY,
        requester_email="nora@studio.example",
        help_session_id=session.id,
    )
    recheck_due_sessions(settings=SETTINGS, now=MONDAY + DAY)
    total_old_sessions(now=MONDAY + 91 * DAY)
    db.session.expire_all()
    assert trail_of_ticket(ticket.id) is None
    assert (count(HelpContact), count(HelpSession), count(Ticket)) == (0, 0, 1)


def test_the_weekly_figures_are_the_same_before_and_after():
    for n in range(30):
        solved = [act("resolved_claim")] if n % 3 == 0 else []
        a_session(n, now=MONDAY + n * DAY / 2, events=solved, surface="widget")
    recheck_due_sessions(settings=SETTINGS, now=MONDAY + 60 * DAY)
    midnight = MONDAY.replace(hour=0)
    scope = Scope(
        since=midnight + 80 * DAY, until=midnight + 108 * DAY, ripe_at=midnight + 99 * DAY
    )
    before = weeks_until(scope)
    assert total_old_sessions(now=MONDAY + 100 * DAY) > 10
    assert weeks_until(scope) == before
    assert sum(week.floor.whole for week in before) == 30
    assert sum(week.floor.part for week in before) == 10
