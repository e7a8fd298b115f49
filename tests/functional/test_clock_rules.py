"""Opening hours and targets edited in the portal: from now on, never for what was."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine

from app.calendars.models import CalendarVersion
from app.db import db
from app.staff.models import Role, Staff
from app.tickets.models import Ticket
from app.tickets.services.clocks import look_at_clocks
from tests.factories.forms import post_form
from tests.factories.tickets import NOW, kinds, later, opened, unit

pytestmark = pytest.mark.usefixtures("ctx")


@pytest.fixture(autouse=True)
def clock():
    """Stand at NOW, a Monday at nine."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def admin(staff_client, staff):
    with unit():
        db.session.get(Staff, staff.id).role = Role.ADMINISTRATOR
    return staff_client


def rules(**changes) -> dict[str, str]:
    week = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), "09:00-17:00")
    targets = {
        f"{priority}_{name}": hours
        for priority in ("urgent", "high", "normal", "low")
        for name, hours in (("first", "8"), ("next", "8"), ("resolution", "40"))
    }
    plain = {"zone": "UTC", "country": "", "exceptions": "", "warn_percent": "75"}
    return plain | week | {"saturday": "", "sunday": ""} | targets | changes


def due(number: int):
    db.session.rollback()
    with unit():
        look_at_clocks(zone="UTC", now=later(1))
    ticket = db.session.scalars(db.select(Ticket).where(Ticket.number == number)).one()
    return ticket.next_due_at


def test_shorter_hours_move_what_is_owed_on_open_tickets(admin):
    opened()
    assert due(1) == NOW + timedelta(hours=8)
    answer = post_form(admin, "/portal/clocks", rules(monday="9-12, 13:30-17"))
    assert answer.status_code == 303
    assert due(1) > NOW + timedelta(hours=8)
    assert kinds().count("calendar:revised") == 1
    stored = db.session.scalars(db.select(CalendarVersion).order_by(CalendarVersion.number)).all()
    assert [each.number for each in stored] == [1, 2]
    assert stored[1].week[0] == [[540, 720], [810, 1020]]


def test_holidays_of_a_country_are_stored_as_dates(admin):
    post_form(admin, "/portal/clocks", rules(country="DE", exceptions="2026-12-24 9-12"))
    stored = db.session.scalars(db.select(CalendarVersion).order_by(CalendarVersion.number)).all()
    assert stored[-1].holidays["2026-12-25"]
    assert {day[:4] for day in stored[-1].holidays} == {"2026", "2027", "2028"}
    assert stored[-1].exceptions == {"2026-12-24": [[540, 720]]}
    assert "2026-12-25" in admin.get("/portal/clocks").text


def test_nights_go_over_midnight_and_a_target_can_be_nothing(admin):
    post_form(admin, "/portal/clocks", rules(sunday="22:00-06:00", normal_first=""))
    stored = db.session.scalars(db.select(CalendarVersion).order_by(CalendarVersion.number)).all()
    assert stored[-1].week[6] == [[1320, 1440]]
    assert stored[-1].week[0] == [[0, 360], [540, 1020]]
    shown = admin.get("/portal/clocks").text
    assert 'name="normal_first"' in shown


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"monday": "9 to late"}, "is not an interval such as"),
        ({"zone": "Mars/Olympus"}, "There is no such time zone."),
        ({"exceptions": "tomorrow 9-12"}, "does not begin with a date"),
        ({"exceptions": "2026-12-24"}, "is not a day such as"),
        ({"warn_percent": "0"}, "Number must be between 1 and 100."),
        ({"urgent_first": "soon"}, "Not a valid decimal value."),
        (
            dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), ""),
            "the calendar never opens",
        ),
    ],
)
def test_what_makes_no_sense_is_said_at_its_field_and_nothing_is_lost(admin, changes, said):
    answer = post_form(admin, "/portal/clocks", rules(saturday="", **changes, tuesday="7-8")
                       if "tuesday" not in changes else rules(**changes))  # fmt: skip
    assert answer.status_code == 422
    assert said in answer.text
    for value in changes.values():
        assert value in answer.text
    assert db.session.scalar(db.select(db.func.count(CalendarVersion.id))) == 0


def test_the_navigation_leads_there(admin):
    text = admin.get("/portal/clocks").text
    assert re.search(r'href="/portal/clocks"[^>]* aria-current="page"', text)


def test_only_administrators_set_clocks(staff_client, staff):
    assert staff.role != Role.ADMINISTRATOR
    assert "/portal/clocks" not in staff_client.get("/portal/day").text
    assert staff_client.get("/portal/clocks").status_code == 403
    assert post_form(staff_client, "/portal/clocks", rules()).status_code == 403
