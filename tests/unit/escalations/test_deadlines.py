"""What is owed by when: by severity, met, dropped, warned of and missed once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.db import db
from app.escalations import handlers
from app.escalations.models import Deadline, EscalationState, Role
from app.escalations.services.changing import change_severity
from app.escalations.services.moving import move_escalation
from app.escalations.services.raising import raise_escalation
from app.escalations.services.roles import take_role
from app.events.actor import staff_actor
from app.notices.models import Notice
from app.staff.models import Role as StaffRole
from app.staff.models import Staff
from tests.factories.tickets import NOW, kinds, later, unit


@pytest.fixture
def ida(ctx, make_staff) -> Staff:
    return make_staff(name="Ida Vos")


def raised(ida, severity="s2", *, now=NOW):
    with unit():
        return raise_escalation(
            [],
            title="Bookings are late",
            symptom="All of them.",
            severity=severity,
            raised_by=db.session.get(Staff, ida.id),
            now=now,
        )


def owed() -> dict[str, datetime]:
    db.session.rollback()
    rows = db.session.scalars(
        db.select(Deadline).where(Deadline.met_at.is_(None), Deadline.dropped_at.is_(None))
    )
    return {row.kind: row.due_at for row in rows}


def look(monkeypatch, at: datetime) -> None:
    """Let the job look at a time."""
    monkeypatch.setattr(handlers, "utc_now", lambda: at)
    with unit():
        handlers.look_at_escalations({})


def notices(staff) -> list[str]:
    return list(
        db.session.scalars(
            db.select(Notice.text).where(Notice.staff_id == staff.id).order_by(Notice.id)
        )
    )


#: NOW is a Monday, nine o'clock in UTC; the delivered hours are nine to five there.
@pytest.mark.parametrize(
    ("severity", "expected"),
    [
        ("s1", {"acknowledge": later(15), "update": later(60)}),
        ("s2", {"acknowledge": later(60), "update": later(240)}),
        ("s3", {"acknowledge": later(240), "update": later(480)}),
        ("s4", {"acknowledge": later(480)}),
    ],
)
def test_each_severity_owes_what_the_page_says(ida, severity, expected):
    raised(ida, severity)
    assert owed() == expected


def test_working_hours_wait_for_the_morning_and_the_worst_does_not(ida):
    friday_evening = datetime(2026, 3, 6, 18, 0, tzinfo=UTC)
    raised(ida, "s1", now=friday_evening)
    assert owed()["acknowledge"] == friday_evening + timedelta(minutes=15)
    with unit():
        db.session.execute(db.delete(Deadline))
    raised(ida, "s2", now=friday_evening)
    assert owed()["acknowledge"] == datetime(2026, 3, 9, 10, 0, tzinfo=UTC)


def test_another_severity_is_owed_from_the_beginning(ida):
    escalation = raised(ida, "s3")
    with unit():
        change_severity(db.session.merge(escalation), "s1", actor=staff_actor(ida.id), now=later(5))
    assert owed() == {"acknowledge": later(15), "update": later(60)}


def test_a_warning_comes_once_and_a_miss_is_noted_once(ida, make_staff, monkeypatch):
    bo = make_staff(name="Bo Lund", role=StaffRole.ENGINEERING)
    raised(ida, "s3")
    look(monkeypatch, later(179))
    assert notices(bo) == ["Escalated, S3: E-1 Bookings are late"]
    look(monkeypatch, later(180))
    look(monkeypatch, later(181))
    assert notices(bo)[1:] == ["Nobody has acknowledged it yet: E-1 Bookings are late"]
    look(monkeypatch, later(240))
    assert "escalation:deadline_missed" not in kinds()
    for minutes in (241, 242):
        look(monkeypatch, later(minutes))
    assert kinds().count("escalation:deadline_missed") == 1
    assert notices(bo)[2:] == ["Not acknowledged in time: E-1 Bookings are late"]
    # Whoever raised it and does not take such things is not told by each clock.
    assert notices(ida) == []


def test_whoever_owes_the_update_is_told_and_nobody_else(ida, make_staff, monkeypatch):
    bo = make_staff(name="Bo Lund", role=StaffRole.ENGINEERING)
    escalation, by = raised(ida, "s2"), staff_actor(ida.id)
    with unit():
        mine = db.session.merge(escalation)
        move_escalation(mine, EscalationState.ACKNOWLEDGED, actor=by, now=later(1))
        take_role(mine, Role.COMMUNICATOR, staff=ida, actor=by, now=later(2))
    seen = notices(bo)
    look(monkeypatch, later(241))
    assert notices(ida)[-1] == "Customers wait for an update: E-1 Bookings are late"
    assert notices(bo) == seen


def test_who_is_given_a_role_is_told(ida, make_staff):
    bo = make_staff(name="Bo Lund")
    escalation = raised(ida, "s3")
    with unit():
        mine = db.session.merge(escalation)
        take_role(mine, Role.OWNER, staff=bo, actor=staff_actor(ida.id), now=later(2))
    assert notices(bo)[-1:] == ["You are the owner: E-1 Bookings are late"]


def test_acknowledged_in_time_is_met_and_too_late_stays_missed(ida, monkeypatch):
    one, by = raised(ida, "s2"), staff_actor(ida.id)
    look(monkeypatch, later(61))
    with unit():
        move_escalation(
            db.session.merge(one), EscalationState.ACKNOWLEDGED, actor=by, now=later(70)
        )
    row = db.session.scalar(db.select(Deadline).where(Deadline.kind == "acknowledge"))
    assert (row.breached_at, row.met_at) == (later(61), later(70))
