"""Opening hours as people write them."""
# ruff: noqa: RUF001

from __future__ import annotations

import pytest

from app.calendars.hours import Span, joined, read_spans, spans_text


@pytest.mark.parametrize(
    ("text", "today", "next_day"),
    [
        ("", "", ""),
        ("9-17", "09:00–17:00", ""),
        ("9:00 - 12.30, 13:30 – 17:00", "09:00–12:30, 13:30–17:00", ""),
        ("13:00-17:00; 09:00-12:00", "09:00–12:00, 13:00–17:00", ""),
        ("09:00-12:00, 12:00-17:00", "09:00–17:00", ""),
        ("00:00-24:00", "00:00–24:00", ""),
        ("22:00-06:00", "22:00–24:00", "00:00–06:00"),
        ("9 to 12, 22:00-00:00", "09:00–12:00, 22:00–24:00", ""),
    ],
)
def test_intervals_are_read_and_written(text, today, next_day):
    found = read_spans(text)
    assert (spans_text(found[0]), spans_text(found[1])) == (today, next_day)
    assert read_spans(today)[0] == found[0]


@pytest.mark.parametrize(
    "text", ["nine to five", "9", "9-9", "24:00-06:00", "25-26", "09:60-10:00", "9-17 13-14",
             "1-2," * 9],
)  # fmt: skip
def test_what_cannot_be_read_is_said(text):
    with pytest.raises(ValueError, match=r"interval|empty|clock"):
        read_spans(text)


def test_an_interval_lies_within_one_day():
    for opens, closes in ((-1, 5), (5, 5), (600, 540), (0, 1441)):
        with pytest.raises(ValueError, match="interval"):
            Span(opens, closes)


def test_joining_keeps_gaps():
    assert joined([Span(600, 700), Span(0, 60), Span(30, 90)]) == (Span(0, 90), Span(600, 700))
