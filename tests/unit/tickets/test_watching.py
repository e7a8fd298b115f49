"""Who hears of a ticket: watchers and assignee, of others' doings and never of their own."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select

from app.db import db
from app.events.actor import staff_actor, visitor_actor
from app.notices.models import Notice
from app.tickets.queries.watchers import watchers_of
from app.tickets.services.properties import assign_ticket, change_state
from app.tickets.services.replies import add_customer_message, add_note, add_reply
from app.tickets.services.watching import unwatch_ticket, watch_ticket
from tests.factories.tickets import kinds, later, opened, unit

pytestmark = pytest.mark.usefixtures("ctx")


@pytest.fixture
def team(make_staff, ticket):
    """Ada has a ticket, Ida watches it, Bo does neither; another ticket is noise."""
    people = {name: make_staff(name=f"{name} Lind") for name in ("Ada", "Ida", "Bo")}
    other = opened()
    with unit():
        ada, ida, bo = (people[name].id for name in ("Ada", "Ida", "Bo"))
        assign_ticket(ticket, assignee_id=ada, actor=staff_actor(ada), now=later(1))
        watch_ticket(ticket.id, staff_ids=[ida], actor=staff_actor(ida), now=later(1))
        watch_ticket(other.id, staff_ids=[bo], actor=staff_actor(bo), now=later(1))
    return people


def notices():
    """Return who was told what since this was last asked."""
    db.session.rollback()
    found = [
        (each.staff_id, each.kind, each.text)
        for each in db.session.scalars(select(Notice).order_by(Notice.staff_id, Notice.id))
    ]
    with unit():
        db.session.execute(delete(Notice))
    return found


SUBJECT = "#1 Invoices are empty"


def test_watching_is_an_event_and_the_same_again_is_none(ticket, team):
    ida = team["Ida"]
    before = len(kinds())
    with unit():
        watch_ticket(ticket.id, staff_ids=[ida.id], actor=staff_actor(ida.id), now=later(2))
        watch_ticket(
            ticket.id, staff_ids=[ida.id, team["Bo"].id], actor=staff_actor(1), now=later(2)
        )
    assert [watcher.name for watcher in watchers_of(ticket.id)] == ["Bo Lind", "Ida Lind"]
    with unit():
        unwatch_ticket(ticket.id, staff_id=ida.id, actor=staff_actor(ida.id), now=later(3))
        unwatch_ticket(ticket.id, staff_id=ida.id, actor=staff_actor(ida.id), now=later(3))
    assert [watcher.name for watcher in watchers_of(ticket.id)] == ["Bo Lind"]
    assert kinds()[before:] == ["ticket:watched", "ticket:unwatched"]


def test_a_customer_s_words_reach_assignee_and_watchers_once_while_unread(ticket, team):
    with unit():
        for minute in (5, 6):
            add_customer_message(ticket, body="Hello?", actor=visitor_actor(), now=later(minute))
    text = f"Nora Quist wrote: {SUBJECT}"
    assert notices() == [
        (team["Ada"].id, "wrote", text),
        (team["Ida"].id, "wrote", text),
    ]


def test_an_answer_and_solving_reach_everybody_but_who_did_it(ticket, team):
    ada, ida, bo = team["Ada"], team["Ida"], team["Bo"]
    with unit():
        add_reply(ticket, author=ida, body="Look here", now=later(5))
        add_note(ticket, author=ida, body="Between us", now=later(6))
    assert notices() == [(ada.id, "answered", f"Ida Lind answered: {SUBJECT}")]
    with unit():
        change_state(ticket, state="waiting_customer", actor=staff_actor(bo.id), now=later(7))
        change_state(
            ticket, state="solved", resolution="answer", actor=staff_actor(bo.id), now=later(8)
        )
    assert notices() == [
        (ada.id, "solved", f"Bo Lind solved it: {SUBJECT}"),
        (ida.id, "solved", f"Bo Lind solved it: {SUBJECT}"),
    ]


def test_a_ticket_that_changes_hands_is_told_to_all_three_sides(ticket, team):
    ada, ida, bo = team["Ada"], team["Ida"], team["Bo"]
    with unit():
        assign_ticket(ticket, assignee_id=bo.id, actor=staff_actor(ida.id), now=later(5))
    assert notices() == [
        (ada.id, "assigned", f"Ida Lind gave it to Bo Lind: {SUBJECT}"),
        (bo.id, "assigned", f"Ida Lind gave you a ticket: {SUBJECT}"),
    ]
    with unit():
        assign_ticket(ticket, assignee_id=None, actor=staff_actor(bo.id), now=later(6))
    assert notices() == [(ida.id, "assigned", f"Bo Lind gave it to nobody: {SUBJECT}")]
    with unit():
        assign_ticket(ticket, assignee_id=ada.id, actor=staff_actor(ada.id), now=later(7))
    assert notices() == [(ida.id, "assigned", f"Ada Lind took it: {SUBJECT}")]


def test_a_new_ticket_is_nobody_s_news(team):
    notices()
    opened(subject="Third")
    assert notices() == []
