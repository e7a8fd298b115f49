"""Whatever people press, in whatever order: the way holds, and every refusal is a sentence."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from hypothesis.strategies import sampled_from

from app.db import db
from app.errors import Invalid
from app.escalations.errors import EscalationMoveRefused
from app.escalations.models import Deadline, Escalation, EscalationState
from app.escalations.services.exits import decline_escalation, set_duplicate
from app.escalations.services.moving import STAMPS, move_escalation
from app.escalations.services.raising import raise_escalation
from app.escalations.states import BACKWARDS, EXITS, MOVES, RUNNING
from app.events.actor import staff_actor
from app.events.models import EventRecord
from app.staff.models import Staff
from tests.factories.tickets import NOW, unit


class Pressing(RuleBasedStateMachine):
    """One escalation under many hands, beside another that nobody touches."""

    staff_id = 0
    titles = count()

    def __init__(self) -> None:
        super().__init__()
        self.minutes = count(1)
        self.moves = 0
        self.stamps: dict[str, datetime] = {}
        with unit():
            staff = db.session.get(Staff, self.staff_id)
            # The same words again would be taken for a second click.
            self.other = self._raise(staff, f"The other one {next(self.titles)}")
            self.key = self._raise(staff, f"This one {next(self.titles)}")

    def _raise(self, staff: Staff, title: str) -> int:
        return raise_escalation(
            [], title=title, symptom="All of it.", severity="s1", raised_by=staff, now=NOW
        ).id

    @property
    def now(self) -> datetime:
        return NOW + timedelta(minutes=next(self.minutes))

    def press(self, act) -> None:
        """Do something, and note a move or look at the refusal."""
        try:
            with unit():
                one = db.session.get_one(Escalation, self.key)
                old = one.state
                act(one, db.session.get_one(Staff, self.staff_id))
                self.moves += one.state != old
        except EscalationMoveRefused as refused:
            (sentence,) = refused.fields["state"]
            assert sentence[0].isupper()
            assert sentence.endswith(".")
            assert len(sentence.split()) > 4

    @rule(state=sampled_from(EscalationState))
    def move(self, state):
        def act(one, staff):
            old = EscalationState(one.state)
            allowed = state is old or (state in MOVES[old] and state not in EXITS)
            try:
                move_escalation(
                    one, state, reason="What is new", actor=staff_actor(staff.id), now=self.now
                )
            except EscalationMoveRefused:
                assert not allowed
                raise
            assert allowed

        self.press(act)

    @rule(pair=sampled_from(sorted(BACKWARDS)))
    def go_back_without_a_word(self, pair):
        with unit():
            one = db.session.get_one(Escalation, self.key)
            if (one.state, pair[1]) not in BACKWARDS:
                return
            with pytest.raises(Invalid) as refused:
                move_escalation(one, pair[1], actor=staff_actor(self.staff_id), now=self.now)
            assert list(refused.value.fields) == ["reason"]

    @rule()
    def decline(self):
        self.press(
            lambda one, staff: decline_escalation(
                one, reason="As meant.", instead="Send the article.", by=staff, now=self.now
            )
        )

    @rule()
    def set_aside(self):
        number = db.session.get_one(Escalation, self.other).number
        self.press(lambda one, staff: set_duplicate(one, of_number=number, by=staff, now=self.now))

    @precondition(lambda self: self.moves)
    @invariant()
    def every_move_is_one_event_and_one_version(self):
        db.session.rollback()
        one = db.session.get_one(Escalation, self.key)
        recorded = db.session.scalar(
            db.select(db.func.count())
            .select_from(EventRecord)
            .where(
                EventRecord.kind == "escalation:state_changed",
                EventRecord.subject_id == self.key,
            )
        )
        assert recorded == self.moves
        assert one.version == 1 + self.moves

    @invariant()
    def first_stamps_stay(self):
        one = db.session.get_one(Escalation, self.key)
        for name in STAMPS.values():
            stamp = getattr(one, name)
            if stamp is not None:
                assert self.stamps.setdefault(name, stamp) == stamp

    @invariant()
    def what_is_owed_goes_with_the_state(self):
        one = db.session.get_one(Escalation, self.key)
        owed = sorted(
            db.session.scalars(
                db.select(Deadline.kind).where(
                    Deadline.escalation_id == self.key,
                    Deadline.met_at.is_(None),
                    Deadline.dropped_at.is_(None),
                )
            )
        )
        expected = {
            EscalationState.RAISED: ["acknowledge", "update"],
            EscalationState.RESOLVED: ["review"],
        }.get(EscalationState(one.state), ["update"] if one.state in RUNNING else [])
        assert owed == expected

    @invariant()
    def the_other_stays_as_it_is(self):
        assert db.session.get_one(Escalation, self.other).state == "raised"


def test_the_way_holds_whatever_is_pressed(ctx, make_staff):
    Pressing.staff_id = make_staff(name="Ida Vos").id
    machine = Pressing.TestCase
    machine.settings = settings(
        max_examples=25,
        stateful_step_count=15,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    machine("runTest").runTest()
