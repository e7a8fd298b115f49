"""Saying anew when we are open and what we promise: a new version, in force from now on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

import holidays
from sqlalchemy import select

from app.calendars.algebra import OpenHours, check_opens
from app.calendars.hours import Spans
from app.calendars.models import BusinessCalendar, CalendarVersion
from app.calendars.queries import hours_of
from app.calendars.walltime import EPOCH
from app.clocks.defaults import WARN_PERCENT, delivered_hours, delivered_targets
from app.clocks.models import ClockPolicy, ClockPolicyVersion
from app.clocks.rules import Target
from app.db import db
from app.errors import Invalid
from app.events.actor import Actor
from app.events.catalogue.clocks import ClockRulesRevised
from app.events.services import record

USUAL_CALENDAR = "Opening hours"
#: Holidays are stored as dates for this year and the two after it.
YEARS_OF_HOLIDAYS = 3


@dataclass(frozen=True)
class ClockRules:
    """The usual calendar and policy, as they are edited.

    :ivar week: the intervals of each weekday, Monday first.
    :ivar exceptions: dates with the intervals they have instead.
    :ivar country: ISO 3166 code of whose public holidays are closed, or empty.
    :ivar targets: for each priority first answer, next answer and resolution in open seconds;
        None promises nothing.
    :ivar warn_percent: share of a target after which we are warned.
    """

    zone: str
    week: tuple[Spans, ...]
    exceptions: tuple[tuple[date, Spans], ...]
    country: str
    targets: Mapping[str, tuple[int | None, int | None, int | None]]
    warn_percent: int


def public_holidays(country: str, *, year: int) -> dict[str, str]:
    """Return the public holidays of a country by ISO date, this year and the next ones.

    :raises Invalid: the country is not known.
    """
    if not country:
        return {}
    if country not in holidays.list_supported_countries():
        raise Invalid(fields={"country": ["We do not know the holidays of this country."]})
    years = range(year, year + YEARS_OF_HOLIDAYS)
    found = holidays.country_holidays(country, years=years, language="en_US")
    return {day.isoformat(): name for day, name in sorted(found.items())}


def present_rules(zone: str) -> tuple[ClockRules, CalendarVersion | None]:
    """Return what holds now, and the calendar's version, None for what was delivered.

    :param zone: IANA name, of the installation.
    """
    hours, policy = _newest()
    if hours is None or policy is None:
        delivered = delivered_hours(zone)
        targets = {key: _seconds(each) for key, each in delivered_targets(0).items()}
        return ClockRules(zone, delivered.week, (), "", targets, WARN_PERCENT), None
    stored = hours_of(hours)
    targets = {key: _seconds(Target(**each)) for key, each in policy.targets.items()}
    rules = ClockRules(
        stored.zone, stored.week, stored.exceptions, hours.country, targets, policy.warn_percent
    )
    return rules, hours


def revise_rules(rules: ClockRules, *, zone: str, actor: Actor, now: datetime) -> None:
    """Add a version of calendar and policy that holds from now on.

    What came before holds for what happened before: nothing is rewritten. The caller has the
    clocks of tickets worked out anew.

    :param zone: IANA name, of the installation; what was delivered counted by it.
    :raises NeverOpens: nothing would ever come due.
    :raises Invalid: `fields` says what makes no sense.
    """
    days_off = public_holidays(rules.country, year=now.year)
    closed = frozenset(date.fromisoformat(day) for day in days_off)
    check_opens(OpenHours(rules.zone, rules.week, rules.exceptions, closed), since=now)
    if not 1 <= rules.warn_percent <= 100:
        raise Invalid(fields={"warn_percent": ["Please choose a share from 1 to 100."]})
    hours, policy = _newest()
    if hours is None or policy is None:
        hours, policy = _store_delivered(zone, now)
    staff_id = actor.id
    db.session.add(
        CalendarVersion(
            calendar_id=hours.calendar_id,
            number=hours.number + 1,
            effective_from=now,
            zone=rules.zone,
            week=[_pairs(spans) for spans in rules.week],
            exceptions={day.isoformat(): _pairs(spans) for day, spans in rules.exceptions},
            holidays=days_off,
            country=rules.country,
            staff_id=staff_id,
        )
    )
    db.session.add(
        ClockPolicyVersion(
            policy_id=policy.policy_id,
            number=policy.number + 1,
            effective_from=now,
            targets=_stored_targets(rules.targets, hours.calendar_id),
            warn_percent=rules.warn_percent,
            staff_id=staff_id,
        )
    )
    event = ClockRulesRevised(hours.calendar_id, hours.number, hours.number + 1)
    record(event, actor=actor, at=now)


def _newest() -> tuple[CalendarVersion | None, ClockPolicyVersion | None]:
    hours = db.session.scalar(
        select(CalendarVersion)
        .join(BusinessCalendar, BusinessCalendar.id == CalendarVersion.calendar_id)
        .where(BusinessCalendar.name == USUAL_CALENDAR)
        .order_by(CalendarVersion.number.desc())
        .limit(1)
    )
    policy = db.session.scalar(
        select(ClockPolicyVersion)
        .join(ClockPolicy, ClockPolicy.id == ClockPolicyVersion.policy_id)
        .where(ClockPolicy.site_id.is_(None))
        .order_by(ClockPolicyVersion.number.desc())
        .limit(1)
    )
    return hours, policy


def _store_delivered(zone: str, now: datetime) -> tuple[CalendarVersion, ClockPolicyVersion]:
    """Store what was delivered, so that it goes on holding for what happened under it."""
    calendar = BusinessCalendar(name=USUAL_CALENDAR, created_at=now)
    policy = ClockPolicy(site_id=None, created_at=now)
    db.session.add_all([calendar, policy])
    db.session.flush()  # the versions name them by their keys
    delivered = delivered_hours(zone)
    hours = CalendarVersion(
        calendar_id=calendar.id,
        number=1,
        effective_from=EPOCH,
        zone=zone,
        week=[_pairs(spans) for spans in delivered.week],
    )
    targets = {key: _seconds(each) for key, each in delivered_targets(calendar.id).items()}
    version = ClockPolicyVersion(
        policy_id=policy.id,
        number=1,
        effective_from=EPOCH,
        targets=_stored_targets(targets, calendar.id),
        warn_percent=WARN_PERCENT,
    )
    db.session.add_all([hours, version])
    db.session.flush()
    return hours, version


def _seconds(target: Target) -> tuple[int | None, int | None, int | None]:
    return (target.first_reply, target.next_reply, target.resolution)


def _stored_targets(
    targets: Mapping[str, tuple[int | None, int | None, int | None]], calendar: int
) -> dict[str, dict[str, int | None]]:
    return {
        priority: {"calendar": calendar, "first_reply": first, "next_reply": following,
                   "resolution": resolution}
        for priority, (first, following, resolution) in targets.items()
    }  # fmt: skip


def _pairs(spans: Spans) -> list[list[int]]:
    return [[span.opens, span.closes] for span in spans]
