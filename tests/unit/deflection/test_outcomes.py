"""The outcome of a help session, by example and by property."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.deflection.models import Outcome
from app.deflection.outcomes import INTENT, Act, derive_outcome, in_order, summarise
from app.deflection.vocabulary import Kind

#: A busy machine is no failure.
patiently = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

START = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
W = 72
LATER = START + timedelta(days=10)


def acts(*spec, every=10):
    """Build acts from ``(kind, fields)`` pairs, some seconds apart."""
    return [
        Act(f"e{i}", kind, START + timedelta(seconds=i * every), i, **fields)
        for i, (kind, fields) in enumerate(spec)
    ]


def verdict(events, *, tickets=(), now=LATER, read_seconds=30):
    return derive_outcome(
        events,
        tickets_of_person=tickets,
        now=now,
        attribution_hours=W,
        read_seconds=read_seconds,
    )


OPEN = (Kind.OPEN, {})
FOUND = (Kind.SEARCH, {"n_results": 4})
NOTHING = (Kind.SEARCH, {"n_results": 0})
SAW = (Kind.IMPRESSION, {"article_id": 1})
CLICK = (Kind.CLICK, {"article_id": 1})
LONG = (Kind.READ, {"article_id": 1, "seconds": 45, "depth": 60})
SHORT = (Kind.READ, {"article_id": 1, "seconds": 8, "depth": 20})
HALF = (Kind.READ, {"article_id": 1, "seconds": 15, "depth": 20})
TO_END = (Kind.READ, {"article_id": 1, "seconds": 9, "depth": 98})
GLANCE = (Kind.READ, {"article_id": 1, "seconds": 1, "depth": 100})
OTHER = (Kind.READ, {"article_id": 2, "seconds": 40, "depth": 50})
YES = (Kind.FEEDBACK, {"article_id": 1, "helped": True})
NO = (Kind.FEEDBACK, {"article_id": 1, "helped": False})
SOLVED = (Kind.RESOLVED_CLAIM, {})
FORM = (Kind.FORM_OPENED, {})
OFFER = (Kind.SUGGESTION_SHOWN, {})
TICKET = (Kind.TICKET_CREATED, {})
PHONE = (Kind.CONTACT_ELSEWHERE, {})


@pytest.mark.parametrize(
    ("spec", "outcome", "detail"),
    [
        ([OPEN], "unknown", "no_intent"),
        ([OPEN, SAW], "unknown", "no_intent"),
        ([OPEN, NOTHING], "unknown", "no_result"),
        ([OPEN, FOUND, SAW], "unknown", "no_click"),
        ([OPEN, FOUND, CLICK, SHORT], "unknown", "short_read"),
        ([OPEN, FOUND, CLICK, GLANCE], "unknown", "short_read"),
        ([OPEN, FOUND, CLICK, LONG], "likely", "read_long"),
        ([OPEN, FOUND, CLICK, TO_END], "likely", "read_to_end"),
        ([OPEN, FOUND, CLICK, HALF, HALF], "likely", "read_long"),
        ([OPEN, LONG], "likely", "read_long"),
        ([OPEN, FOUND, CLICK, LONG, FOUND], "unknown", "ended_searching"),
        ([OPEN, FOUND, CLICK, LONG, NO], "unknown", "ended_with_no"),
        # The tail of the reading arrives after the vote and changes nothing.
        ([OPEN, FOUND, CLICK, LONG, NO, SHORT], "unknown", "ended_with_no"),
        ([OPEN, FOUND, CLICK, LONG, NO, OTHER], "likely", "read_long"),
        ([OPEN, FOUND, CLICK, SHORT, YES], "confirmed", "yes"),
        ([OPEN, FOUND, CLICK, YES, NO], "unknown", "ended_with_no"),
        ([OPEN, FOUND, CLICK, NO, YES], "confirmed", "yes"),
        ([OPEN, FOUND, CLICK, SOLVED], "confirmed", "resolved_claim"),
        ([OPEN, FORM], "abandoned", "form_not_sent"),
        ([OPEN, FOUND, CLICK, LONG, FORM], "abandoned", "form_not_sent"),
        ([OPEN, FORM, OFFER, SOLVED], "confirmed", "resolved_claim"),
        ([OPEN, FOUND, CLICK, LONG, FORM, TICKET], "failed", "after_reading"),
        ([OPEN, FOUND, SAW, FORM, TICKET], "failed", "after_no_click"),
        ([OPEN, FORM, OFFER, TICKET], "failed", "after_no_click"),
        ([OPEN, NOTHING, FORM, TICKET], "failed", "after_no_result"),
        ([OPEN, FORM, TICKET], "failed", "asked_at_once"),
        ([OPEN, FOUND, CLICK, SOLVED, PHONE], "failed", "after_reading"),
        # Reading after the ticket is not what failed before it.
        ([OPEN, NOTHING, FORM, TICKET, LONG], "failed", "after_no_result"),
    ],
)
def test_each_course_of_events_has_its_outcome(spec, outcome, detail):
    found = verdict(acts(*spec))
    assert (found.outcome, found.detail) == (outcome, detail)
    assert found.recheck_at is None


def test_an_outcome_is_pending_until_the_window_has_passed():
    events = acts(OPEN, FOUND, CLICK, YES)
    end = events[-1].at + timedelta(hours=W)
    before = verdict(events, now=end - timedelta(seconds=1))
    assert (before.outcome, before.recheck_at, before.decided_at) == ("pending", end, None)
    after = verdict(events, now=end)
    assert (after.outcome, after.recheck_at, after.decided_at) == ("confirmed", None, end)


def test_a_ticket_counts_within_the_window_and_not_after_or_before():
    events = acts(OPEN, FOUND, CLICK, YES)
    end = events[-1].at + timedelta(hours=W)
    assert verdict(events, tickets=[end]).outcome == "failed"
    assert verdict(events, tickets=[end + timedelta(seconds=1)]).outcome == "confirmed"
    assert verdict(events, tickets=[START - timedelta(hours=1)]).outcome == "confirmed"


def test_the_reading_threshold_is_an_argument():
    events = acts(OPEN, FOUND, CLICK, LONG)
    assert verdict(events, read_seconds=45).outcome == "likely"
    assert verdict(events, read_seconds=46).outcome == "unknown"


#: Any one thing that can happen: kind, article and time are free, ties included.
happenings = st.tuples(
    st.sampled_from(Kind),
    st.integers(0, 40),
    st.none() | st.integers(1, 3),
    st.none() | st.integers(0, 3),
    st.integers(0, 90),
    st.integers(0, 100),
    st.none() | st.booleans(),
)


def as_acts(found):
    """Turn happenings into the acts of a session, numbered as they came."""
    return [
        Act(f"e{i}", kind, START + timedelta(minutes=minute), i, article, n, seconds, depth, helped)
        for i, (kind, minute, article, n, seconds, depth, helped) in enumerate(found)
    ]


def sessions():
    """Make any course of events."""
    return st.lists(happenings, max_size=14).map(as_acts)


moments = st.integers(-60, 60 * 24 * 9).map(lambda minutes: START + timedelta(minutes=minutes))
tickets = st.lists(moments, max_size=3)


@patiently
@given(sessions(), tickets, moments)
def test_every_course_of_events_has_exactly_one_outcome(events, written, now):
    found = verdict(events, tickets=written, now=now)
    assert found.outcome in set(Outcome)
    assert found.detail or found.outcome == "pending"
    assert (found.recheck_at is not None) == (found.outcome == "pending")


@patiently
@given(sessions(), tickets, moments, st.randoms())
def test_the_order_of_arrival_changes_nothing(events, written, now, rng: random.Random):
    shuffled = list(events)
    rng.shuffle(shuffled)
    assert verdict(shuffled, tickets=written, now=now) == verdict(events, tickets=written, now=now)


@patiently
@given(sessions(), tickets, moments, st.data())
def test_repeats_change_nothing(events, written, now, data):
    repeats = data.draw(st.lists(st.sampled_from(events), max_size=5)) if events else []
    assert verdict(events + repeats, tickets=written, now=now) == verdict(
        events, tickets=written, now=now
    )


@patiently
@given(sessions(), tickets, st.integers(0, W * 60))
def test_a_ticket_within_the_window_always_fails_a_help_session(events, written, minutes):
    summary = summarise(events)
    if summary.intent_at is None:
        return
    ticket = max(summary.ended_at, summary.intent_at) + timedelta(minutes=minutes)
    if ticket > summary.ended_at + timedelta(hours=W):
        return
    assert verdict(events, tickets=[*written, ticket]).outcome == "failed"


@patiently
@given(sessions(), tickets, moments)
def test_an_opened_form_is_no_success_without_confirmation(events, written, now):
    summary = summarise(events)
    if summary.form_open and not summary.confirmed_by:
        found = verdict(events, tickets=written, now=now).outcome
        assert found not in ("confirmed", "likely", "unknown")


@patiently
@given(sessions(), tickets, moments)
def test_it_is_pending_only_before_the_window_has_passed(events, written, now):
    summary = summarise(events)
    found = verdict(events, tickets=written, now=now)
    if found.outcome == "pending":
        assert now < summary.ended_at + timedelta(hours=W)
    elif found.outcome != "failed" and summary.has_intent:
        assert now >= summary.ended_at + timedelta(hours=W)


@patiently
@given(sessions(), tickets, moments)
def test_a_lower_threshold_never_lowers_the_ceiling(events, written, now):
    good = {"confirmed", "likely"}
    strict = verdict(events, tickets=written, now=now, read_seconds=60).outcome in good
    loose = verdict(events, tickets=written, now=now, read_seconds=10).outcome in good
    assert loose or not strict


@patiently
@given(sessions())
def test_what_the_server_adds_never_prolongs_a_session(events):
    summary = summarise(events)
    late = max((act.at for act in in_order(events)), default=START) + timedelta(hours=1)
    derived = Act("late", Kind.FORM_ABANDONED, late, 99)
    if any(act.kind in INTENT - {Kind.TICKET_CREATED} for act in events):
        assert summarise([*events, derived]).ended_at == summary.ended_at
