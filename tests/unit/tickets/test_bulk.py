"""The same done to several tickets, and taken back: exactly, and only where nobody was since."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import event, select

from app.db import db
from app.errors import Invalid
from app.events.actor import staff_actor, visitor_actor
from app.events.models import EventRecord
from app.staff.models import Team
from app.tickets.desk import BulkChanged
from app.tickets.models import Ticket
from app.tickets.queries.addresses import read_filter
from app.tickets.queries.filters import Viewer
from app.tickets.queries.inbox import inbox_page
from app.tickets.queries.picking import everything_in
from app.tickets.queries.tags import tags_of
from app.tickets.queries.watchers import watcher_ids
from app.tickets.services.acts import Act
from app.tickets.services.bulk import (
    KEEP_FOR,
    MOST_AT_ONCE,
    UNDO_WITHIN,
    change_many,
    forget_changes,
    undo_change,
)
from app.tickets.services.properties import assign_ticket, change_priority, change_state
from app.tickets.services.restoring import standing_of
from app.tickets.services.setting_aside import take_back
from app.tickets.services.snoozing import snooze_ticket
from app.tickets.services.tags import tag_tickets
from app.tickets.services.watching import watch_ticket
from tests.factories.tickets import later, opened, park, unit

pytestmark = pytest.mark.usefixtures("ctx")

SOLVE = {"state": "solved", "resolution": "answer"}


@pytest.fixture
def tickets(ctx, staff):
    """Five tickets in different states; the fifth is picked by nobody."""
    made = [opened(subject=f"Question {count}") for count in range(1, 6)]
    with unit():
        for ticket in made:
            db.session.add(db.session.merge(ticket))
        _, second, third, fourth, _ = everyone()
        park(second, staff, now=later(1))
        how = staff_actor(staff.id)
        change_state(third, state="solved", resolution="bug", actor=how, now=later(2))
        snooze_ticket(fourth, until=later(300), actor=how, now=later(3))
        watch_ticket(fourth.id, staff_ids=[staff.id], actor=how, now=later(3))
        tag_tickets([fourth.id], add=["vip"], actor=how, now=later(3))
    return made


def everyone():
    return db.session.scalars(
        select(Ticket).order_by(Ticket.number).execution_options(populate_existing=True)
    ).all()


def versions(*numbers):
    db.session.rollback()
    return {each.number: each.version for each in everyone() if each.number in numbers}


def standings():
    db.session.rollback()
    return [(standing_of(each), tags_of(each.id), watcher_ids(each.id)) for each in everyone()]


def do(staff, act, value, *numbers, picked=None, now=None):
    picked = picked or versions(*numbers)
    with unit():
        return change_many(picked, act=act, value=value, staff=staff, now=now or later(10))


def undo(staff, change, *, now=None):
    with unit():
        return undo_change(db.session.merge(change), staff=staff, now=now or later(11))


def changed_numbers(change):
    found = select(Ticket.number).join(BulkChanged).where(BulkChanged.change_id == change.id)
    return sorted(db.session.scalars(found))


def events_of(number, kind):
    db.session.rollback()
    found = select(EventRecord).join(Ticket, Ticket.id == EventRecord.subject_id)
    rows = db.session.scalars(found.where(Ticket.number == number, EventRecord.kind == kind))
    return [(row.actor_id, row.data["old"], row.data["new"]) for row in rows]


def team():
    with unit():
        made = Team(name="Billing")
        db.session.add(made)
    return made.id


def values(act, staff):
    return {
        Act.ASSIGN: {"assignee_id": staff.id},
        Act.TEAM: {"team_id": team()} if act is Act.TEAM else {},
        Act.CATEGORY: {"category_id": None},
        Act.PRIORITY: {"priority": "urgent"},
        Act.STATE: {"state": "waiting_customer"},
        Act.SOLVE: SOLVE,
        Act.HOLD: {"reason": "The bank", "look_at": later(5000).isoformat()},
        Act.SNOOZE: {"until": later(600).isoformat()},
        Act.TAG: {"add": ["refund"], "remove": ["vip"]},
        Act.ASIDE: {"disposition": "spam"},
        Act.WATCH: {},
        Act.UNWATCH: {},
        Act.WAKE: {},
    }[act]


@pytest.mark.parametrize("act", sorted(set(Act) - {Act.CATEGORY}))
def test_every_act_is_done_and_taken_back_exactly(tickets, staff, act):
    before = standings()
    change = do(staff, act, values(act, staff), 1, 2, 3, 4)
    after = standings()
    done = changed_numbers(change)
    assert done
    assert 5 not in done
    assert [number for number in range(1, 6) if before[number - 1] != after[number - 1]] == done
    assert len(done) + change.same + len(change.skipped["tickets"]) == 4
    undone = undo(staff, change)
    assert (undone.restored, undone.skipped) == (len(done), [])
    assert standings() == before


def test_each_ticket_has_an_event_of_its_own_both_ways(tickets, staff):
    change = do(staff, Act.ASSIGN, {"assignee_id": staff.id}, 1, 2)
    for number in (1, 2):
        assert events_of(number, "ticket:assigned") == [(staff.id, None, staff.id)]
    assert events_of(3, "ticket:assigned") == []
    undo(staff, change)
    assert events_of(1, "ticket:assigned")[1:] == [(staff.id, staff.id, None)]


def test_what_changed_meanwhile_is_left_alone_and_named(tickets, staff, make_staff):
    ben = make_staff(name="Ben Ode")
    seen = versions(1, 2)
    with unit():
        assign_ticket(everyone()[1], assignee_id=ben.id, actor=staff_actor(ben.id), now=later(5))
    change = do(staff, Act.ASSIGN, {"assignee_id": staff.id}, picked=seen)
    assert changed_numbers(change) == [1]
    assert change.skipped["tickets"] == [
        {"number": 2, "subject": "Question 2", "reason": "Changed in the meantime by Ben Ode."}
    ]
    assert [each.assignee_id for each in everyone()[:2]] == [staff.id, ben.id]


def test_undo_leaves_alone_what_somebody_changed_since(tickets, staff, make_staff):
    ben = make_staff(name="Ben Ode")
    change = do(staff, Act.SOLVE, SOLVE, 1, 2, 4)
    with unit():
        change_priority(everyone()[1], priority="high", actor=staff_actor(ben.id), now=later(10))
    undone = undo(staff, change)
    assert undone.restored == 2
    assert [(each.number, each.reason) for each in undone.skipped] == [
        (2, "Changed in the meantime by Ben Ode.")
    ]
    states = [(each.state, each.priority) for each in everyone()]
    assert states[:4] == [
        ("new", "normal"),
        ("solved", "high"),
        ("solved", "normal"),
        ("new", "normal"),
    ]


def test_what_was_so_already_is_no_change(tickets, staff):
    do(staff, Act.PRIORITY, {"priority": "high"}, 1)
    change = do(staff, Act.PRIORITY, {"priority": "high"}, 1, 2)
    assert (changed_numbers(change), change.same) == ([2], 1)
    undo(staff, change)
    assert [each.priority for each in everyone()[:2]] == ["high", "normal"]


def test_what_cannot_be_done_to_one_is_done_to_the_others(tickets, staff):
    change = do(staff, Act.SNOOZE, {"until": later(600).isoformat()}, 1, 3)
    assert changed_numbers(change) == [1]
    assert change.skipped["tickets"][0]["reason"] == (
        "It is solved: nothing is left to come back to."
    )


def test_a_choice_that_fits_no_ticket_is_refused_as_a_whole(tickets, staff):
    with pytest.raises(Invalid) as refused:
        do(staff, Act.ASSIGN, {"assignee_id": 999}, 1, 2)
    assert refused.value.fields == {"assignee": ["There is nobody like that."]}
    with pytest.raises(Invalid):
        do(staff, Act.WATCH, {}, picked={})
    with pytest.raises(Invalid):
        do(staff, Act.WATCH, {}, picked=dict.fromkeys(range(MOST_AT_ONCE + 1), 1))


def test_undo_is_for_a_while_and_once(tickets, staff):
    change = do(staff, Act.PRIORITY, {"priority": "high"}, 1)
    with pytest.raises(Invalid, match="too long ago"):
        undo(staff, change, now=later(10) + UNDO_WITHIN + timedelta(seconds=1))
    undo(staff, change, now=later(10) + UNDO_WITHIN)
    with pytest.raises(Invalid, match="undone already"):
        undo(staff, change)


def test_a_snooze_that_has_ended_meanwhile_stays_over(tickets, staff):
    change = do(staff, Act.SOLVE, SOLVE, 4, now=later(290))
    undo(staff, change, now=later(301))
    fourth = everyone()[3]
    assert (fourth.state, fourth.snoozed_until) == ("new", None)


def test_spam_by_mistake_comes_back_by_undo_only_while_it_is_spam(tickets, staff):
    change = do(staff, Act.ASIDE, {"disposition": "spam"}, 1)
    with unit():
        take_back(everyone()[0], actor=staff_actor(staff.id), now=later(10))
    assert [each.number for each in undo(staff, change).skipped] == [1]
    assert everyone()[0].state == "new"


def test_all_of_the_filter_is_what_its_pages_show(tickets, staff):
    for count in range(30):
        opened(subject=f"More {count}", actor=visitor_actor(), now=later(20))
    db.session.rollback()
    wanted, viewer = read_filter({"q": "More"}), Viewer(staff.id, later(30))
    found = everything_in(wanted, viewer=viewer, most=250)
    first = [row.number for row in inbox_page(wanted, viewer=viewer).rows]
    assert (len(found.picked), found.total) == (30, 30)
    assert list(found.picked)[:25] == first
    part = everything_in(wanted, viewer=viewer, most=7)
    assert (list(part.picked), part.total) == (first[:7], 30)
    assert 4 not in everything_in(read_filter({}), viewer=viewer, most=250).picked, "snoozed"


def test_statements_a_ticket_do_not_depend_on_how_many(tickets, staff):
    more = [opened(subject="More").number for _each in range(12)]

    def statements(numbers):
        picked, seen = versions(*numbers), []
        listen = ("before_cursor_execute", lambda *args: seen.append(args[2]))
        event.listen(db.engine, *listen)
        try:
            do(staff, Act.PRIORITY, {"priority": "urgent"}, picked=picked)
        finally:
            event.remove(db.engine, *listen)
        return len(seen)

    few, many = statements(more[:3]), statements(more[3:])
    assert (many - few) % 6 == 0
    assert (many - few) / 6 <= few / 3


def test_what_undoing_needed_is_forgotten_after_a_week(tickets, staff):
    do(staff, Act.PRIORITY, {"priority": "high"}, 1)
    kept = do(staff, Act.PRIORITY, {"priority": "high"}, 2, now=later(20))
    with unit():
        assert forget_changes(now=later(15) + KEEP_FOR) == 1
    db.session.rollback()
    assert list(db.session.scalars(select(BulkChanged.change_id))) == [kept.id]
    assert [each.priority for each in everyone()[:2]] == ["high", "high"]
