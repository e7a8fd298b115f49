"""Who is on duty: properties over many zones, and the cases that go wrong elsewhere."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.calendars.algebra import OpenHours
from app.calendars.hours import Span as Hours
from app.calendars.walltime import instant
from app.rotation.editing import continued
from app.rotation.fairness import balance, duty_seconds
from app.rotation.resolving import Duty, handoff, on_duty, plan, turn_at
from app.rotation.rules import Absence, Layer, Override, OverrideKind, Rules, Span, Swap, Unit

ZONES = [
    "UTC", "Europe/Berlin", "Europe/Dublin", "America/New_York", "America/Sao_Paulo",
    "Africa/Casablanca", "Africa/Cairo", "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia",
    "Pacific/Auckland",
]  # fmt: skip
EVER = Span(-(10**11), 10**11)
DAY = 86_400


def at(text: str) -> int:
    """Return a moment in UTC as an instant."""
    return instant(datetime.fromisoformat(text).replace(tzinfo=UTC))


def layer(**changes) -> Layer:
    """Return a layer of three people who take a week each from Monday at nine."""
    values = {
        "line": 1, "priority": 1, "anchor": date(2026, 1, 5), "handoff_minute": 540, "every": 1,
        "unit": Unit.WEEK, "members": (1, 2, 3), "effective": EVER,
    }  # fmt: skip
    return Layer(**(values | changes))


def people(rules: Rules, when: int) -> list[int]:
    return [duty.staff_id for duty in on_duty(rules, when)]


moments = st.integers(at("2011-01-01T00:00"), at("2030-01-01T00:00"))
layers = st.builds(
    Layer,
    line=st.integers(1, 3),
    priority=st.integers(1, 3),
    anchor=st.dates(date(2010, 1, 1), date(2028, 12, 31)),
    handoff_minute=st.integers(0, 1439),
    every=st.integers(1, 3),
    unit=st.sampled_from(Unit),
    members=st.lists(st.integers(1, 4), max_size=4, unique=True).map(tuple),
    effective=st.just(EVER),
    hours=st.none(),
)


@st.composite
def spans_near(draw, centre: int) -> Span:
    starts = centre + draw(st.integers(-20 * DAY, 20 * DAY))
    return Span(starts, starts + draw(st.integers(1, 10 * DAY)))


@st.composite
def situations(draw) -> tuple[Rules, Span]:
    """Return rules with everything in them, and a stretch of time they are about."""
    zone = draw(st.sampled_from(ZONES))
    centre = draw(moments)
    week = (Hours(480, 1080),)
    hours = OpenHours(zone, (week, week, (), week, week, (Hours(0, 1440),), ()))
    made = [
        Layer(**(vars(each) | {"hours": hours if draw(st.booleans()) else None,
                               "effective": draw(st.sampled_from([EVER, Span(centre, 10**11)]))}))
        for each in draw(st.lists(layers, min_size=1, max_size=3))
    ]  # fmt: skip
    person = st.integers(1, 5)
    overrides = tuple(
        Override(key, draw(st.sampled_from(OverrideKind)), draw(spans_near(centre)),
                 draw(person), draw(person))
        for key in range(draw(st.integers(0, 3)))
    )  # fmt: skip
    swaps = tuple(
        Swap(key, draw(spans_near(centre)), draw(person), draw(person))
        for key in range(draw(st.integers(0, 2)))
    )
    absences = tuple(
        Absence(draw(person), draw(spans_near(centre))) for _ in range(draw(st.integers(0, 2)))
    )
    return (
        Rules(zone, tuple(made), overrides, swaps, absences),
        Span(centre - 5 * DAY, centre + 5 * DAY),
    )


@settings(max_examples=150, deadline=None)
@given(situations(), st.data())
def test_the_plan_says_what_the_moment_says(situation, data):
    rules, span = situation
    pieces = plan(rules, span)
    assert [piece.span.starts for piece in pieces] == [
        span.starts,
        *(piece.span.ends for piece in pieces[:-1]),
    ]
    assert pieces[-1].span.ends == span.ends
    assert all(one.duties != two.duties for one, two in pairwise(pieces))
    for _ in range(20):
        when = data.draw(st.integers(span.starts, span.ends - 1))
        (piece,) = [piece for piece in pieces if piece.span.holds(when)]
        assert piece.duties == on_duty(rules, when)
    for piece in pieces:
        for when in (piece.span.starts, piece.span.ends - 1):
            assert on_duty(rules, when) == piece.duties


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(ZONES), layers, moments, st.integers(0, 40 * DAY))
def test_turns_never_go_back(zone, each, when, further):
    turn = turn_at(zone, each, when)
    assert handoff(zone, each, turn) <= when < handoff(zone, each, turn + 1)
    assert turn_at(zone, each, when + further) >= turn


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(ZONES), layers, moments, st.data())
def test_new_members_change_nothing_before_the_next_handoff(zone, each, now, data):
    members = data.draw(st.lists(st.integers(1, 8), max_size=6, unique=True))
    ended, following = continued(zone, each, members=members, now=now)
    before, after = Rules(zone, (each,)), Rules(zone, (ended, following))
    next_handoff = handoff(zone, each, turn_at(zone, each, now) + 1)
    for when in (now, data.draw(st.integers(now, next_handoff - 1)), next_handoff - 1):
        assert people(before, when) == people(after, when)
    # From then on everybody has their turn, one after the other, in the new order.
    turn = turn_at(zone, following, next_handoff)
    seen = [following.member_of(turn + step) for step in range(len(members))]
    assert sorted(seen, key=str) == sorted(members, key=str)
    if members:
        place = members.index(seen[0])
        assert seen == members[place:] + members[:place]
        current = each.member_of(turn_at(zone, each, now))
        if current in members and len(members) > 1:
            assert seen[0] != current


def test_adding_a_member_does_not_reshuffle_the_turns():
    each = layer(members=(1, 2, 3))
    now = at("2026-02-18T12:00")  # in the seventh week: member 1
    assert people(Rules("UTC", (each,)), now) == [1]
    ended, following = continued("UTC", each, members=[1, 2, 3, 4], now=now)
    rules = Rules("UTC", (ended, following))
    assert [people(rules, now + week * 7 * DAY)[0] for week in range(6)] == [1, 2, 3, 4, 1, 2]


def test_who_leaves_in_mid_shift_hands_over_at_the_next_handoff():
    each = layer(members=(1, 2, 3))
    now = at("2026-02-18T12:00")
    ended, following = continued("UTC", each, members=[2, 3], now=now)
    rules = Rules("UTC", (ended, following))
    assert [people(rules, now + week * 7 * DAY)[0] for week in range(4)] == [1, 2, 3, 2]


def test_a_handoff_in_the_repeated_hour_is_not_given_back():
    each = layer(unit=Unit.DAY, anchor=date(2026, 10, 30), handoff_minute=90, members=(1, 2))
    rules = Rules("America/New_York", (each,))
    # 01:30 comes twice on 1 November: at 05:30 and at 06:30 UTC. The first one hands over.
    assert people(rules, at("2026-11-01T05:29")) == [2]
    assert people(rules, at("2026-11-01T05:30")) == [1]
    assert people(rules, at("2026-11-01T06:15")) == [1]  # 01:15, the second time


def test_a_handoff_that_clocks_skip_comes_with_the_jump():
    each = layer(unit=Unit.DAY, anchor=date(2026, 3, 7), handoff_minute=150, members=(1, 2))
    rules = Rules("America/New_York", (each,))
    assert people(rules, at("2026-03-08T06:59")) == [1]
    assert people(rules, at("2026-03-08T07:00")) == [2]


def test_a_day_that_does_not_exist_has_an_empty_turn():
    each = layer(unit=Unit.DAY, anchor=date(2011, 12, 28), handoff_minute=0, members=(1, 2, 3, 4))
    rules = Rules("Pacific/Apia", (each,))
    pieces = plan(rules, Span(at("2011-12-28T12:00"), at("2012-01-01T09:00")))
    # 28, 29, (30 was skipped), 31 December: the third never comes on.
    assert [[duty.staff_id for duty in piece.duties] for piece in pieces][:3] == [[1], [2], [4]]


def test_a_monthly_turn_from_the_31st_begins_on_the_last_day_there_is():
    each = layer(unit=Unit.MONTH, anchor=date(2026, 1, 31), members=(1, 2))
    days = [each.nominal_day(turn) for turn in range(-1, 4)]
    assert days == [
        date(2025, 12, 31), date(2026, 1, 31), date(2026, 2, 28), date(2026, 3, 31),
        date(2026, 4, 30),
    ]  # fmt: skip


def test_one_member_is_always_on_and_none_is_a_gap():
    when = at("2026-05-01T00:00")
    assert people(Rules("UTC", (layer(members=(7,)),)), when) == [7]
    assert people(Rules("UTC", (layer(members=()),)), when) == []
    assert people(Rules("UTC"), when) == []


def test_the_higher_priority_goes_first_and_the_lower_fills_its_gaps():
    open_hours = OpenHours("UTC", ((Hours(540, 1020),),) * 7)
    days = layer(line=1, priority=2, members=(1,), hours=open_hours)
    nights = layer(line=2, priority=1, members=(2,))
    rules = Rules("UTC", (nights, days))
    assert people(rules, at("2026-05-04T08:59")) == [2]
    assert people(rules, at("2026-05-04T09:00")) == [1]
    assert people(rules, at("2026-05-04T16:59")) == [1]
    assert people(rules, at("2026-05-04T17:00")) == [2]


MONDAY = at("2026-01-05T09:00")
WEEK = Span(MONDAY, MONDAY + 7 * DAY)
TUESDAY = Span(MONDAY + DAY, MONDAY + 2 * DAY)


@pytest.mark.parametrize(
    ("overrides", "on"),
    [
        ([(OverrideKind.ADD, 5, None)], [1, 5]),
        ([(OverrideKind.ADD, 1, None)], [1]),
        ([(OverrideKind.REMOVE, None, 1)], []),
        ([(OverrideKind.REMOVE, None, 2)], [1]),
        ([(OverrideKind.REPLACE, 5, 1)], [5]),
        ([(OverrideKind.REPLACE, 5, 2)], [1]),
        ([(OverrideKind.ADD, 5, None), (OverrideKind.REPLACE, 5, 1)], [5]),
        ([(OverrideKind.REPLACE, 5, 1), (OverrideKind.REPLACE, 6, 1)], [5]),
        ([(OverrideKind.REPLACE, 5, 1), (OverrideKind.REPLACE, 6, 5)], [6]),
        ([(OverrideKind.FIXED, 8, None), (OverrideKind.REPLACE, 5, 1)], [8]),
        ([(OverrideKind.FIXED, 8, None), (OverrideKind.FIXED, 9, None)], [8, 9]),
    ],
)
def test_overrides_apply_in_the_order_in_which_they_were_made(overrides, on):
    made = tuple(
        Override(key, kind, TUESDAY, adds, removes)
        for key, (kind, adds, removes) in enumerate(overrides)
    )
    rules = Rules("UTC", (layer(),), made)
    assert people(rules, TUESDAY.starts) == on
    assert people(rules, TUESDAY.starts - 1) == people(rules, TUESDAY.ends) == [1]


def test_an_override_across_a_handoff_holds_on_both_sides():
    span = Span(WEEK.ends - 3600, WEEK.ends + 3600)
    rules = Rules("UTC", (layer(),), (Override(1, OverrideKind.REPLACE, span, 9, 1),))
    assert people(rules, WEEK.ends - 1) == [9]
    assert people(rules, WEEK.ends) == [2]  # it replaces the first, and now the second is on


def test_swaps_apply_in_the_order_in_which_they_were_asked_for():
    swapped = Rules("UTC", (layer(),), swaps=(Swap(1, TUESDAY, 1, 2), Swap(2, TUESDAY, 2, 3)))
    assert on_duty(swapped, TUESDAY.starts) == (Duty(3, "swap:2/swap:1/layer:1:2026-01-05"),)
    assert people(swapped, TUESDAY.ends) == [1]


def test_a_swap_with_somebody_who_is_on_leaves_one_of_them():
    added = Override(1, OverrideKind.ADD, TUESDAY, 2)
    rules = Rules("UTC", (layer(),), (added,), (Swap(1, TUESDAY, 1, 2),))
    assert people(rules, TUESDAY.starts) == [2]


def test_whoever_is_absent_is_not_on_and_a_lower_layer_steps_in():
    rules = Rules("UTC", (layer(priority=2),), absences=(Absence(1, TUESDAY),))
    assert people(rules, TUESDAY.starts) == []
    backed = Rules("UTC", (*rules.layers, layer(line=2, members=(4,))), absences=rules.absences)
    assert people(backed, TUESDAY.starts) == [4]
    assert people(backed, TUESDAY.ends) == [1]


def test_fairness_counts_hours_and_not_turns():
    rules = Rules("UTC", (layer(members=(1, 2)),))
    pieces = plan(rules, Span(MONDAY, MONDAY + 21 * DAY))
    spent = duty_seconds(pieces, people=(1, 2, 3))
    assert spent == {1: 14 * DAY, 2: 7 * DAY, 3: 0}
    assert balance(spent) == pytest.approx((0.5 + 0 + 0) / 3)
    assert balance({1: 5, 2: 5}) == 1
    assert balance({1: 5}) is None
    assert balance({1: 0, 2: 0}) is None
    assert timedelta(seconds=spent[1]) == timedelta(days=14)
