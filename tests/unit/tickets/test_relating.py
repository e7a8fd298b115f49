"""Links between tickets: one a pair, read from both sides, recorded on both."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from app.db import db
from app.errors import Invalid, NotFound
from app.events.actor import staff_actor, visitor_actor
from app.events.models import EventRecord
from app.tickets.errors import TicketChanged
from app.tickets.models import Ticket
from app.tickets.queries.relations import related_tickets, relation_choices
from app.tickets.queries.threads import thread_for_staff
from app.tickets.queries.visibility import ticket_visible_to
from app.tickets.relations import CHOSEN, Relation, TicketRelation, seen_back
from app.tickets.services.merging import merge_ticket
from app.tickets.services.properties import change_priority
from app.tickets.services.relating import relate_tickets, unrelate_tickets
from app.tickets.services.replies import add_customer_message
from app.tickets.services.splitting import split_ticket
from tests.factories.tickets import later, opened, unit

pytestmark = pytest.mark.usefixtures("ctx")


def now(number: int) -> Ticket:
    return db.session.scalars(
        select(Ticket).where(Ticket.number == number).execution_options(populate_existing=True)
    ).one()


def link(staff, number: int, other: int, kind: str, minute: int = 10, **changes) -> None:
    with unit():
        relate_tickets(
            now(number),
            other=now(other),
            kind=kind,
            actor=staff_actor(staff.id),
            now=later(minute),
            **changes,
        )


def seen(number: int) -> list[tuple[str, int]]:
    return [(each.kind, each.number) for each in related_tickets(now(number))]


def told() -> list[tuple[int, str | None, str | None]]:
    events = db.session.scalars(
        select(EventRecord).where(EventRecord.kind == "ticket:related").order_by(EventRecord.id)
    )
    return [(each.subject_id, each.data["old"], each.data["new"]) for each in events]


def test_a_link_is_read_from_both_sides_and_only_there(staff):
    for _each in range(3):
        opened()
    version = now(1).version
    link(staff, 1, 2, "duplicate")
    assert (seen(1), seen(2), seen(3)) == ([("duplicate", 2)], [("duplicated", 1)], [])
    assert told() == [(1, None, "duplicate"), (2, None, "duplicated")]
    changes = [e.change for e in thread_for_staff(now(2), viewer_id=staff.id).entries if e.change]
    assert [(c.field, c.new, c.detail, c.who) for c in changes] == [
        ("relation", "duplicated", "1", "Ada Lind")
    ]
    # It is no activity, and whoever has the ticket open meanwhile conflicts with nothing.
    assert now(1).version == version
    assert now(1).updated_at == later(0)


def test_saying_it_again_from_the_other_side_replaces_it(staff):
    opened()
    opened()
    link(staff, 1, 2, "related")
    link(staff, 2, 1, "follow_up")
    link(staff, 2, 1, "follow_up")
    assert (seen(1), seen(2)) == ([("followed", 2)], [("follow_up", 1)])
    assert told()[2:] == [(2, "related", "follow_up"), (1, "related", "followed")]
    assert len(db.session.scalars(select(TicketRelation)).all()) == 1


def test_taking_it_away_works_from_either_side_but_from_no_other_ticket(staff):
    for _each in range(3):
        opened()
    link(staff, 1, 2, "duplicate")
    key = related_tickets(now(1))[0].relation_id
    actor = staff_actor(staff.id)
    with pytest.raises(NotFound), unit():
        unrelate_tickets(now(3), relation_id=key, actor=actor, now=later(11))
    with unit():
        unrelate_tickets(now(2), relation_id=key, actor=actor, now=later(11))
    assert (seen(1), seen(2)) == ([], [])
    assert told()[2:] == [(2, "duplicated", None), (1, "duplicate", None)]
    with pytest.raises(NotFound), unit():
        unrelate_tickets(now(2), relation_id=key, actor=actor, now=later(12))


def test_what_makes_no_sense_is_refused(staff):
    opened(requester_verified=True)
    opened(requester_verified=True)
    with pytest.raises(Invalid) as refusal:
        link(staff, 1, 1, "related")
    assert "choice" in refusal.value.fields
    for kind in ("duplicated", "merged", ""):
        with pytest.raises(Invalid) as refusal:
            link(staff, 1, 2, kind)
        assert "kind" in refusal.value.fields
    # Nor with what goes on in itself.
    with unit():
        merge_ticket(now(1), into=now(2), actor=staff_actor(staff.id), now=later(1))
    with pytest.raises(Invalid):
        link(staff, 2, 1, "related")
    assert seen(2) == [("merged", 1)]


def test_a_merged_ticket_stands_for_the_one_it_goes_on_in(staff):
    for _each in range(2):
        opened(requester_verified=True)
    opened(requester_email="lin@paper.example")
    with unit():
        merge_ticket(now(1), into=now(2), actor=staff_actor(staff.id), now=later(1))
    link(staff, 3, 1, "duplicate")
    assert seen(3) == [("duplicate", 2)]


def test_a_duplicate_may_be_solved_as_such_unless_somebody_was_faster(staff):
    opened()
    opened()
    seen_version = now(1).version
    with unit():
        change_priority(now(1), priority="high", actor=staff_actor(staff.id), now=later(5))
    with pytest.raises(TicketChanged):
        link(staff, 1, 2, "duplicate", solve=True, expected_version=seen_version)
    assert (seen(1), now(1).state) == ([], "new")
    link(staff, 1, 2, "duplicate", solve=True, expected_version=now(1).version)
    assert (now(1).state, now(1).resolution) == ("solved", "duplicate")
    assert now(2).state == "new"
    # Only what asks the same is solved by it.
    link(staff, 2, 1, "related", solve=True, expected_version=now(2).version)
    assert now(2).state == "new"


def test_what_was_split_off_is_linked(staff):
    ticket = opened()
    with unit():
        message = add_customer_message(
            ticket, body="And my mails?", actor=visitor_actor(), now=later(2)
        )
    key = message.id
    with unit():
        split_ticket(
            now(1),
            message_ids=[key],
            subject="Mails",
            actor=staff_actor(staff.id),
            now=later(3),
        )
    assert (seen(1), seen(2)) == ([("related", 2)], [("related", 1)])


def test_a_follow_up_is_among_them_and_stays(staff):
    opened()
    with unit():
        now(1).state = "closed"
    with unit():
        add_customer_message(now(1), body="Again", actor=visitor_actor(), now=later(2))
    assert (seen(1), seen(2)) == ([("followed", 2)], [("follow_up", 1)])
    assert related_tickets(now(1))[0].relation_id is None


def test_those_of_the_same_requester_are_offered_and_any_is_found(staff):
    opened(subject="First")
    opened(subject="Second")
    opened(subject="Refund", body="Where is my refund?", requester_email="lin@paper.example")
    ticket = ticket_visible_to(staff, 1)

    def offered(words: str) -> list[int]:
        return [each.number for each in relation_choices(ticket, words)]

    assert offered("") == [2]
    assert offered("refund") == [3]
    assert offered("3") == [3]
    assert offered("1") == []
    assert offered("...") == []
    assert relation_choices(ticket, "refund")[0].last_words == "Where is my refund?"


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    st.lists(
        st.tuples(st.integers(0, 2), st.integers(0, 2), st.sampled_from([*CHOSEN, None])),
        max_size=8,
    )
)
def test_both_sides_always_agree(staff, steps):
    numbers = [opened().number for _each in range(3)]
    for one, two, kind in steps:
        number, other = numbers[one], numbers[two]
        if number == other:
            continue
        if kind is not None:
            link(staff, number, other, kind)
            continue
        held = [each for each in related_tickets(now(number)) if each.number == other]
        for each in held:
            with unit():
                unrelate_tickets(
                    now(number),
                    relation_id=each.relation_id,
                    actor=staff_actor(staff.id),
                    now=later(11),
                )
    for number in numbers:
        for kind, other in seen(number):
            assert (seen_back(kind), number) in seen(other)
        assert len({other for _kind, other in seen(number)}) == len(seen(number))


def test_every_way_to_read_a_link_reads_back():
    assert all(seen_back(seen_back(kind)) is kind for kind in Relation)
