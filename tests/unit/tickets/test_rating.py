"""What an answer is, whose it is, and what staff can and cannot do with it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.db import db
from app.errors import Invalid
from app.events.actor import staff_actor, visitor_actor
from app.events.models import EventRecord
from app.notices.models import Notice
from app.satisfaction.errors import NotForStaff, QuestionOver
from app.satisfaction.models import AnsweredIn, Discarded, DiscardedAnswer, Survey
from app.satisfaction.pages import page_code, why_discarded
from app.tickets.errors import NotAnswered
from app.tickets.models import Ticket
from app.tickets.services.rating import answer_survey, contest_rating, discard_answer
from tests.factories.surveys import ask, solve, surveys
from tests.factories.tickets import NOW, opened, unit

pytestmark = pytest.mark.usefixtures("ctx")

ASKED = NOW + timedelta(days=1)


@pytest.fixture
def asked(staff):
    for address in ("nora@studio.example", "noise@studio.example"):
        solve(opened(requester_email=address), staff, now=NOW)
    ask(ASKED)
    return surveys()[0]


def answer(score=4, *, comment="", actor=None, now=ASKED):
    with unit():
        return answer_survey(
            surveys()[0],
            score=score,
            comment=comment,
            channel=AnsweredIn.MAIL,
            actor=actor or visitor_actor(),
            now=now,
        )


def last_event():
    return db.session.scalars(db.select(EventRecord).order_by(EventRecord.id.desc())).first()


def test_an_answer_is_kept_with_its_words_and_can_be_changed(asked):
    answer(2, comment="Too slow.\r\n")
    first, other = surveys()
    assert (first.state, first.score, first.comment) == ("answered", 2, "Too slow.")
    assert other.state == "asked"
    answer(4, comment="Solved after all.", now=ASKED + timedelta(days=3))
    changed = surveys()[0]
    assert (changed.score, changed.answered_at) == (4, ASKED)
    data = last_event().data
    assert (data["old"], data["new"]) == (2, 4)
    assert (data["old_comment"], data["new_comment"]) == ("Too slow.", "Solved after all.")


def test_whoever_follows_the_ticket_is_told(asked, staff):
    with unit():
        db.session.get_one(Ticket, asked.ticket_id).assignee_id = staff.id
    answer(2)
    answer(3)
    [notice] = db.session.scalars(db.select(Notice).where(Notice.kind == "rated")).all()
    assert notice.staff_id == staff.id
    assert notice.text.startswith("Nora Quist answered how our help was: 2 of 5")


def test_the_same_answer_again_records_nothing(asked):
    answer(3)
    event = last_event().id
    answer(3)
    assert last_event().id == event


def test_staff_cannot_answer(asked, staff):
    with pytest.raises(NotForStaff):
        answer(5, actor=staff_actor(staff.id))
    assert surveys()[0].score is None


@pytest.mark.parametrize("score", [None, 0, 6, -1])
def test_only_one_to_five(asked, score):
    with pytest.raises(Invalid):
        answer(score)


def test_comments_have_a_length(asked):
    answer(3, comment="x" * 2_000)
    with pytest.raises(Invalid):
        answer(3, comment="x" * 2_001)


def test_after_four_weeks_it_is_over(asked):
    answer(3, now=ASKED + timedelta(days=28) - timedelta(seconds=1))
    with pytest.raises(QuestionOver):
        answer(4, now=ASKED + timedelta(days=28))


def test_what_a_machine_answers_is_kept_apart(asked):
    with unit():
        discard_answer(
            surveys()[0],
            reason=Discarded.TOO_FAST,
            score=1,
            actor=visitor_actor(),
            now=ASKED,
        )
    [kept] = db.session.scalars(db.select(DiscardedAnswer)).all()
    assert (kept.reason, kept.score) == ("too_fast", 1)
    assert surveys()[0].state == "asked"


def test_a_contested_answer_counts_as_before(asked, staff):
    with pytest.raises(NotAnswered), unit():
        contest_rating(surveys()[0], note="Not us", actor=staff_actor(staff.id), now=ASKED)
    answer(1)
    with unit():
        contest_rating(
            surveys()[0], note="Meant the bank, not us", actor=staff_actor(staff.id), now=ASKED
        )
    survey = surveys()[0]
    assert (survey.state, survey.score, survey.contest_note) == (
        "answered",
        1,
        "Meant the bank, not us",
    )
    assert last_event().data["new"] == "Meant the bank, not us"


def test_no_answer_names_who_had_the_ticket():
    """There is no field by which answers could be counted for one person."""
    assert {column.name for column in Survey.__table__.columns} & {
        "staff_id",
        "assignee_id",
        "agent_id",
    } == set()


@pytest.mark.parametrize(
    ("seconds", "trap", "survey_id", "why"),
    [
        (4, "", 7, Discarded.TOO_FAST),
        (5, "", 7, None),
        (86_400, "", 7, None),
        (60, "http://spam.example", 7, Discarded.TRAP),
        (60, "", 8, Discarded.NO_PAGE),
    ],
)
def test_whose_answer_it_is(time_machine, seconds, trap, survey_id, why):
    time_machine.move_to(NOW, tick=False)
    code = page_code(7, secret_key="secret")
    now = NOW + timedelta(seconds=seconds)
    assert why_discarded(code, survey_id, trap=trap, secret_key="secret", now=now) == why
    assert why_discarded("", 7, trap="", secret_key="secret", now=now) == Discarded.NO_PAGE
