"""Raising an escalation and moving it along."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest

from app.db import db
from app.errors import Invalid, NotFound
from app.escalations.errors import EscalationChanged, EscalationMoveRefused
from app.escalations.models import EscalatedTicket, EscalationState, Role, Severity
from app.escalations.queries.finding import escalation_visible_to, holders
from app.escalations.services.exits import decline_escalation
from app.escalations.services.linking import link_tickets
from app.escalations.services.moving import STAMPS, move_escalation
from app.escalations.services.raising import raise_escalation
from app.escalations.severities import PROMISES
from app.escalations.states import EXITS, MOVES, why_not
from app.events.actor import staff_actor
from app.staff.models import Staff
from tests.factories.tickets import NOW, kinds, later, opened, unit


@pytest.fixture
def ida(ctx, make_staff) -> Staff:
    return make_staff(name="Ida Vos")


def raised(ida, tickets=(), **changes):
    values = {
        "title": "Bookings show an hour late",
        "symptom": "Every booking after Sunday is shown an hour late.",
        "severity": Severity.S2,
    }
    with unit():
        staff = db.session.get(Staff, ida.id)
        return raise_escalation(tickets, raised_by=staff, now=NOW, **(values | changes))


def test_it_is_raised_from_tickets_in_one_step(ida):
    one, two, _noise = opened(), opened(), opened()
    escalation = raised(ida, [one, two, one])
    assert (escalation.number, escalation.state, escalation.severity) == (1, "raised", "s2")
    assert escalation.raised_at == NOW
    assert holders(escalation.id, Role.REPORTER) == [ida.id]
    assert holders(escalation.id, Role.OWNER) == []
    linked = db.session.scalars(db.select(EscalatedTicket.ticket_id)).all()
    assert sorted(linked) == [one.id, two.id]
    assert kinds()[-3:] == [
        "escalation:raised", "escalation:ticket_linked", "escalation:ticket_linked"
    ]  # fmt: skip
    assert raised(ida, title="Another").number == 2


def test_a_second_click_raises_nothing_twice(ida):
    ticket = opened()
    assert raised(ida, [ticket]).id == raised(ida, [ticket]).id
    assert kinds().count("escalation:raised") == 1


def test_linking_again_changes_nothing(ida):
    one, two = opened(), opened()
    escalation = raised(ida, [one])
    with unit():
        staff = db.session.get(Staff, ida.id)
        added = link_tickets(escalation, [one.id, two.id], linked_by=staff, now=later(5))
    assert added == [two.id]
    assert kinds().count("escalation:ticket_linked") == 2


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": " \n"}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"symptom": "  "}, "symptom"),
        ({"severity": "s9"}, "severity"),
        ({"question": "x" * 50_001}, "question"),
        ({"impact_started_at": NOW + timedelta(seconds=1)}, "impact_started_at"),
    ],
)
def test_what_is_missing_is_named_at_its_field(ida, changes, field):
    with pytest.raises(Invalid) as refused:
        raised(ida, **changes)
    assert list(refused.value.fields) == [field]
    assert kinds() == []


def test_everybody_on_the_staff_sees_it_until_their_account_is_closed(ida, make_staff):
    escalation = raised(ida)
    other = make_staff(name="Bo Lund")
    assert escalation_visible_to(other, escalation.number).id == escalation.id
    other.disabled_at = NOW
    with pytest.raises(NotFound):
        escalation_visible_to(other, escalation.number)
    with pytest.raises(NotFound):
        escalation_visible_to(ida, 99)


def test_stamps_are_first_stamps(ida):
    escalation, by = raised(ida), staff_actor(ida.id)
    way = ["acknowledged", "investigating", "mitigated", "resolved", "investigating", "resolved"]
    for step, state in enumerate(way, start=1):
        with unit():
            move_escalation(
                escalation, EscalationState(state), reason="It goes on", actor=by, now=later(step)
            )
    assert escalation.acknowledged_at == later(1)
    assert escalation.mitigated_at == later(3)
    assert escalation.resolved_at == later(4)
    assert escalation.version == 7
    assert kinds().count("escalation:state_changed") == 6


def test_two_who_move_it_at_once_do_not_overwrite_each_other(ida):
    escalation, by = raised(ida), staff_actor(ida.id)
    seen = escalation.version
    with unit():
        move_escalation(
            escalation, EscalationState.ACKNOWLEDGED, actor=by, now=later(1), expected_version=seen
        )
    with pytest.raises(EscalationChanged), unit():
        move_escalation(
            escalation, EscalationState.DECLINED, actor=by, now=later(1), expected_version=seen
        )


@pytest.mark.parametrize(
    ("old", "new"),
    [pair for pair in product(EscalationState, repeat=2) if pair[0] != pair[1]],
)
def test_every_move_is_in_the_table_or_refused_with_a_reason(ida, old, new):
    escalation, by = raised(ida), staff_actor(ida.id)
    with unit():
        escalation = db.session.merge(escalation)
        escalation.state = old
    if new in MOVES[old] and new not in EXITS:
        with unit():
            move_escalation(escalation, new, reason="It came back", actor=by, now=later(9))
        assert escalation.state == new
        if new in STAMPS:
            assert getattr(escalation, STAMPS[new]) == later(9)
        return
    with pytest.raises(EscalationMoveRefused) as refused, unit():
        move_escalation(escalation, new, actor=by, now=later(9))
    (sentence,) = refused.value.fields["state"]
    assert len(sentence.split()) > 4
    if new not in MOVES[old]:
        assert sentence == why_not(old, new)


def test_declining_needs_a_reason_and_a_way_to_help_the_customer(ida):
    escalation = raised(ida)
    with pytest.raises(Invalid) as refused, unit():
        decline_escalation(escalation, reason=" ", instead="", by=ida, now=later(1))
    assert set(refused.value.fields) == {"reason", "instead"}
    with unit():
        decline_escalation(
            escalation, reason="Works as meant.", instead="Send article 12.", by=ida, now=later(1)
        )
    assert escalation.state == "declined"
    assert escalation.declined_instead == "Send article 12."


def test_the_worse_it_is_the_sooner_everything_is_owed():
    in_order = [PROMISES[severity] for severity in Severity]
    acknowledged = [each.acknowledge_seconds for each in in_order]
    assert acknowledged == sorted(acknowledged)
    updates = [each.update_seconds or float("inf") for each in in_order]
    assert updates == sorted(updates)
    assert [each.short_review for each in in_order] == [False, False, True, True]
