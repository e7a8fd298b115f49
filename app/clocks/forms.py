"""The form of opening hours and targets."""

from __future__ import annotations

from datetime import date
from typing import Any

import holidays
from flask_wtf import FlaskForm
from wtforms import (
    DecimalField,
    IntegerField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, NumberRange, Optional

from app.calendars.hours import Span, Spans, joined, read_spans, spans_text
from app.calendars.walltime import zone_of
from app.clocks.revising import ClockRules
from app.errors import Invalid
from app.web.locales import lazy_text as _l

#: Days of a week from Monday, as the form names them.
DAYS = (
    ("monday", _l("Monday")),
    ("tuesday", _l("Tuesday")),
    ("wednesday", _l("Wednesday")),
    ("thursday", _l("Thursday")),
    ("friday", _l("Friday")),
    ("saturday", _l("Saturday")),
    ("sunday", _l("Sunday")),
)
PRIORITIES = ("urgent", "high", "normal", "low")
PROMISES = (
    ("first", _l("First answer")),
    ("next", _l("Next answer")),
    ("resolution", _l("Resolution")),
)
#: More open hours than a year has.
_MOST_HOURS = 8_760
_HOUR = 3_600
MOST_EXCEPTIONS = 200


def _countries() -> list[SelectChoice]:
    codes = sorted(holidays.list_supported_countries())
    return [SelectChoice("", _l("None")), *(SelectChoice(code, code) for code in codes)]


class ClockRulesForm(FlaskForm):
    """When we are open, and what we promise."""

    zone = StringField(
        _l("Time zone"), [InputRequired()], description=_l("An IANA name, such as Europe/Berlin.")
    )
    country = SelectField(
        _l("Closed on the public holidays of"),
        choices=_countries(),
        description=_l("Stored as dates for this year and the next two."),
    )
    exceptions = TextAreaField(
        _l("Other days"),
        description=_l("One a line: 2026-12-24 09:00-12:00, or 2026-12-27 closed."),
    )
    warn_percent = IntegerField(
        _l("Warn after this share of the time, in percent"),
        [InputRequired(), NumberRange(1, 100)],
    )


for _name, _label in DAYS:
    setattr(ClockRulesForm, _name, StringField(_label))
for _priority in PRIORITIES:
    for _promise, _label in PROMISES:
        _field = DecimalField(_label, [Optional(), NumberRange(0, _MOST_HOURS)], places=None)
        setattr(ClockRulesForm, f"{_priority}_{_promise}", _field)


def filled_form(rules: ClockRules) -> ClockRulesForm:
    """Return the form with what holds now."""
    data: dict[str, Any] = {
        "zone": rules.zone,
        "country": rules.country,
        "warn_percent": rules.warn_percent,
        "exceptions": "\n".join(
            f"{day.isoformat()} {spans_text(spans) or 'closed'}" for day, spans in rules.exceptions
        ),
    }
    for (name, _), spans in zip(DAYS, rules.week, strict=True):
        data[name] = spans_text(spans)
    for priority in PRIORITIES:
        for (promise, _), seconds in zip(PROMISES, rules.targets[priority], strict=True):
            data[f"{priority}_{promise}"] = None if seconds is None else round(seconds / _HOUR, 2)
    return ClockRulesForm(formdata=None, data=data)


def rules_in(form: ClockRulesForm) -> ClockRules:
    """Return what a form says.

    :raises Invalid: `fields` says what cannot be read.
    """
    problems: dict[str, list[str]] = {}
    zone = form.zone.data or ""
    try:
        zone_of(zone)
    except (ValueError, KeyError):
        problems["zone"] = ["There is no such time zone."]
    week = _week(form, problems)
    exceptions = _exceptions(form.exceptions.data or "", problems)
    if problems:
        raise Invalid(fields=problems)
    return ClockRules(
        zone,
        week,
        exceptions,
        form.country.data or "",
        {priority: _targets(form, priority) for priority in PRIORITIES},
        form.warn_percent.data or 0,
    )


def _week(form: ClockRulesForm, problems: dict[str, list[str]]) -> tuple[Spans, ...]:
    """Read the days; what crosses midnight belongs to the day after."""
    own: list[Spans] = []
    left: list[Spans] = []
    for name, _ in DAYS:
        try:
            today, tomorrow = read_spans(form[name].data or "")
        except ValueError as error:
            problems[name] = [str(error)]
            today, tomorrow = (), ()
        own.append(today)
        left.append(tomorrow)
    return tuple(joined((*own[day], *left[day - 1])) for day in range(7))


def _exceptions(
    text: str, problems: dict[str, list[str]]
) -> tuple[tuple[date, tuple[Span, ...]], ...]:
    found: dict[date, Spans] = {}
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if len(lines) > MOST_EXCEPTIONS:
        problems["exceptions"] = [f"Please name at most {MOST_EXCEPTIONS} days."]
        return ()
    for line in lines:
        try:
            day, spans = _other_day(line)
        except ValueError as error:
            problems["exceptions"] = [str(error)]
        else:
            found[day] = spans
    return tuple(sorted(found.items()))


def _other_day(line: str) -> tuple[date, Spans]:
    """Read a line such as ``2026-12-24 09:00-12:00``.

    :raises ValueError: it cannot be read; the message is for the person who wrote it.
    """
    text, _, hours = line.partition(" ")
    hours = hours.strip().lower()
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"“{line}” does not begin with a date such as 2026-12-24.") from None
    spans, over = read_spans("" if hours == "closed" else hours)
    if over or not hours:
        raise ValueError(f"“{line}” is not a day such as 2026-12-24 09:00-12:00.")
    return day, spans


def _targets(form: ClockRulesForm, priority: str) -> tuple[int | None, int | None, int | None]:
    first, following, resolution = (
        None if value is None else round(float(value) * _HOUR)
        for value in (form[f"{priority}_{promise}"].data for promise, _ in PROMISES)
    )
    return first, following, resolution
