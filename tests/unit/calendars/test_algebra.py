"""Business time: the stated rules, and what must hold in every zone.

Source: docs/clocks.md; the numbers in brackets are the cases listed there.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.calendars.algebra import (
    ALWAYS_OPEN,
    AROUND_THE_CLOCK,
    HORIZON,
    Calendar,
    HoursVersion,
    OpenHours,
    check_opens,
)
from app.calendars.errors import NeverOpens
from app.calendars.hours import Span, read_spans
from app.calendars.walltime import EPOCH, closing_instant, instant, moment, opening_instant
from tests.factories.calendars import NEW_YORK, calendar, office, week_of

#: Zones with daylight saving, with half an hour of it, with negative or irregular rules, with a
#: day that never was, with transitions at midnight, and without any.
ZONES = (
    "America/New_York",
    "Europe/Berlin",
    "Europe/Dublin",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "Africa/Casablanca",
    "Africa/Cairo",
    "Pacific/Apia",
    "America/Sao_Paulo",
    "America/St_Johns",
    "UTC",
)


def local(zone: str, text: str, *, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold)


#: Enough to find a wrong rule each time it was tried, and quick.
quick = settings(max_examples=50, deadline=None)


# -- Properties -----------------------------------------------------------------------------


@st.composite
def spans(draw) -> tuple[Span, ...]:
    edges = sorted(draw(st.sets(st.integers(0, 96), min_size=0, max_size=6)))
    return tuple(
        Span(opens * 15, closes * 15)
        for opens, closes in zip(edges[::2], edges[1::2], strict=False)
    )


@st.composite
def hours(draw, zone: str | None = None) -> OpenHours:
    first = date(2010, 12, 1)
    days = st.dates(first, first + timedelta(days=7_000))
    workday, saturday, sunday = draw(spans()), draw(spans()), draw(spans())
    week = (workday,) * 5 + (saturday, sunday)
    return OpenHours(
        zone or draw(st.sampled_from(ZONES)),
        week,
        tuple(draw(st.dictionaries(days, spans(), max_size=3)).items()),
        frozenset(draw(st.sets(days, max_size=4))),
    )


@st.composite
def calendars(draw) -> Calendar:
    """Return calendars of one to three versions, whose zone may change too."""
    starts = draw(st.lists(times(), min_size=1, max_size=3))
    return Calendar(
        1, tuple(HoursVersion(n, start, draw(hours())) for n, start in enumerate(starts))
    )


def times():
    """Return local times, ambiguous and imaginary ones included."""
    return st.datetimes(
        datetime(2011, 1, 1),
        datetime(2027, 1, 1),
        timezones=st.sampled_from([ZoneInfo(zone) for zone in ZONES]),
        allow_imaginary=True,
    )


stretches = st.timedeltas(timedelta(0), timedelta(days=20))


@quick
@given(calendars(), times(), stretches, stretches)
def test_elapsed_time_adds_up(made, start, first, second):
    a = start.astimezone(UTC)
    b, c = a + first, a + first + second
    assert made.elapsed(a, b) + made.elapsed(b, c) == made.elapsed(a, c)


@quick
@given(calendars(), times(), stretches)
def test_elapsed_time_is_at_most_what_passed(made, start, length):
    a = start.astimezone(UTC)
    assert 0 <= made.elapsed(a, a + length) <= instant(a + length) - instant(a)
    assert made.elapsed(a + length, a) == 0


@quick
@given(calendars(), times(), st.integers(1, 200_000))
def test_due_is_the_earliest_instant_with_that_much_elapsed(made, start, seconds):
    try:
        due = made.due(start, seconds)
    except NeverOpens:
        assert made.elapsed(start, moment(instant(start)) + HORIZON) < seconds
        return
    assert made.elapsed(start, due) == seconds
    assert made.elapsed(start, due - timedelta(seconds=1)) < seconds


@quick
@given(hours(), st.dates(date(2011, 1, 1), date(2026, 1, 1)), times(), stretches)
def test_a_holiday_never_adds_time(made, holiday, start, length):
    fewer = OpenHours(made.zone, made.week, made.exceptions, made.holidays | {holiday})
    a = start.astimezone(UTC)
    before = Calendar(1, (HoursVersion(1, EPOCH, made),)).elapsed(a, a + length)
    after = Calendar(1, (HoursVersion(1, EPOCH, fewer),)).elapsed(a, a + length)
    assert after <= before


@quick
@given(calendars(), times(), stretches)
def test_windows_are_apart_and_in_order(made, start, length):
    since = instant(start)
    found = list(made.windows(since, since + int(length.total_seconds())))
    edges = [edge for window in found for edge in window]
    assert edges == sorted(edges)
    assert all(begins < ends for begins, ends in found)


@quick
@given(st.sampled_from(ZONES), times(), stretches)
def test_seven_whole_days_are_all_the_time_there_is(zone, start, length):
    whole = OpenHours(zone, (((Span(0, 1440)),),) * 7, ((date(2009, 1, 1), ()),))
    made = Calendar(1, (HoursVersion(1, EPOCH, whole),))
    a = start.astimezone(UTC)
    assert not whole.is_always_open  # it is worked out day by day
    assert made.elapsed(a, a + length) == AROUND_THE_CLOCK.elapsed(a, a + length)


@quick
@given(st.sampled_from(ZONES), st.dates(date(2009, 1, 1), date(2027, 1, 1)), st.integers(0, 1440))
def test_a_wall_time_opens_no_later_than_it_closes(zone, day, minute):
    opens, closes = (
        find(ZoneInfo(zone), day, minute) for find in (opening_instant, closing_instant)
    )
    assert 0 <= closes - opens <= 3_600
    shown = moment(opens).astimezone(ZoneInfo(zone))
    wall = datetime.combine(day, datetime.min.time()) + timedelta(minutes=minute)
    if shown.replace(tzinfo=None) != wall:  # skipped: the clocks jump over it right then
        before = moment(opens - 1).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
        assert before < wall < shown.replace(tzinfo=None)


# -- Cases ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("start", "opens"),
    [
        ("2026-03-04T06:30", "2026-03-04T09:00"),
        ("2026-03-04T17:00", "2026-03-05T09:00"),
        ("2026-03-05T23:00", "2026-03-09T09:00"),
        ("2026-03-07T12:00", "2026-03-09T09:00"),
    ],
    ids=["before opening", "after closing", "before a holiday", "on a weekend"],
)
def test_case_1_closed_time_counts_nothing(start, opens):
    made = calendar(office("Europe/Berlin", holidays={date(2026, 3, 6)}))
    start, opens = local("Europe/Berlin", start), local("Europe/Berlin", opens)
    assert made.elapsed(start, opens) == 0
    assert made.elapsed(start, opens + timedelta(seconds=1)) == 1
    assert made.due(start, 7_200) == opens + timedelta(hours=2)


def test_case_3_a_target_that_ends_at_closing_is_due_at_closing():
    made = calendar(office("Europe/Berlin"))
    closing = local("Europe/Berlin", "2026-03-04T17:00")
    assert made.due(local("Europe/Berlin", "2026-03-04T13:00"), 4 * 3_600) == closing


def test_sums_that_published_help_pages_get_wrong():
    eight_to_five = calendar(OpenHours("UTC", week_of("08:00-17:00")))
    nine_to_five = calendar(office("UTC"))
    friday = datetime(2026, 3, 6, tzinfo=UTC)
    assert eight_to_five.due(friday.replace(hour=16), 4 * 3_600) == datetime(
        2026, 3, 9, 11, tzinfo=UTC
    )
    assert nine_to_five.due(friday.replace(hour=17), 8 * 3_600) == datetime(
        2026, 3, 9, 17, tzinfo=UTC
    )


def test_case_4_the_last_second_before_a_holiday_and_a_weekend():
    made = calendar(office("Europe/Berlin", holidays={date(2026, 5, 1)}))
    last = local("Europe/Berlin", "2026-04-30T16:59:59")
    assert made.elapsed(last, local("Europe/Berlin", "2026-05-04T09:00")) == 1
    assert made.due(last, 2) == local("Europe/Berlin", "2026-05-04T09:00:01")


@pytest.mark.parametrize(
    ("text", "day", "minutes"),
    [
        ("01:00-02:30", "2026-03-08", 60),
        ("01:00-02:30", "2026-11-01", 150),
        ("01:00-02:30", "2026-03-15", 90),
        ("01:00-04:00", "2026-03-08", 120),
        ("02:30-04:00", "2026-03-08", 60),
        ("02:10-02:50", "2026-03-08", 0),
        ("00:00-24:00", "2026-03-08", 23 * 60),
        ("00:00-24:00", "2026-11-01", 25 * 60),
        ("01:30-01:45", "2026-11-01", 75),
    ],
)
def test_cases_5_and_6_clocks_put_forward_and_back_in_new_york(text, day, minutes):
    made = calendar(OpenHours(NEW_YORK, (read_spans(text)[0],) * 7, ((date(2000, 1, 1), ()),)))
    start = local(NEW_YORK, f"{day}T00:00")
    windows = made.versions[0].hours.windows_on(start.date())
    assert sum(closes - opens for opens, closes in windows) == minutes * 60


def test_case_6_half_past_one_comes_twice():
    made = calendar(OpenHours(NEW_YORK, week_of("00:00-03:00", weekend="00:00-03:00")))
    # In UTC: Python calls no two zones' times equal where one of them comes twice.
    first, second = (
        local(NEW_YORK, "2026-11-01T01:30", fold=fold).astimezone(UTC) for fold in (0, 1)
    )
    assert made.elapsed(first, second) == 3_600
    assert made.due(first, 3_600) == second
    assert made.due(second, 1_800) == local(NEW_YORK, "2026-11-01T02:00")


@pytest.mark.parametrize(
    ("zone", "day", "minutes"),
    [
        ("Australia/Lord_Howe", "2026-10-04", 23 * 60 + 30),
        ("Australia/Lord_Howe", "2026-04-05", 24 * 60 + 30),
        ("Asia/Kathmandu", "2026-03-29", 24 * 60),
        ("Europe/Dublin", "2026-03-29", 23 * 60),
        ("Europe/Dublin", "2026-10-25", 25 * 60),
        ("Africa/Casablanca", "2026-02-15", 25 * 60),
        ("Africa/Casablanca", "2026-03-22", 23 * 60),
        ("Africa/Cairo", "2026-04-24", 23 * 60),
        ("Africa/Cairo", "2026-10-29", 25 * 60),
        ("Pacific/Apia", "2011-12-29", 24 * 60),
        ("Pacific/Apia", "2011-12-30", 0),
        ("America/Sao_Paulo", "2018-11-04", 23 * 60),
        ("America/Sao_Paulo", "2018-02-17", 25 * 60),
    ],
)
def test_cases_7_and_8_whole_days_where_rules_are_odd(zone, day, minutes):
    whole = OpenHours(zone, ((Span(0, 1440),),) * 7, ((date(2000, 1, 1), ()),))
    windows = whole.windows_on(date.fromisoformat(day))
    assert sum(closes - opens for opens, closes in windows) == minutes * 60


def test_case_8_a_day_that_never_was_takes_no_time():
    made = calendar(office("Pacific/Apia"))
    thursday = local("Pacific/Apia", "2011-12-29T16:00")
    # 30 December was skipped, and 31 December was a Saturday.
    assert made.due(thursday, 7_200) == local("Pacific/Apia", "2012-01-02T10:00")


def test_case_9_a_new_zone_database_moves_what_is_to_come(monkeypatch):
    made = office("Europe/Berlin")
    summer = datetime(2026, 7, 1, 6, tzinfo=UTC)
    assert calendar(made).due(summer, 1) == datetime(2026, 7, 1, 7, 0, 1, tzinfo=UTC)
    # Suppose that Berlin gives daylight saving up: then it is as Algiers, always one hour ahead.
    monkeypatch.setattr("app.calendars.algebra.zone_of", lambda _name: ZoneInfo("Africa/Algiers"))
    fresh = calendar(office("Europe/Berlin"))
    assert fresh.due(summer, 1) == datetime(2026, 7, 1, 8, 0, 1, tzinfo=UTC)
    winter = datetime(2026, 1, 7, 6, tzinfo=UTC)
    assert fresh.due(winter, 60) == calendar(made).due(winter, 60)


def test_case_11_intervals_that_touch_or_overlap_count_once():
    made = calendar(OpenHours("UTC", week_of("09:00-12:00, 11:00-13:00, 13:00-17:00")))
    monday = datetime(2026, 3, 2, tzinfo=UTC)
    assert made.elapsed(monday, monday + timedelta(days=1)) == 8 * 3_600


def test_case_11_breaks_half_days_and_a_holiday_that_is_worked():
    christmas_eve, christmas = date(2026, 12, 24), date(2026, 12, 25)
    made = calendar(
        OpenHours(
            "UTC",
            week_of("09:00-12:30, 13:30-17:00"),
            (
                (christmas_eve, read_spans("09:00-12:00")[0]),
                (christmas, read_spans("10:00-11:00")[0]),
            ),
            frozenset({christmas}),
        )
    )
    eve = datetime(2026, 12, 24, tzinfo=UTC)
    assert made.due(datetime(2026, 12, 23, 12, tzinfo=UTC), 3_600).hour == 14
    assert made.elapsed(eve, eve + timedelta(days=1)) == 3 * 3_600
    assert made.elapsed(eve + timedelta(days=1), eve + timedelta(days=2)) == 3_600


def test_case_12_no_open_second_is_refused_and_never_comes_due():
    closed = OpenHours("UTC", ((),) * 7)
    with pytest.raises(NeverOpens):
        calendar(closed).due(datetime(2026, 3, 2, tzinfo=UTC), 1)
    with pytest.raises(NeverOpens):
        check_opens(closed, since=datetime(2026, 3, 2, tzinfo=UTC))
    only_once = OpenHours("UTC", ((),) * 7, ((date(2026, 3, 9), (Span(0, 60),)),))
    check_opens(only_once, since=datetime(2026, 3, 2, tzinfo=UTC))
    with pytest.raises(NeverOpens):
        check_opens(only_once, since=datetime(2026, 3, 10, tzinfo=UTC))
    skipped = OpenHours(NEW_YORK, ((),) * 7, ((date(2026, 3, 8), (Span(130, 170),)),))
    with pytest.raises(NeverOpens):
        check_opens(skipped, since=datetime(2026, 3, 2, tzinfo=UTC))


def test_case_12_an_hour_a_week_and_a_target_of_forty():
    made = calendar(OpenHours("UTC", ((Span(540, 600),), *((),) * 6)))
    monday = datetime(2026, 3, 2, 9, tzinfo=UTC)
    assert made.due(monday, 40 * 3_600) == monday + timedelta(weeks=39, hours=1)


def test_overnight_hours_end_with_their_day_when_the_next_is_a_holiday():
    tonight, tomorrow = read_spans("22:00-06:00")
    assert (tonight, tomorrow) == ((Span(1320, 1440),), (Span(0, 360),))
    hours = OpenHours("UTC", ((*tomorrow, *tonight),) * 7, (), frozenset({date(2026, 3, 4)}))
    monday = datetime(2026, 3, 2, 12, tzinfo=UTC)
    assert calendar(hours).elapsed(monday, monday + timedelta(days=1)) == 8 * 3_600
    tuesday = monday + timedelta(days=1)
    assert calendar(hours).elapsed(tuesday, tuesday + timedelta(days=1)) == 2 * 3_600


def test_a_later_version_holds_from_its_instant_and_the_first_before_it():
    start = datetime(2026, 3, 2, 12, tzinfo=UTC)
    made = Calendar(1, (
        HoursVersion(1, start - timedelta(days=30), office("UTC")),
        HoursVersion(2, start, ALWAYS_OPEN),
    ))  # fmt: skip
    assert made.elapsed(start - timedelta(hours=12), start + timedelta(hours=12)) == 15 * 3_600
    long_ago = datetime(2020, 3, 2, tzinfo=UTC)
    assert made.elapsed(long_ago, long_ago + timedelta(days=1)) == 8 * 3_600
    assert made.as_known_before(start).due(start, 5 * 3_600 + 1).day == 3
    assert made.hours_at(start) is ALWAYS_OPEN


def test_a_later_word_takes_the_place_of_what_was_planned():
    start = datetime(2026, 3, 2, tzinfo=UTC)
    planned = HoursVersion(2, start + timedelta(days=7), ALWAYS_OPEN)
    made = Calendar(1, (
        HoursVersion(1, start, office("UTC")),
        planned,
        HoursVersion(3, start + timedelta(days=2), office("UTC")),
    ))  # fmt: skip
    week_after = start + timedelta(days=7)
    assert made.elapsed(week_after, week_after + timedelta(days=1)) == 8 * 3_600


def test_parts_of_a_second_are_dropped_before_anything_is_counted():
    monday = datetime(2026, 3, 2, 9, tzinfo=UTC)
    made = calendar(office("UTC"))
    a, b, c = (monday + timedelta(milliseconds=each) for each in (900, 1_800, 2_700))
    assert made.elapsed(a, b) + made.elapsed(b, c) == made.elapsed(a, c) == 2
