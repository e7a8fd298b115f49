"""When somebody is asked: a day later, on weekdays from nine to five where they are."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.satisfaction.timing import ask_time, in_working_hours, is_over

ZONES = ["UTC", "Europe/Berlin", "Asia/Kathmandu", "America/St_Johns", "Pacific/Apia"]
MOMENTS = st.datetimes(
    min_value=datetime(2024, 1, 1), max_value=datetime(2030, 1, 1), timezones=st.just(UTC)
)


@pytest.mark.parametrize(
    ("solved", "asked"),
    [
        ("2026-03-02T10:00", "2026-03-03T10:00"),  # a day later, in the hours
        ("2026-03-02T06:00", "2026-03-03T09:00"),  # too early: the same day at nine
        ("2026-03-02T17:00", "2026-03-04T09:00"),  # five is too late: the next day
        ("2026-03-05T18:00", "2026-03-09T09:00"),  # Friday evening: Monday
        ("2026-03-06T10:00", "2026-03-09T09:00"),  # would be Saturday: Monday
    ],
)
def test_a_day_later_in_working_hours(solved, asked):
    zone = ZoneInfo("UTC")
    found = ask_time(datetime.fromisoformat(solved + "+00:00"), asked_before=None, zone=zone)
    assert found == datetime.fromisoformat(asked + "+00:00")


def test_the_hours_are_those_of_the_person():
    noon = datetime(2026, 3, 3, 1, 0, tzinfo=UTC)
    assert in_working_hours(noon, ZoneInfo("Asia/Tokyo")) == noon
    assert in_working_hours(noon, ZoneInfo("Europe/Berlin")).hour == 8


def test_a_question_that_was_withdrawn_is_not_asked_again_within_two_weeks():
    solved = datetime(2026, 3, 10, 10, 0, tzinfo=UTC)
    before = datetime(2026, 3, 3, 10, 0, tzinfo=UTC)
    assert ask_time(solved, asked_before=before, zone=ZoneInfo("UTC")) == before + timedelta(14)


@given(moment=MOMENTS, zone=st.sampled_from(ZONES))
def test_whatever_the_zone_it_is_the_first_fitting_moment(moment, zone):
    found = in_working_hours(moment, ZoneInfo(zone))
    local = found.astimezone(ZoneInfo(zone))
    assert found >= moment
    assert local.weekday() < 5
    assert 9 <= local.hour < 17
    assert in_working_hours(found, ZoneInfo(zone)) == found
    # Nothing in between would have fitted: a weekend and an evening at most, and a skipped hour.
    assert found - moment <= timedelta(days=2, hours=17)


@given(moment=MOMENTS, minutes=st.integers(0, 60 * 24 * 40))
def test_a_question_is_open_for_four_weeks(moment, minutes):
    assert is_over(moment, now=moment + timedelta(minutes=minutes)) == (minutes >= 28 * 24 * 60)
