"""By when the team means to have it mitigated or resolved."""

from __future__ import annotations

from functools import partial

import pytest

from app.db import db
from app.errors import Invalid
from app.escalations import handlers
from app.escalations.models import Deadline, EscalationState, Role
from app.escalations.queries.timeline import timeline
from app.escalations.services.changing import change_severity
from app.escalations.services.moving import move_escalation
from app.escalations.services.raising import raise_escalation
from app.escalations.services.roles import take_role
from app.escalations.services.targets import set_target
from app.events.actor import staff_actor
from app.notices.models import Notice
from app.staff.models import Staff
from tests.factories.tickets import NOW, kinds, later, unit


@pytest.fixture
def ida(ctx, make_staff) -> Staff:
    return make_staff(name="Ida Vos")


@pytest.fixture
def escalation(ida):
    with unit():
        return raise_escalation(
            [],
            title="Bookings are late",
            symptom="All of them.",
            severity="s2",
            raised_by=db.session.get(Staff, ida.id),
            now=NOW,
        )


def say(escalation, ida, kind, due_at, *, now=NOW) -> None:
    with unit():
        set_target(
            db.session.merge(escalation),
            kind,
            due_at=due_at,
            zone="UTC",
            actor=staff_actor(ida.id),
            now=now,
        )


def move(escalation, ida, *states, minutes=5) -> None:
    for state in states:
        with unit():
            move_escalation(
                db.session.merge(escalation),
                EscalationState(state),
                actor=staff_actor(ida.id),
                now=later(minutes),
            )


def rows(kind) -> list[Deadline]:
    db.session.rollback()
    return list(
        db.session.scalars(db.select(Deadline).where(Deadline.kind == kind).order_by(Deadline.id))
    )


def test_it_is_met_by_the_state_and_another_time_takes_its_place(escalation, ida):
    say(escalation, ida, "mitigate", later(60))
    say(escalation, ida, "mitigate", later(90), now=later(1))
    say(escalation, ida, "mitigate", later(90), now=later(2))
    say(escalation, ida, "resolve", later(300))
    with unit():
        change_severity(db.session.merge(escalation), "s1", actor=staff_actor(ida.id), now=later(3))
    first, second = rows("mitigate")
    assert (first.dropped_at, second.due_at, second.dropped_at) == (later(1), later(90), None)
    move(escalation, ida, "acknowledged", "mitigated")
    assert rows("mitigate")[1].met_at == later(5)
    move(escalation, ida, "resolved", minutes=7)
    assert rows("resolve")[0].met_at == later(7)
    assert kinds().count("escalation:target_set") == 3
    lines = [line.text for line in timeline(escalation)]
    assert "Mitigate: to be done by 02 Mar, 10:30 UTC" in lines


def test_what_is_missed_is_told_to_the_owner_once(escalation, ida, monkeypatch):
    say(escalation, ida, "resolve", later(60))
    with unit():
        take_role(
            db.session.merge(escalation), Role.OWNER, staff=ida, actor=staff_actor(ida.id), now=NOW
        )
    for minutes in (61, 62):
        monkeypatch.setattr(handlers, "utc_now", partial(later, minutes))
        with unit():
            handlers.look_at_escalations({})
    texts = list(db.session.scalars(db.select(Notice.text).where(Notice.staff_id == ida.id)))
    missed = [text for text in texts if text.startswith("Not resolved by the time")]
    assert missed == ["Not resolved by the time that was said: E-1 Bookings are late"]


def test_no_time_can_be_said_and_what_is_done_has_none(escalation, ida):
    say(escalation, ida, "mitigate", later(60))
    say(escalation, ida, "mitigate", None, now=later(1))
    assert rows("mitigate")[0].dropped_at == later(1)
    move(escalation, ida, "acknowledged", "mitigated")
    for kind, due_at, field in (
        ("mitigate", later(60), "kind"),
        ("review", later(60), "kind"),
        ("resolve", later(-1), "due_at"),
    ):
        with pytest.raises(Invalid) as refused:
            say(escalation, ida, kind, due_at, now=later(6))
        assert list(refused.value.fields) == [field]
