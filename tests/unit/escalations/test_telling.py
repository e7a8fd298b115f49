"""Updates to customers: each gets each exactly once, in their language, with what is promised."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.clock import utc_now
from app.db import db
from app.errors import Invalid
from app.escalations.models import (
    Deadline,
    EscalatedTicket,
    EscalationState,
    UpdateDelivery,
    Verdict,
)
from app.escalations.queries.told import updates_of
from app.escalations.services import telling
from app.escalations.services.asking import give_verdict
from app.escalations.services.linking import link_tickets
from app.escalations.services.moving import move_escalation
from app.escalations.services.raising import raise_escalation
from app.escalations.services.telling import PORTION, catch_up, tell_customers
from app.events.actor import staff_actor, visitor_actor
from app.jobs.models import Job
from app.jobs.services import run_due_jobs
from app.notices.models import Notice
from app.notifications.models import OutgoingMail
from app.promises.models import Promise
from app.staff.models import Staff
from app.tickets.models import Message, Ticket, TicketState
from app.tickets.services.confirming import confirm_solved
from tests.factories.tickets import kinds, opened, unit

TEXTS = {"en": "Bookings show the right hour again soon.", "de": "Bald stimmt die Stunde wieder."}


@pytest.fixture
def ida(ctx, make_staff) -> Staff:
    return make_staff(name="Ida Vos")


def raised(ida, tickets):
    with unit():
        return raise_escalation(
            tickets,
            title="Bookings show an hour late",
            symptom="Every booking after Sunday is an hour late.",
            severity="s2",
            raised_by=db.session.get(Staff, ida.id),
            now=utc_now(),
        )


def told(escalation, ida, **changes):
    with unit():
        return tell_customers(
            db.session.merge(escalation),
            by=db.session.get(Staff, ida.id),
            now=utc_now(),
            **({"texts": TEXTS} | changes),
        )


def work() -> None:
    """Do all that is due, as the worker does."""
    db.session.rollback()
    while run_due_jobs(owner="test", limit=1):
        db.session.remove()


def answers(ticket) -> list[str]:
    query = db.select(Message.body).where(
        Message.ticket_id == ticket.id, Message.author_kind == "staff"
    )
    return list(db.session.scalars(query))


def test_each_is_told_in_their_language_with_a_promise_that_the_next_update_keeps(ida):
    ada, berta = opened(locale="en-GB"), opened(locale="de-AT")
    noise = opened()
    escalation = raised(ida, [ada, berta])
    due = utc_now() + timedelta(hours=2)
    told(escalation, ida, next_update_at=due)
    work()
    (english,), (german,) = answers(ada), answers(berta)
    assert english.startswith(TEXTS["en"])
    assert "You will hear from us again by" in english
    assert german.startswith(TEXTS["de"])
    assert "Sie hören wieder von uns" in german
    assert answers(noise) == []
    promises = db.session.scalars(db.select(Promise).order_by(Promise.ticket_id)).all()
    assert [(each.owner_id, each.due_at, each.customer_visible) for each in promises] == [
        (ida.id, due, True), (ida.id, due, True)
    ]  # fmt: skip
    mails = db.session.scalars(db.select(OutgoingMail.ticket_message_id)).all()
    assert len([each for each in mails if each is not None]) == 2

    told(escalation, ida, texts={"en": "It works again."})
    work()
    assert answers(ada)[1:] == ["It works again."]
    assert answers(berta)[1:] == ["It works again."]
    db.session.expire_all()
    assert {each.state for each in db.session.scalars(db.select(Promise))} == {"kept"}


def test_who_comes_later_is_told_the_last_update_once(ida):
    early, late = opened(), opened()
    escalation = raised(ida, [early])
    with unit():
        assert catch_up(db.session.merge(escalation), now=utc_now()) == 0
    told(escalation, ida, next_update_at=utc_now() + timedelta(seconds=1))
    work()
    with unit():
        mine = db.session.merge(escalation)
        link_tickets(mine, [late.id], linked_by=None, now=utc_now())
        assert catch_up(mine, now=utc_now() + timedelta(minutes=1)) == 1
        assert catch_up(mine, now=utc_now() + timedelta(minutes=1)) == 0
    with unit():
        (update,) = updates_of(escalation.id)
        telling.deliver_portion(update.id, zone="UTC", now=utc_now() + timedelta(minutes=2))
    work()
    assert [len(answers(each)) for each in (early, late)] == [1, 1]
    assert answers(late) == [TEXTS["en"]]


def test_a_second_click_tells_nobody_twice(ida):
    ticket = opened()
    escalation = raised(ida, [ticket])
    assert told(escalation, ida).id == told(escalation, ida).id
    work()
    assert len(answers(ticket)) == 1


def test_who_is_closed_or_set_aside_is_left_out_and_counted(ida):
    one, gone, spam = opened(), opened(), opened()
    escalation = raised(ida, [one, gone, spam])
    with unit():
        db.session.get(Ticket, gone.id).state = TicketState.CLOSED
        db.session.get(Ticket, spam.id).disposition = "spam"
    told(escalation, ida)
    work()
    (line,) = updates_of(escalation.id)
    assert (line.tickets, line.reached, line.waiting) == (3, 1, 0)
    assert line.skipped == {"closed": 1, "set_aside": 1}


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"texts": {"en": " ", "xx": "Hello"}}, "text_en"),
        ({"texts": {"de": "x" * 5_001}}, "text_de"),
        ({"next_update_at": utc_now() - timedelta(hours=1)}, "next_update_at"),
    ],
)
def test_what_is_wrong_is_named_and_nobody_is_told(ida, changes, field):
    escalation = raised(ida, [opened()])
    with pytest.raises(Invalid) as refused:
        told(escalation, ida, **changes)
    assert list(refused.value.fields) == [field]
    assert db.session.scalar(db.select(db.func.count(UpdateDelivery.id))) == 0


def test_nobody_to_tell_is_said(ida):
    with pytest.raises(Invalid):
        told(raised(ida, []), ida)


def test_telling_meets_what_was_owed_and_owes_the_next(ida):
    escalation = raised(ida, [opened()])
    due = utc_now() + timedelta(hours=3)
    told(escalation, ida, next_update_at=due)
    rows = db.session.scalars(
        db.select(Deadline).where(Deadline.kind == "update").order_by(Deadline.id)
    ).all()
    assert [row.met_at is not None for row in rows] == [True, False]
    assert rows[1].due_at == due
    db.session.refresh(db.session.merge(escalation))
    assert db.session.merge(escalation).told_at is not None


def test_five_hundred_are_told_exactly_once_though_the_worker_dies_in_between(ida, monkeypatch):
    tickets = [opened(requester_email="") for _ in range(500)]
    escalation = raised(ida, tickets)
    expected = {ticket.id for ticket in tickets}
    told(escalation, ida)
    assert run_due_jobs(owner="first", limit=2) == 2
    delivered = db.select(db.func.count()).where(UpdateDelivery.delivered_at.is_not(None))
    assert db.session.scalar(delivered) == 2 * PORTION

    class Killed(BaseException):
        """The process ends here."""

    calls, real = [], telling.add_reply

    def dies(ticket, **values):
        calls.append(ticket.id)
        if len(calls) == PORTION // 2:
            raise Killed
        return real(ticket, **values)

    monkeypatch.setattr(telling, "add_reply", dies)
    db.session.rollback()
    with pytest.raises(Killed):
        run_due_jobs(owner="first", limit=1)
    monkeypatch.setattr(telling, "add_reply", real)
    db.session.rollback()
    assert db.session.scalar(delivered) == 2 * PORTION
    with unit():  # its lease runs out
        for job in db.session.scalars(db.select(Job)):
            job.lease_until = utc_now() - timedelta(seconds=1)
    work()
    told_once = (
        db.select(Message.ticket_id)
        .where(Message.author_kind == "staff")
        .group_by(Message.ticket_id)
        .having(db.func.count() == 1)
    )
    assert set(db.session.scalars(told_once)) == expected


def test_a_ticket_that_breaks_keeps_nobody_else_waiting(ida, monkeypatch):
    one, broken, three = opened(), opened(), opened()
    escalation = raised(ida, [one, broken, three])
    told(escalation, ida)
    real = telling.add_reply

    def breaks(ticket, **values):
        if ticket.id == broken.id:
            raise RuntimeError("broken")
        return real(ticket, **values)

    monkeypatch.setattr(telling, "add_reply", breaks)
    work()
    assert (len(answers(one)), len(answers(broken)), len(answers(three))) == (1, 0, 1)
    assert updates_of(escalation.id)[0].skipped == {"failed": 1}


def resolved(escalation, ida) -> None:
    for state in ("acknowledged", "resolved"):
        with unit():
            move_escalation(
                db.session.merge(escalation),
                EscalationState(state),
                actor=staff_actor(ida.id),
                now=utc_now(),
            )
    work()


def test_when_it_is_resolved_each_is_asked_and_what_they_say_is_kept(ida):
    one, two = opened(locale="en"), opened(locale="ar")
    escalation = raised(ida, [one, two])
    resolved(escalation, ida)
    assert "Is it solved for you?" in answers(one)[0]
    assert "Is it solved" not in answers(two)[0]
    with unit():
        confirm_solved(db.session.get(Ticket, one.id), actor=visitor_actor(), now=utc_now())
        ticket = db.session.get(Ticket, two.id)
        give_verdict(ticket, Verdict.NOT_YET, actor=visitor_actor(), now=utc_now())
    verdicts = db.session.scalars(
        db.select(EscalatedTicket.verdict).order_by(EscalatedTicket.ticket_id)
    ).all()
    assert verdicts == ["solved", "not_yet"]
    assert kinds().count("escalation:verdict_given") == 2
    told_staff = db.session.scalars(db.select(Notice.text).where(Notice.staff_id == ida.id))
    assert any(text.startswith(f"Not solved for #{two.number}") for text in told_staff)


def test_who_was_asked_by_the_communicator_is_not_asked_again(ida):
    ticket = opened()
    escalation = raised(ida, [ticket])
    told(escalation, ida, asks=True)
    resolved(escalation, ida)
    assert len(answers(ticket)) == 1


def test_a_word_without_a_question_is_no_verdict(ida):
    ticket = opened()
    raised(ida, [ticket])
    with unit():
        confirm_solved(db.session.get(Ticket, ticket.id), actor=visitor_actor(), now=utc_now())
    assert "escalation:verdict_given" not in kinds()
