"""Promises made, moved, kept, broken: state, event and what people read."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.db import db, unit_of_work
from app.errors import Invalid, NotFound
from app.events.actor import SYSTEM, staff_actor
from app.events.catalogue.tickets import TicketDispositionChanged
from app.events.models import EventRecord
from app.events.services import record
from app.promises.errors import PromiseChanged, PromiseSettled
from app.promises.models import Promise, PromiseMove
from app.promises.queries import promise_of_ticket, promises_of_ticket, promises_shown_to_customer
from app.promises.services.changing import (
    hand_over_promise,
    keep_promise,
    move_promise,
    reopen_promise,
    withdraw_promise,
)
from app.promises.services.passing import break_due_promises
from app.staff.models import Staff
from app.staff.services.accounts import disable_staff
from app.tickets.models import Ticket
from tests.factories.promises import promised
from tests.factories.tickets import NOW, kinds, later, opened, unit

pytestmark = pytest.mark.usefixtures("ctx")

DAY = timedelta(days=1)


@pytest.fixture
def actor(staff):
    return staff_actor(staff.id)


@pytest.fixture
def ticket(ctx):
    promised(opened(subject="Another one"), text="Noise", due_at=NOW + 300 * DAY)
    return opened()


def change(service, promise, *, now=NOW, actor=SYSTEM, **values):
    with unit():
        return service(promise, actor=actor, now=now, **values)


def pass_time(now):
    with unit():
        return [promise.text for promise in break_due_promises(now=now)]


def line(ticket):
    db.session.rollback()
    (found,) = promises_of_ticket(ticket.id)
    return found


def shown(ticket):
    db.session.rollback()
    (found,) = promises_shown_to_customer(ticket.id)
    return found


def due_of(ticket):
    db.session.rollback()
    return db.session.scalar(select(Ticket.promise_due_at).where(Ticket.id == ticket.id))


def last_event():
    found = db.session.scalar(select(EventRecord).order_by(EventRecord.id.desc()).limit(1))
    return found.kind, {"actor": found.actor_kind} | found.data


def test_a_promise_is_made_with_all_that_belongs_to_it(ticket, staff, actor):
    made = promised(ticket, owner_id=staff.id, text="  Call\nback ", actor=actor)
    found = line(ticket)
    assert (found.text, found.state, found.owner, found.moves) == (
        "Call back",
        "open",
        "Ada Lind",
        0,
    )
    assert found.is_owed
    assert due_of(ticket) == NOW + DAY
    assert last_event() == (
        "ticket:promise_made",
        {
            "actor": "staff",
            "promise_id": made.id,
            "due_at": "2026-03-03T09:00:00+00:00",
            "owner_id": staff.id,
            "customer_visible": True,
            "message_id": None,
        },
    )


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"text": " \n "}, "promise_text"),
        ({"text": "x" * 301}, "promise_text"),
        ({"due_at": NOW}, "promise_due"),
        ({"due_at": NOW + 367 * DAY}, "promise_due"),
        ({"owner_id": 999}, "promise_owner"),
    ],
)
def test_what_cannot_be_promised_is_refused_at_its_field(ticket, values, field):
    before = kinds()
    with pytest.raises(Invalid) as refused:
        promised(ticket, **values)
    assert set(refused.value.fields) == {field}
    assert (kinds(), promises_of_ticket(ticket.id), due_of(ticket)) == (before, [], None)


def test_kept_in_time_is_kept(ticket, actor):
    promise = promised(ticket)
    change(keep_promise, promise, actor=actor, now=NOW + DAY)  # exactly at its date
    assert pass_time(NOW + 2 * DAY) == []
    found = line(ticket)
    assert (found.state, found.late_seconds, found.is_owed) == ("kept", 0, False)
    assert due_of(ticket) is None
    kind, data = last_event()
    assert (kind, data["old"], data["new"], data["late_seconds"]) == (
        "ticket:promise_kept", "open", "kept", 0,
    )  # fmt: skip
    assert (shown(ticket).state, shown(ticket).late) == ("kept", False)


def test_moved_twice_keeps_its_history_and_tells_the_customer_the_new_date(ticket, staff, actor):
    promise = promised(ticket)
    change(move_promise, promise, due_at=NOW + 2 * DAY, reason="Waiting for the bank", actor=actor)
    change(move_promise, promise, due_at=NOW + 3 * DAY, reason="Still", now=later(5), actor=actor)
    found = line(ticket)
    assert (found.state, found.moves, found.due_at) == ("moved", 2, NOW + 3 * DAY)
    assert [
        (date.due_at, date.reason, date.moved_by, date.was_broken) for date in found.former_dates
    ] == [
        (NOW + DAY, "Waiting for the bank", "Ada Lind", False),
        (NOW + 2 * DAY, "Still", "Ada Lind", False),
    ]
    assert due_of(ticket) == NOW + 3 * DAY
    kind, data = last_event()
    assert (kind, data["old"], data["new"], data["old_state"], data["reason"]) == (
        "ticket:promise_moved",
        "2026-03-04T09:00:00+00:00", "2026-03-05T09:00:00+00:00", "moved", "Still",
    )  # fmt: skip
    assert (shown(ticket).moved, shown(ticket).due_at) == (True, NOW + 3 * DAY)
    assert "bank" not in repr(shown(ticket))  # the reason is for the team


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"due_at": NOW + 2 * DAY, "reason": " "}, "reason"),
        ({"due_at": NOW + 2 * DAY, "reason": "x" * 501}, "reason"),
        ({"due_at": NOW + DAY, "reason": "Same"}, "promise_due"),
        ({"due_at": NOW - DAY, "reason": "Back"}, "promise_due"),
    ],
)
def test_moving_needs_another_date_and_a_reason(ticket, values, field):
    promise = promised(ticket)
    with pytest.raises(Invalid) as refused:
        change(move_promise, promise, **values)
    assert set(refused.value.fields) == {field}
    assert line(ticket).moves == 0
    assert db.session.scalar(select(func.count()).select_from(PromiseMove)) == 0


def test_broken_once_and_kept_late_stay_on_record(ticket, actor):
    promise = promised(ticket)
    assert pass_time(NOW + DAY) == []  # at its date it can still be kept
    assert pass_time(NOW + DAY + timedelta(seconds=1)) == ["Refund the second charge"]
    assert pass_time(NOW + 2 * DAY) == []
    assert kinds().count("ticket:promise_broken") == 1
    assert line(ticket).state == "broken"
    assert due_of(ticket) == NOW + DAY
    change(keep_promise, promise, actor=actor, now=NOW + DAY + timedelta(hours=3))
    found = line(ticket)
    assert (found.state, found.late_seconds) == ("kept", 3 * 3_600)
    assert (shown(ticket).state, shown(ticket).late) == ("kept", True)
    assert last_event()[1]["late_seconds"] == 3 * 3_600
    assert db.session.get(Promise, promise.id).broken_at == NOW + DAY


def test_an_answer_before_the_date_keeps_it_even_when_noted_afterwards(ticket, actor):
    promise = promised(ticket)
    pass_time(NOW + 2 * DAY)
    change(keep_promise, promise, kept_at=NOW + timedelta(hours=2), actor=actor, now=NOW + 3 * DAY)
    assert (line(ticket).state, line(ticket).late_seconds) == ("kept", 0)


def test_a_broken_promise_with_a_new_date_can_break_again(ticket):
    promise = promised(ticket)
    pass_time(NOW + 2 * DAY)
    change(move_promise, promise, due_at=NOW + 4 * DAY, reason="Ill", now=NOW + 2 * DAY)
    assert [date.was_broken for date in line(ticket).former_dates] == [True]
    assert pass_time(NOW + 3 * DAY) == []
    assert pass_time(NOW + 5 * DAY) == ["Refund the second charge"]
    assert kinds().count("ticket:promise_broken") == 2


def test_taken_back_needs_a_reason_and_can_be_a_mistake(ticket, actor):
    promise = promised(ticket)
    with pytest.raises(Invalid):
        change(withdraw_promise, promise, reason="")
    change(withdraw_promise, promise, reason="The feature is gone", actor=actor)
    assert (line(ticket).state, line(ticket).reason) == ("withdrawn", "The feature is gone")
    assert due_of(ticket) is None
    change(reopen_promise, promise, actor=actor)
    assert (line(ticket).state, line(ticket).reason) == ("open", "")
    assert due_of(ticket) == NOW + DAY
    assert last_event()[1] | {"promise_id": 0} == {
        "actor": "staff", "promise_id": 0, "old": "withdrawn", "new": "open",
    }  # fmt: skip
    with pytest.raises(PromiseChanged):
        change(reopen_promise, promise)


def test_a_broken_promise_stays_broken_when_kept_was_a_mistake(ticket):
    promise = promised(ticket)
    pass_time(NOW + 2 * DAY)
    change(keep_promise, promise, now=NOW + 2 * DAY)
    change(reopen_promise, promise, now=NOW + 2 * DAY)
    assert line(ticket).state == "broken"
    assert pass_time(NOW + 3 * DAY) == []
    assert kinds().count("ticket:promise_broken") == 1


def test_nobody_overwrites_a_colleague_and_what_is_settled_stays_settled(ticket):
    promise = promised(ticket)
    seen = promise.sequence
    change(move_promise, promise, due_at=NOW + 2 * DAY, reason="Later", expected_sequence=seen)
    for service in (keep_promise, reopen_promise):
        with pytest.raises(PromiseChanged):
            change(service, promise, expected_sequence=seen)
    change(keep_promise, promise, expected_sequence=seen + 1)
    with pytest.raises(PromiseSettled):
        change(move_promise, promise, due_at=NOW + 4 * DAY, reason="No")
    with pytest.raises(PromiseSettled):
        change(withdraw_promise, promise, reason="No")
    assert line(ticket).state == "kept"


def test_a_promise_is_handed_over_and_the_team_takes_what_a_closed_account_owes(
    ticket, staff, make_staff, actor
):
    other = make_staff(name="Bo Berg")
    promise = promised(ticket, owner_id=staff.id)
    kept = promised(ticket, owner_id=other.id, text="Done")
    change(keep_promise, kept)
    change(hand_over_promise, promise, owner_id=other.id, actor=actor)
    assert last_event()[1] | {"promise_id": 0} == {
        "actor": "staff", "promise_id": 0, "old": staff.id, "new": other.id,
    }  # fmt: skip
    with unit():
        disable_staff(db.session.get(Staff, other.id), actor=actor, now=later(1))
    db.session.rollback()
    assert [(each.text, each.owner) for each in promises_of_ticket(ticket.id)] == [
        ("Refund the second charge", ""),
        ("Done", "Bo Berg"),
    ]
    with pytest.raises(Invalid):
        change(hand_over_promise, promise, owner_id=other.id)


def disposed(ticket, old, new, into=None, now=NOW):
    with unit():
        event = TicketDispositionChanged(ticket.id, old, new, into.id if into else None, "new")
        record(event, actor=SYSTEM, at=now)


def test_nobody_waits_for_a_promise_on_spam_until_it_is_none(ticket):
    promised(ticket)
    disposed(ticket, None, "spam")
    assert due_of(ticket) is None
    assert promises_shown_to_customer(ticket.id) == []
    assert pass_time(NOW + 2 * DAY) == []
    disposed(ticket, "spam", None, now=NOW + 2 * DAY)
    assert due_of(ticket) == NOW + DAY
    assert pass_time(NOW + 2 * DAY) == ["Refund the second charge"]


def test_a_promise_goes_on_with_the_ticket_that_its_own_was_merged_into(ticket):
    target = opened(subject="Goes on")
    promised(ticket)
    change(keep_promise, promised(ticket, text="Done"))
    disposed(ticket, None, "merged", into=target)
    assert [each.text for each in promises_of_ticket(target.id)] == ["Refund the second charge"]
    assert [each.text for each in promises_of_ticket(ticket.id)] == ["Done"]
    assert (due_of(target), due_of(ticket)) == (NOW + DAY, None)


def test_the_customer_reads_only_what_is_meant_for_them(ticket):
    promised(ticket, text="Ask legal", customer_visible=False)
    promised(ticket)
    assert [each.text for each in promises_shown_to_customer(ticket.id)] == [
        "Refund the second charge"
    ]


def test_a_promise_is_found_on_its_own_ticket_only(ticket):
    promise = promised(ticket)
    assert promise_of_ticket(ticket.id, promise.id).id == promise.id
    with pytest.raises(NotFound):
        promise_of_ticket(opened().id, promise.id)


def test_the_nearest_date_counts_and_moves_on_as_promises_are_kept(ticket):
    first = promised(ticket)
    promised(ticket, text="Later", due_at=NOW + 5 * DAY)
    assert due_of(ticket) == NOW + DAY
    change(keep_promise, first)
    assert due_of(ticket) == NOW + 5 * DAY


def test_two_workers_break_a_promise_once(app, ticket):
    for number in range(20):
        promised(ticket, text=f"Promise {number}")
    db.session.rollback()
    start, broken = threading.Barrier(2), []

    def work():
        with app.app_context():
            start.wait()
            with unit_of_work():
                broken.extend(each.id for each in break_due_promises(now=NOW + 2 * DAY))
            db.session.remove()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert len(broken) == len(set(broken)) == 20
    assert kinds().count("ticket:promise_broken") == 20
