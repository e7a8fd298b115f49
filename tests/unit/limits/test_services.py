"""Limits: they count what was refused, forget what is old, and never turn themselves off."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import func, select, text

from app.db import db, unit_of_work
from app.errors import Invalid, TooMany
from app.limits.models import Throttle
from app.limits.services import (
    KEEP,
    forget_hits,
    forget_memory,
    hit,
    hit_in_memory,
    limit_key,
    prune_hits,
)
from app.web.client import countable_address

pytestmark = pytest.mark.usefixtures("ctx")

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
three_a_minute = partial(hit, limit=3, window_seconds=60)


def rows() -> int:
    count = db.session.scalar(select(func.count()).select_from(Throttle))
    db.session.rollback()
    return count


def hit_in_unit(key: str, now: datetime = NOW) -> None:
    with unit_of_work():
        three_a_minute(key, now=now)


def test_the_attempt_beyond_the_limit_is_refused_until_the_window_has_moved_on():
    for second in range(3):
        hit_in_unit("a:1", NOW + timedelta(seconds=second))
        hit_in_unit("noise:1", NOW)
    with pytest.raises(TooMany) as refusal:
        hit_in_unit("a:1", NOW + timedelta(seconds=10))
    assert refusal.value.retry_after_seconds == 51
    hit_in_unit("a:1", NOW + timedelta(seconds=61))


def test_refused_attempts_do_not_prolong_the_wait():
    for _ in range(3):
        hit_in_unit("a:1")
    for _ in range(5):
        with pytest.raises(TooMany):
            hit_in_unit("a:1", NOW + timedelta(seconds=59))
    hit_in_unit("a:1", NOW + timedelta(seconds=61))
    assert rows() == 4


def test_an_attempt_counts_even_if_the_work_around_it_is_refused():
    def refuse() -> None:
        with unit_of_work():
            three_a_minute("a:1", now=NOW)
            raise Invalid

    for _ in range(3):
        with pytest.raises(Invalid):
            refuse()
    assert rows() == 3
    with pytest.raises(TooMany):
        hit_in_unit("a:1")


def test_without_storage_the_process_counts_in_memory_and_the_work_goes_on():
    forget_memory()
    with unit_of_work():
        db.session.execute(text("ALTER TABLE throttles RENAME TO gone"))
    try:
        for number in range(3):
            with unit_of_work():
                three_a_minute("a:1", now=NOW)
                assert db.session.scalar(select(number + 1)) == number + 1
        with pytest.raises(TooMany):
            hit_in_unit("a:1")
    finally:
        with unit_of_work():
            db.session.execute(text("ALTER TABLE gone RENAME TO throttles"))
        forget_memory()
    assert rows() == 0


def test_a_success_starts_the_count_anew_and_leaves_others_alone():
    hit_in_unit("a:1")
    hit_in_unit("b:1")
    with unit_of_work():
        forget_hits("a:1")
    assert rows() == 1


def test_pruning_removes_only_what_no_window_reaches():
    hit_in_unit("a:1", NOW - KEEP - timedelta(seconds=1))
    hit_in_unit("a:2", NOW - KEEP + timedelta(seconds=1))
    with unit_of_work():
        assert prune_hits(now=NOW) == 1
    assert rows() == 1


def test_keys_hide_who_they_are_about_and_tell_parts_apart():
    key = limit_key("sign-in", "ada@team.example", "192.0.2.7", secret="s")
    assert "ada" not in key
    assert "192" not in key
    assert key == limit_key("sign-in", "ada@team.example", "192.0.2.7", secret="s")
    assert key != limit_key("sign-in", "ada@team.example", "192.0.2.7", secret="t")
    assert limit_key("x", "ab", "c", secret="s") != limit_key("x", "a", "bc", secret="s")


def test_memory_counts_reads_without_a_database():
    forget_memory()
    for _ in range(2):
        hit_in_memory("read:1", limit=2, window_seconds=10, now=NOW)
    with pytest.raises(TooMany):
        hit_in_memory("read:1", limit=2, window_seconds=10, now=NOW)
    hit_in_memory("read:2", limit=2, window_seconds=10, now=NOW)
    hit_in_memory("read:1", limit=2, window_seconds=10, now=NOW + timedelta(seconds=11))
    assert rows() == 0


@pytest.mark.parametrize(
    ("address", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
        ("unix:", "unix:"),
    ],
)
def test_an_ipv6_subscriber_counts_once(address, counted):
    assert countable_address(address) == counted
