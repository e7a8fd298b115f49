"""By when: the words hold in every zone, and what makes no sense is refused."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import Invalid
from app.promises.dates import FARTHEST, WorkingDays, quick_choices, read_due, usual_days

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = (
    "UTC", "Europe/Berlin", "America/New_York", "America/St_Johns", "Asia/Kolkata",
    "Asia/Kathmandu", "Australia/Lord_Howe", "Pacific/Apia", "Pacific/Chatham",
    "Africa/Casablanca", "America/Sao_Paulo",
)  # fmt: skip
DAYS = usual_days(BERLIN)


def at(text):
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


def offered(now, days=DAYS):
    return {choice.key: choice.due_at.astimezone(BERLIN) for choice in quick_choices(now, days)}


def test_on_a_monday_each_word_means_a_day_of_its_own():
    assert offered(at("2026-03-02T09:00")) == {
        "today": at("2026-03-02T17:00"),
        "tomorrow": at("2026-03-03T17:00"),
        "friday": at("2026-03-06T17:00"),
        "next_week": at("2026-03-13T17:00"),
    }


@pytest.mark.parametrize(
    ("now", "keys"),
    [
        ("2026-03-05T09:00", ["today", "tomorrow", "next_week"]),  # Thursday: tomorrow is Friday
        ("2026-03-05T17:00", ["tomorrow", "next_week"]),  # work has ended
        ("2026-03-06T09:00", ["today", "tomorrow", "next_week"]),  # Friday: tomorrow is Monday
        ("2026-03-07T09:00", ["tomorrow", "friday"]),  # Saturday: next week's last day is Friday
    ],
)
def test_no_date_is_offered_twice_or_after_it_has_passed(now, keys):
    assert list(offered(at(now))) == keys


def test_after_a_holiday_tomorrow_is_the_next_day_with_work():
    closed = {date(2026, 4, 3), date(2026, 4, 6)}  # Good Friday, Easter Monday

    def end_of(day):
        return None if day in closed else DAYS.end_of(day)

    found = offered(at("2026-04-02T09:00"), WorkingDays(BERLIN, end_of))
    assert found == {
        "today": at("2026-04-02T17:00"),
        "tomorrow": at("2026-04-07T17:00"),
        "next_week": at("2026-04-10T17:00"),
    }


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("friday", "2026-03-06T17:00"),
        ("2026-03-04", "2026-03-04T17:00"),
        ("2026-03-07", "2026-03-07T17:00"),  # nobody works, and yet it was asked for
        ("2026-03-04T08:30", "2026-03-04T08:30"),
        (" 2026-03-04T08:30:00+00:00 ", "2026-03-04T09:30"),
        ("2026-03-29T02:30", "2026-03-29T03:30"),  # an hour that the clocks leave out
    ],
)
def test_a_date_is_read_in_the_teams_zone(text, due):
    read = read_due(text, now=at("2026-03-02T09:00"), days=DAYS, field="due")
    assert read == at(due)
    assert read.tzinfo is UTC


@pytest.mark.parametrize(
    "text",
    ["", "  ", "soon", "2026-02-30", "2026-03-02T08:59", "2026-03-01", "2027-04-01", "9999-12-31",
     "0001-01-01", "tomorrow\x00"],
)  # fmt: skip
def test_no_date_or_one_that_cannot_be_promised_is_refused(text):
    with pytest.raises(Invalid) as refused:
        read_due(text, now=at("2026-03-02T09:00"), days=DAYS, field="due")
    assert set(refused.value.fields) == {"due"}


@given(st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1)), st.sampled_from(ZONES), st.text())
def test_what_is_offered_is_ahead_in_order_and_at_the_end_of_work(moment, name, text):
    now, zone = moment.replace(tzinfo=UTC), ZoneInfo(name)
    days = usual_days(zone)
    choices = quick_choices(now, days)
    dates = [choice.due_at for choice in choices]
    assert dates == sorted(set(dates))
    assert dates
    for choice in choices:
        assert now < choice.due_at <= now + timedelta(days=13)
        local = choice.due_at.astimezone(zone)
        assert (local.time(), local.weekday() < 5) == (time(17), True)
        assert read_due(choice.key, now=now, days=days, field="due") == choice.due_at
        assert read_due(choice.due_at.isoformat(), now=now, days=days, field="due") == choice.due_at
    with suppress(Invalid):
        assert now < read_due(text, now=now, days=days, field="due") <= now + FARTHEST
