"""What goes on with an account, beside a ticket of one of its people."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from app.customers.models import Account, Customer
from app.db import db
from app.events.actor import customer_actor, staff_actor
from app.tickets.queries.account import MOST_SHOWN, account_now
from app.tickets.services.properties import change_state
from app.tickets.services.replies import add_reply
from app.tickets.services.setting_aside import set_aside
from tests.factories.tickets import later, opened, unit

pytestmark = pytest.mark.usefixtures("ctx")


@pytest.fixture
def people(ctx):
    """Three of one account, the second here last, and a stranger of another."""
    with unit():
        studio, other = Account(name="Studio"), Account(name="Other")
        db.session.add_all([studio, other])
        db.session.flush()
        made = [
            Customer(name="Nora", account_id=studio.id),
            Customer(name="", email="ben@studio.example", account_id=studio.id, seen_at=later(9)),
            Customer(name="Cleo", account_id=studio.id),
            Customer(name="Stranger", account_id=other.id),
            Customer(name="", email="", account_id=studio.id),
        ]
        db.session.add_all(made)
    return made


def ask(person, subject="Help", *, at=0):
    return opened(
        subject=subject, actor=customer_actor(person.id), customer_id=person.id, now=later(at)
    )


def shown(people, ticket):
    db.session.rollback()
    return account_now(people[0].account_id, ticket_id=ticket.id, customer_id=people[0].id)


def test_it_shows_what_its_people_wait_for(people, staff):
    nora, ben, _cleo, stranger, _nameless = people
    mine = ask(nora, "Mine", at=1)
    theirs = ask(ben, "Theirs", at=2)
    solved, spam = ask(ben, "Solved", at=3), ask(ben, "Spam", at=4)
    ask(stranger, "Another account's", at=30)
    by = staff_actor(staff.id)
    with unit():
        solved, spam = db.session.merge(solved), db.session.merge(spam)
        add_reply(solved, author=staff, body="So.", now=later(20))
        change_state(solved, state="solved", resolution="answer", actor=by, now=later(21))
        set_aside(spam, disposition="spam", actor=by, now=later(22))
    now = shown(people, mine)
    assert (now.unsolved, [line.subject for line in now.lines]) == (2, ["Theirs"])
    assert [line.number for line in now.lines] == [theirs.number]
    assert (now.wrote_at, now.answered_at) == (later(3), later(20))
    assert [(each.name, each.unsolved) for each in now.colleagues] == [
        ("ben@studio.example", 1),
        ("Cleo", 0),
    ]
    assert now.people == 2


def test_a_large_account_costs_no_more(people):
    mine = ask(people[0]).id
    account, customer = people[0].account_id, people[0].id

    def statements():
        db.session.rollback()
        seen = []
        listen = ("before_cursor_execute", lambda *args: seen.append(args[2]))
        event.listen(db.engine, *listen)
        try:
            found = account_now(account, ticket_id=mine, customer_id=customer)
        finally:
            event.remove(db.engine, *listen)
        return len(seen), found

    few, _small = statements()
    with unit():
        db.session.add_all([Customer(name=f"P{n}", account_id=account) for n in range(20)])
    for _each in range(8):
        ask(people[1])
    many, large = statements()
    assert few == many
    assert (len(large.lines), large.unsolved) == (MOST_SHOWN, 9)
    assert (len(large.colleagues), large.people) == (MOST_SHOWN, 22)
