"""The figures of the report, each beside noise that must not be in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.db import db
from app.deflection.queries.articles import articles_between, remarks_between
from app.deflection.queries.listing import SessionFilter, sessions_between
from app.deflection.queries.outcomes import (
    outcomes_between,
    sensitivity_to_reading,
    writers_who_tried,
)
from app.deflection.queries.scope import Scope
from app.deflection.queries.searches import searches_between
from app.deflection.services.refreshing import recheck_due_sessions
from app.deflection.shares import Z_95, Share
from app.events.actor import visitor_actor
from app.knowledge.models import ArticleFeedback
from app.sites.models import Site
from app.tickets.services.opening import open_ticket
from tests.factories.help_sessions import (
    MONDAY,
    SETTINGS,
    act,
    article,
    play,
    search,
    source,
    visitor,
)

#: A busy machine is no failure.
patiently = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

DAY = timedelta(days=1)
SCOPE = Scope(MONDAY - DAY, MONDAY + 27 * DAY, ripe_at=MONDAY + 37 * DAY)

_made = iter(range(10**6))


def session(*events, now=MONDAY, **changes):
    return play(*events, by=source(f"report-session-{next(_made):06}", **changes), now=now)


def decide():
    recheck_due_sessions(settings=SETTINGS, now=MONDAY + 40 * DAY, limit=1000)


def site(name="App"):
    found = Site(key=f"site-{next(_made)}", name=name)
    db.session.add(found)
    db.session.flush()
    return found


def read(of, seconds=40, depth=50):
    return act("read", article_id=of.id, seconds=seconds, depth=depth)


@patiently
@given(st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_ends_where_the_score_test_would_reject(case):
    share = Share(*case)
    for end in share.interval:
        if 0 < end < 1:
            squared = (share.value - end) ** 2
            assert squared == pytest.approx(Z_95**2 * end * (1 - end) / share.whole, rel=1e-6)


@patiently
@given(st.integers(0, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_the_interval_holds_the_share_and_stays_a_share(case):
    share = Share(*case)
    low, high = share.interval
    assert 0 <= low <= high <= 1
    assert low - 1e-9 <= share.value <= high + 1e-9 or not share.whole


def test_below_ten_cases_there_is_no_percentage():
    assert not Share(3, 9).is_enough
    assert Share(3, 10).is_enough


@pytest.mark.usefixtures("ctx")
def test_outcomes_are_counted_with_exclusions_apart_and_noise_left_out():
    one = article()
    session(search(), act("resolved_claim"))
    session(search(), read(one))
    session(search(), read(one))
    session(search(), act("form_opened"))
    session(search(n_results=0))
    session(search(), is_staff=True)
    session(search(), user_agent="Googlebot/2.1")
    session(act("visit"))  # no intent
    session(search(), now=MONDAY - 3 * DAY)  # before the period
    session(search(), now=MONDAY + 28 * DAY)  # after it
    decide()
    young = session(search(), now=MONDAY + 26 * DAY)
    assert young.outcome == "pending"

    counts = outcomes_between(SCOPE)
    assert counts.pending == 1
    assert counts.by_outcome == {
        "confirmed": 1,
        "likely": 2,
        "abandoned": 1,
        "unknown": 1,
    }
    assert counts.excluded == {"staff": 1, "bot_agent": 1}
    assert (counts.floor, counts.ceiling) == (Share(1, 5), Share(3, 5))
    assert counts.details("unknown") == [("no_result", 1)]


@pytest.mark.usefixtures("ctx")
def test_a_failure_waits_as_long_as_a_success_before_it_counts():
    """Else every report would end in three days that hold nothing but failures."""
    known = visitor()
    session(search(), act("resolved_claim"))
    session(search(), visitor_id=known.id)
    open_ticket(
        subject="Help",
        body="Please.",
        channel="widget",
        actor=visitor_actor(known.id),
        now=MONDAY + timedelta(hours=1),
        visitor_id=known.id,
        requester_email="n@studio.example",
    )
    soon = outcomes_between(replace(SCOPE, ripe_at=MONDAY - timedelta(hours=70)))
    assert (soon.decided, soon.pending, soon.failed_early) == (0, 1, 1)
    decide()
    late = outcomes_between(SCOPE)
    assert (late.of("failed"), late.of("confirmed"), late.failed_early) == (1, 1, 0)
    early = SessionFilter(outcome="failed", time="open")
    over = SessionFilter(outcome="failed", time="over")
    assert [sessions_between(SCOPE, wanted, number=1).total for wanted in (early, over)] == [0, 1]


@pytest.mark.usefixtures("ctx")
def test_a_scope_can_name_a_site_and_a_surface():
    app, web = site(), site()
    session(search(), site_id=app.id, surface="widget")
    session(search(), site_id=app.id, surface="help")
    session(search(), site_id=web.id, surface="widget")
    decide()
    of = replace(SCOPE, site_id=app.id, surface="widget")
    assert outcomes_between(of).decided == 1
    assert [row.times for row in searches_between(of)] == [1]
    assert sessions_between(of, SessionFilter(), number=1).total == 1


@pytest.mark.usefixtures("ctx")
def test_other_reading_thresholds_move_sessions_between_likely_and_unknown_only():
    one = article()
    session(search(), act("resolved_claim"))
    session(search(), read(one, 15))
    session(search(), read(one, 40))
    session(search(), read(one, 90))
    session(search(), read(one, 6, depth=100))
    session(search(), read(one, 90), search())  # ended searching
    session(search(), read(one, 90), act("form_opened"))
    decide()
    counts = outcomes_between(SCOPE)
    rows = sensitivity_to_reading(SCOPE, counts)
    assert [(row.read_seconds, row.likely) for row in rows] == [(10, 4), (30, 3), (60, 2)]
    assert rows[1].ceiling == counts.ceiling == Share(4, 7)


@pytest.mark.usefixtures("ctx")
def test_searches_are_counted_with_what_came_of_them():
    one = article()
    known = visitor()
    session(search("Refund!", 3), act("click", article_id=one.id))
    session(search("refund", 2), search("card", 4), read(one))
    session(search("refund", 0))
    session(search("ref"), search("refund"))  # still typing
    failed = session(search("card", 1), visitor_id=known.id)
    open_ticket(
        subject="Card",
        body="Declined.",
        channel="widget",
        actor=visitor_actor(known.id),
        now=MONDAY + timedelta(minutes=1),
        visitor_id=known.id,
        help_session_id=failed.id,
        requester_email="n@studio.example",
    )
    session(search("refund", 0), is_staff=True)
    decide()
    refund, card = searches_between(SCOPE)
    assert (refund.key, refund.times, refund.sessions) == ("refund", 4, 4)
    assert (refund.without_result, refund.without_click, refund.with_ticket) == (1, 2, 0)
    assert (card.times, card.without_result, card.without_click, card.with_ticket) == (2, 0, 1, 1)

    for row in (refund, card):
        for wanted, figure in [
            (SessionFilter(query_key=row.key), row.sessions),
            (SessionFilter(query_key=row.key, search="without_result"), row.without_result),
            (SessionFilter(query_key=row.key, search="without_click"), row.without_click),
            (SessionFilter(query_key=row.key, outcome="failed"), row.with_ticket),
        ]:
            assert sessions_between(SCOPE, wanted, number=1).total == figure


@pytest.mark.usefixtures("ctx")
def test_articles_show_openings_tickets_and_votes_of_those_who_count():
    good, bad = article("Good"), article("Bad")
    liked = session(search(), read(good))
    session(search(), act("click", article_id=good.id), read(good))
    session(search(), read(good), is_staff=True)
    known = visitor()
    failed = session(search(), act("click", article_id=bad.id), visitor_id=known.id)
    open_ticket(
        subject="Help",
        body="It did not work.",
        channel="widget",
        actor=visitor_actor(known.id),
        now=MONDAY + timedelta(minutes=1),
        visitor_id=known.id,
        requester_email="n@studio.example",
    )
    decide()
    for n, (of, by, helped, comment, at) in enumerate(
        [
            (good, liked, True, "", MONDAY),
            (bad, failed, False, "The menu is gone", MONDAY),
            (bad, failed, False, "", MONDAY),
            (bad, failed, False, "Too old to count", MONDAY - 9 * DAY),
        ]
    ):
        db.session.add(
            ArticleFeedback(
                article_id=of.id,
                revision_id=of.published_revision_id,
                voter_key=f"v{n}",
                helped=helped,
                reasons=[],
                comment=comment,
                help_session_id=by.id,
                given_at=at,
            )
        )
    db.session.flush()
    first, second = articles_between(SCOPE)
    assert (first.title, first.sessions, first.failed, first.yes, first.no) == ("Good", 2, 0, 1, 0)
    assert (second.title, second.sessions, second.failed, second.no) == ("Bad", 1, 1, 2)
    listed = sessions_between(SCOPE, SessionFilter(article_id=bad.id), number=1)
    assert [row.session.id for row in listed.items] == [failed.id]
    remarks = remarks_between(SCOPE)
    assert [(row.comment, row.help_session_id) for row in remarks] == [
        ("The menu is gone", failed.id)
    ]


@pytest.mark.usefixtures("ctx")
def test_writers_count_once_and_as_having_tried_if_they_ever_did():
    tried, not_tried, before = visitor(), visitor(), visitor()
    session(search(), visitor_id=tried.id)
    for who, at in [
        (tried, MONDAY + timedelta(hours=2)),
        (tried, MONDAY + 5 * DAY),
        (not_tried, MONDAY),
        (before, MONDAY - 5 * DAY),
    ]:
        open_ticket(
            subject="Help",
            body="Please.",
            channel="widget",
            actor=visitor_actor(who.id),
            now=at,
            visitor_id=who.id,
            requester_email="n@studio.example",
        )
    assert writers_who_tried(SCOPE) == Share(1, 2)
    listed = sessions_between(SCOPE, SessionFilter(outcome="before_ticket"), number=1)
    assert [row.session.person_key for row in listed.items] == [f"visitor:{tried.id}"]
