"""What is kept of what clients report, and whose it is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.db import db, unit_of_work
from app.deflection.models import HelpEvent, HelpSession
from app.deflection.queries.sessions import current_session
from app.deflection.services.recording import MAX_EVENTS_A_SESSION
from app.deflection.services.refreshing import recheck_due_sessions
from app.deflection.vocabulary import Kind
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

HALF_HOUR = timedelta(minutes=30)


def kinds(session):
    rows = db.session.scalars(
        select(HelpEvent.kind)
        .where(HelpEvent.help_session_id == session.id)
        .order_by(HelpEvent.at, HelpEvent.id)
    )
    return list(rows)


def count_sessions():
    return len(db.session.scalars(select(HelpSession.id)).all())


def test_a_session_goes_on_for_half_an_hour_and_then_the_next_begins():
    first = play(act("open"), now=MONDAY)
    assert play(search(), now=MONDAY + HALF_HOUR) is first
    later = MONDAY + HALF_HOUR * 2 + timedelta(seconds=1)
    second = play(search(), now=later)
    assert second is not first
    assert (second.key, second.number) == (first.key, 2)
    assert current_session(session_key=first.key, now=later).id == second.id


def test_a_repeated_event_is_stored_once_in_a_batch_and_between_batches():
    once = search(event_id="the-same-event-id")
    session = play(act("open"), once, once, now=MONDAY)
    play(once, now=MONDAY + timedelta(minutes=1))
    assert kinds(session) == ["open", "search"]


def test_the_clients_clock_spaces_a_batch_and_never_sets_the_time():
    session = play(
        act("open", t=9_000_000), search(t=9_004_000), act("form_opened", t=9_010_000), now=MONDAY
    )
    times = db.session.scalars(select(HelpEvent.at).order_by(HelpEvent.id)).all()
    assert [(MONDAY - at).total_seconds() for at in times] == [10, 6, 0]
    assert (session.started_at, session.last_event_at) == (times[0], MONDAY)


def test_a_wild_client_clock_reaches_back_half_an_hour_at_most():
    session = play(act("open", t=1), search(t=2**53), now=MONDAY)
    assert session.started_at == MONDAY - HALF_HOUR


def test_queries_lose_addresses_and_long_numbers_and_are_folded_for_counting():
    play(
        search("  Rückerstattung  für ida.k+x@studio.example  "),
        search("card 4111 1111 1111 1111 declined"),
        search("RUCKERSTATTUNG!"),
        search("error 502 in 4.2"),
        now=MONDAY,
    )
    rows = db.session.execute(
        select(HelpEvent.query, HelpEvent.query_key).order_by(HelpEvent.id)
    ).all()
    assert rows == [
        ("Rückerstattung für …", "ruckerstattung fur"),
        ("card … declined", "card declined"),
        ("RUCKERSTATTUNG!", "ruckerstattung"),
        ("error 502 in 4.2", "error 502 in 4 2"),
    ]


def test_an_event_about_a_deleted_article_is_dropped_and_the_rest_kept():
    real = article()
    session = play(act("click", article_id=real.id), act("click", article_id=999_999), now=MONDAY)
    assert kinds(session) == ["click"]


def test_clients_cannot_report_what_only_the_server_knows():
    session = play(act("open"), act("ticket_created"), act("form_abandoned"), now=MONDAY)
    assert kinds(session) == ["open"]


def test_a_flood_of_events_ends_at_the_limit():
    for batch in range(12):
        session = play(*(act("visit") for _ in range(50)), now=MONDAY + timedelta(seconds=batch))
    assert len(kinds(session)) == MAX_EVENTS_A_SESSION


def test_another_tab_of_the_same_person_joins_the_session_under_way():
    one = visitor()
    first = play(act("open"), by=source("tab-number-00001", visitor_id=one.id), now=MONDAY)
    second = play(
        search(),
        by=source("tab-number-00002", visitor_id=one.id),
        now=MONDAY + timedelta(minutes=2),
    )
    assert second is first
    stranger = play(search(), by=source("tab-number-00003", visitor_id=visitor().id), now=MONDAY)
    assert stranger is not first


def test_who_signs_in_takes_the_last_day_along_and_nothing_older():
    unknown, known = visitor(), customer()
    as_visitor = source("before-sign-in-01", visitor_id=unknown.id)
    old = play(search(), by=as_visitor, now=MONDAY - timedelta(hours=30))
    recent = play(search(), by=as_visitor, now=MONDAY - timedelta(hours=20))
    noise = play(search(), by=source("someone-else-0001", visitor_id=visitor().id), now=MONDAY)
    live = play(act("open"), by=as_visitor, now=MONDAY)
    same = play(
        search(),
        by=source("before-sign-in-01", visitor_id=unknown.id, customer_id=known.id),
        now=MONDAY + timedelta(minutes=1),
    )
    assert same is live
    key = f"customer:{known.id}"
    assert (live.person_key, recent.person_key) == (key, key)
    assert old.person_key == f"visitor:{unknown.id}"
    assert noise.person_key != key


def test_who_becomes_a_visitor_in_mid_session_stays_one_person():
    started = play(search(), by=source(), now=MONDAY)
    assert started.person_key == "session:client-key-0000001"
    one = visitor()
    same = play(search(), by=source(visitor_id=one.id), now=MONDAY + timedelta(minutes=1))
    assert same is started
    assert started.person_key == f"visitor:{one.id}"
    # The next batch may come before the cookie is back.
    assert play(search(), by=source(), now=MONDAY + timedelta(minutes=2)) is started
    assert started.person_key == f"visitor:{one.id}"


def test_nothing_is_inherited_by_the_next_person_at_the_same_browser():
    first, second = customer(), customer()
    theirs = play(search(), by=source(customer_id=first.id), now=MONDAY)
    others = play(search(), by=source(customer_id=second.id), now=MONDAY + timedelta(minutes=1))
    nobody = play(search(), by=source(), now=MONDAY + timedelta(minutes=2))
    assert len({theirs.id, others.id, nobody.id}) == 3
    assert theirs.person_key == f"customer:{first.id}"


@pytest.mark.parametrize(
    ("changes", "events", "reason"),
    [
        ({"is_staff": True}, [search()], "staff"),
        (
            {"user_agent": "Googlebot/2.1 (+http://google.com/bot.html)"},
            [search()],
            "bot_agent",
        ),
        ({"user_agent": ""}, [search()], "bot_agent"),
        ({"from_script": False}, [search()], "no_script"),
        ({"from_script": False}, [search(), act("form_opened")], "no_script"),
        ({"from_script": False}, [search(), act("resolved_claim")], ""),
        ({"had_input": False}, [search()], "no_input"),
        ({"had_input": None}, [search()], ""),
        ({}, [search()], ""),
    ],
)
def test_staff_and_machines_are_left_out_with_the_reason(changes, events, reason):
    session = play(*events, by=source(**changes), now=MONDAY)
    recheck_due_sessions(settings=SETTINGS, now=MONDAY + timedelta(hours=1))
    assert session.excluded == reason


def test_more_than_sixty_searches_in_an_hour_are_a_machines():
    for minute in range(60):
        session = play(search(), now=MONDAY + timedelta(seconds=minute * 50))
    assert session.excluded == ""
    play(search(), now=MONDAY + timedelta(minutes=50))
    assert session.excluded == "too_many_searches"


def test_a_form_left_unsent_is_noted_once_when_the_session_is_over():
    session = play(search(), act("form_opened"), now=MONDAY)
    soon, over = MONDAY + timedelta(minutes=29), MONDAY + timedelta(minutes=31)
    assert recheck_due_sessions(settings=SETTINGS, now=soon) == 0
    assert recheck_due_sessions(settings=SETTINGS, now=over) == 1
    assert recheck_due_sessions(settings=SETTINGS, now=over) == 0
    assert kinds(session) == ["search", "form_opened", "form_abandoned"]
    assert session.outcome == "pending"
    recheck_due_sessions(settings=SETTINGS, now=MONDAY + timedelta(hours=72))
    assert (session.outcome, session.detail) == ("abandoned", "form_not_sent")
    assert session.recheck_at is None


def test_rechecking_takes_a_batch_at_a_time_the_longest_due_first():
    early = play(search(), by=source("early-session-001"), now=MONDAY)
    late = play(search(), by=source("later-session-001"), now=MONDAY + timedelta(hours=1))
    now = MONDAY + timedelta(days=5)
    assert recheck_due_sessions(settings=SETTINGS, now=now, limit=1) == 1
    assert (early.outcome, late.outcome) == ("unknown", "pending")


def test_another_threshold_decides_earlier_sessions_anew():
    read = article()
    session = play(search(), act("read", article_id=read.id, seconds=40, depth=9), now=MONDAY)
    now = MONDAY + timedelta(days=5)
    recheck_due_sessions(settings=SETTINGS, now=now)
    assert session.outcome == "likely"
    strict = replace(SETTINGS, read_seconds=60)
    assert recheck_due_sessions(settings=strict, now=now) == 1
    assert session.outcome == "unknown"
    assert recheck_due_sessions(settings=strict, now=now) == 0


def test_all_of_it_survives_the_commit():
    read = article()
    with_reading = [
        search(),
        act(Kind.CLICK, article_id=read.id),
        act(Kind.READ, article_id=read.id, seconds=40, depth=70),
    ]
    db.session.commit()
    with unit_of_work():
        session_id = play(*with_reading, now=MONDAY).id
    db.session.remove()
    row = db.session.get(HelpSession, session_id)
    assert (row.has_intent, row.has_tried, row.longest_read_seconds) == (True, True, 40)
    assert (row.read_to_end, row.ended_looking) == (False, False)
