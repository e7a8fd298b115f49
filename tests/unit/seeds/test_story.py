"""The people, tickets and visits of the story agree with each other and with the articles."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import cache
from random import Random

import pytest

from app.deflection.vocabulary import Kind
from app.knowledge.services import FEEDBACK_REASONS
from app.seeds.articles import read_articles
from app.seeds.moves import Visit
from app.seeds.people import read_cast
from app.seeds.services.filing import VERBS as FILING
from app.seeds.threads import Thread, read_threads
from app.seeds.visits import DAYS, draw_visits, read_patterns
from app.staff.models import Role
from app.tickets.models import Priority

NOW = datetime(2026, 5, 6, 14, 30, tzinfo=UTC)
CAST = read_cast()
READABLE = {
    article.slug
    for article in read_articles()
    if article.state == "published" and article.audience != "staff"
}
ANSWERS = {"reply", "open", "hold", "solved"}
WORDS = ANSWERS | {"note", "flag", "writes", "promise", "moved", "escalate"}
VERBS = WORDS | FILING | {"take", "give", "priority", "settles", "closes"}


@cache
def threads(now: datetime = NOW) -> list[Thread]:
    return read_threads(CAST, rng=Random(1), now=now)


@cache
def visits(seed: int = 1, now: datetime = NOW) -> list[Visit]:
    return draw_visits(CAST, rng=Random(seed), now=now)


def test_the_cast_is_complete() -> None:
    assert {person.role for person in CAST.staff.values()} == {role.value for role in Role}
    assert len(CAST.accounts) >= 24
    assert len(CAST.customers) >= 60
    assert {customer.account.key for customer in CAST.customers.values()} == set(CAST.accounts)


@pytest.fixture(params=threads(), ids=lambda thread: thread.key)
def thread(request: pytest.FixtureRequest) -> Thread:
    return request.param


def test_a_thread_names_only_what_exists(thread: Thread) -> None:
    assert thread.customer in CAST.customers or (thread.name and thread.email)
    for step in thread.steps:
        assert step.verb in VERBS
        assert step.who in CAST.staff or step.who in ("customer", "")
        assert (step.who == "customer") == (step.verb == "writes")
        assert step.verb == "state" or bool(step.text) == (step.verb in WORDS)
        if step.verb == "priority":
            assert step.what in set(Priority)
        if step.verb == "give":
            assert step.what in CAST.staff


def test_a_thread_runs_forward_and_ends_by_now(thread: Thread) -> None:
    times = [thread.at, *(step.at for step in thread.steps)]
    assert times == sorted(times)
    assert times[-1] <= NOW
    assert thread.trail is None or thread.trail.ended_at < thread.at


def test_a_threads_words_have_no_unfilled_dates(thread: Thread) -> None:
    for step in thread.steps:
        assert "{weekday" not in step.text
        assert "{date" not in step.text


def test_promised_weekdays_follow_the_day_of_the_promise() -> None:
    def promise(now: datetime) -> str:
        first = next(thread for thread in threads(now) if thread.key == "first-report")
        return next(step.text for step in first.steps if step.verb == "hold")

    assert promise(NOW) != promise(NOW + timedelta(days=1))
    assert promise(NOW) == promise(NOW + timedelta(days=7))


def test_the_inbox_is_alive_today() -> None:
    last = {thread.key: [s.verb for s in thread.steps if s.verb in ANSWERS | {"writes", "settles"}]
            for thread in threads()}  # fmt: skip
    waiting = Counter(
        verbs[-1] if verbs else "new"
        for verbs in last.values()
        if not verbs or verbs[-1] not in ("solved", "settles")
    )
    assert sum(waiting.values()) >= 12
    assert set(waiting) == {"new", "reply", "writes", "open", "hold"}
    assert len(last) >= 70


def test_no_answer_is_given_twice() -> None:
    texts = [step.text for thread in threads() for step in thread.steps if len(step.text) > 40]
    assert len(set(texts)) == len(texts)


def test_visits_and_trails_open_articles_that_exist_and_give_known_reasons() -> None:
    everything = [*visits(), *(thread.trail for thread in threads() if thread.trail)]
    for visit in everything:
        for move in visit.moves:
            assert not move.slug or move.slug in READABLE, move.slug
            assert not move.reason or move.reason in FEEDBACK_REASONS, move.reason
            assert move.kind is not Kind.SEARCH or len(move.query) >= 3
            assert move.seconds <= 600


def test_every_pattern_can_be_drawn() -> None:
    ends = {"solved", "helped", "read", "skim", "unhelped", "form", "leave"}
    for pattern in read_patterns():
        assert set(pattern.ends) <= ends
        assert any(pattern.weight_on(day) for day in range(DAYS + 1)), pattern.q
        for stop in (stop for route in pattern.open for stop in route.split(" > ")):
            slug, seconds = stop.split(":")
            assert slug in READABLE
            assert int(seconds) > 0


def test_the_same_seed_tells_the_same_story_and_another_one_another() -> None:
    assert visits(1) == draw_visits(CAST, rng=Random(1), now=NOW)
    assert visits(1) != visits(2)
    assert threads() == read_threads(CAST, rng=Random(1), now=NOW)


def test_the_story_ends_now_and_lasts_ninety_days() -> None:
    times = [visit.ended_at for visit in visits()]
    assert times == sorted(times)
    assert times[-1] <= NOW
    assert NOW - times[-1] < timedelta(hours=8)
    assert timedelta(days=89) < NOW - times[0] <= timedelta(days=91)
    assert 1_700 <= len(times) <= 3_000


def test_the_release_makes_a_wave() -> None:
    asked = Counter((NOW.date() - visit.ended_at.date()).days for visit in visits())
    before = sum(asked[DAYS - day] for day in range(7, 14))
    during = sum(asked[DAYS - day] for day in range(15, 22))
    assert during > 1.4 * before


def test_rewriting_the_article_makes_declined_cards_less_of_a_question() -> None:
    def about_cards(thread: Thread) -> bool:
        trail = thread.trail.moves if thread.trail else ()
        return any(move.slug == "card-was-declined" for move in trail)

    rewritten_at = NOW - timedelta(days=DAYS - 66)
    before = sum(about_cards(thread) and thread.at < rewritten_at for thread in threads())
    after = sum(about_cards(thread) and thread.at >= rewritten_at for thread in threads())
    assert before >= 8
    assert after / (DAYS - 66) < 0.5 * before / 66
