"""What the list is narrowed down by and in which order it goes; and that nothing else gets in."""

from __future__ import annotations

import random
import re

import pytest
from sqlalchemy import event, select

from app.customers.models import Account, Customer
from app.db import db
from app.events.actor import staff_actor, visitor_actor
from app.knowledge.models import Category
from app.staff.models import Team
from app.tickets.models import Ticket, TicketRead
from app.tickets.queries.addresses import COLUMNS, filter_args, read_filter
from app.tickets.queries.filters import FACETS, Viewer
from app.tickets.queries.inbox import inbox_page
from app.tickets.queries.orders import ORDERS
from app.tickets.services.properties import assign_ticket, change_priority, change_state
from app.tickets.services.replies import add_customer_message, add_reply
from tests.factories.tickets import later, opened, unit

pytestmark = pytest.mark.usefixtures("ctx")

DAY = 24 * 60


def shown(viewer_id=1, **args):
    page = inbox_page(read_filter(args), viewer=Viewer(viewer_id, later(0)))
    return [row.number for row in page.rows]


def ticket(number):
    return db.session.scalar(select(Ticket).where(Ticket.number == number))


def change(number, **values):
    with unit():
        found = ticket(number)
        for name, value in values.items():
            setattr(found, name, value)


@pytest.fixture
def desk(staff):
    """Six tickets, each different from the others in what can be asked for."""
    with unit():
        cards = Category(name="Payments", slug="payments")
        account = Account(name="Harbour Yoga")
        db.session.add_all([cards, account, Team(name="Billing"), Team(name="Nobody's")])
        db.session.flush()
        refunds = Category(name="Refunds", slug="refunds", parent_id=cards.id)
        other = Category(name="Calendar", slug="calendar")
        moira = Customer(name="Moira", email="m@one.example", account_id=account.id)
        db.session.add_all([refunds, other, moira])
    for number in range(6):
        opened(subject=f"Ticket {number + 1}", now=later(number * DAY))
    change(1, category_id=refunds.id, channel="mail", created_at=later(0))
    change(2, category_id=cards.id, team_id=1, customer_id=moira.id, created_at=later(DAY))
    change(3, category_id=other.id, snoozed_until=later(99 * DAY), created_at=later(2 * DAY))
    actor = staff_actor(staff.id)
    with unit():
        change_priority(ticket(4), priority="urgent", actor=actor, now=later(6 * DAY))
        change_priority(ticket(1), priority="high", actor=actor, now=later(6 * DAY + 1))
        add_reply(ticket(5), author=staff, body="Answered", now=later(7 * DAY))
        change_state(
            ticket(6), state="solved", resolution="answer", actor=actor, now=later(8 * DAY)
        )
    change(6, resolution="article")
    for number in (4, 5, 6):
        change(number, created_at=later((number - 1) * DAY))


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        ({}, [5, 1, 4, 2]),
        ({"snoozed": "only"}, [3]),
        ({"snoozed": "any", "sort": "created"}, [5, 4, 3, 2, 1]),
        ({"q": "Ticket 3"}, [3]),
        ({"priority": "urgent,high"}, [1, 4]),
        ({"priority": "low"}, []),
        ({"team": "1"}, [2]),
        ({"team": "none"}, [5, 1, 4]),
        ({"category": "1"}, [1, 2]),
        ({"category": "2"}, [1]),
        ({"category": "none"}, [5, 4]),
        ({"channel": "mail"}, [1]),
        ({"account": "1"}, [2]),
        ({"customer": "1"}, [2]),
        ({"wrote": "staff"}, [5]),
        ({"wrote": "customer"}, [1, 4, 2]),
        ({"state": "any", "resolution": "article"}, [6]),
        ({"created_from": "2026-03-04", "created_to": "2026-03-05"}, [4]),
        ({"updated_to": "2026-03-03"}, [2]),
        ({"updated_from": "2026-03-09"}, [5]),
        ({"updated_to": "9999-12-31"}, [5, 1, 4, 2]),
        ({"sort": "created"}, [5, 4, 2, 1]),
        ({"sort": "oldest"}, [2, 4, 1, 5]),
        ({"sort": "waiting"}, [1, 2, 4, 5]),
        ({"sort": "priority"}, [4, 1, 2, 5]),
        ({"sort": "priority", "state": "any"}, [4, 1, 2, 6, 5]),
    ],
)
def test_each_facet_and_order(desk, args, expected):
    assert shown(**args) == expected


def test_spam_is_seen_only_by_who_asks_for_it(desk):
    change(6, disposition="spam", state="closed")
    assert 6 not in shown(state="any")
    assert shown(state="any", disposition="spam") == [6]


def test_unread_is_what_the_viewer_has_not_seen_of_the_customer(desk, staff):
    with unit():
        db.session.add(TicketRead(ticket_id=1, staff_id=staff.id, last_message_id=99))
    assert shown(viewer_id=staff.id, unread="1") == [4, 2]
    assert shown(viewer_id=staff.id + 1, unread="1") == [1, 4, 2]
    with unit():
        add_customer_message(ticket(5), body="Hello?", actor=visitor_actor(), now=later(9 * DAY))
    assert shown(viewer_id=staff.id, unread="1") == [5, 4, 2]


def test_me_is_whoever_looks(desk, staff):
    with unit():
        assign_ticket(
            ticket(2), assignee_id=staff.id, actor=staff_actor(staff.id), now=later(9 * DAY)
        )
    assert shown(viewer_id=staff.id, assignee="me") == [2]
    assert shown(viewer_id=staff.id + 1, assignee="me") == []
    assert shown(viewer_id=staff.id + 1, assignee=str(staff.id)) == [2]


@pytest.mark.parametrize("sort", ORDERS)
def test_pages_of_every_order_join_without_gap_or_repeat(monkeypatch, staff, sort):
    for number in range(7):
        opened(now=later(number // 3))  # ties go by key
    with unit():
        for number in (2, 5):
            add_reply(ticket(number), author=staff, body="Yes", now=later(30))
    whole = shown(sort=sort)
    monkeypatch.setattr("app.tickets.queries.inbox.PER_PAGE", 2)
    joined, after = [], ""
    for _page in range(4):
        page = inbox_page(read_filter({"sort": sort, "after": after}), viewer=Viewer(1, later(0)))
        joined += [row.number for row in page.rows]
        after = page.next_place
    assert (joined, after) == (whole, "")
    assert len(whole) == 7


def test_an_address_is_short_and_the_same_for_the_same_list():
    said = {
        "sort": "recent",
        "state": "unsolved",
        "q": "  two   words ",
        "priority": "high,urgent,high",
        "site": "007",
        "assignee": "anyone",
        "columns": "account,number,state,priority,due,assignee",
        "after": "nonsense",
    }
    wanted = read_filter(said)
    assert filter_args(wanted) == {"priority": "high,urgent", "site": "7", "q": "two words"}
    assert read_filter(filter_args(wanted)) == wanted
    assert wanted.ignored == ()


def test_what_makes_no_sense_is_named():
    wanted = read_filter(
        {"state": "x", "sort": "staff.password_hash", "team": "-1", "columns": "password", "z": "1"}
    )
    assert set(wanted.ignored) == {"state", "sort", "team", "columns"}
    assert filter_args(wanted) == {}


HOSTILE = [
    "'", "1 OR 1=1", "id); DROP TABLE tickets--", "assignee.password_hash", "\x00", "%", "_",
    "0x10", "१२", "9" * 30, "-1", "1e3", "NaN", "0001-01-01", "9999-12-31", "2026-02-30", "urgent",
    "urgent,urgent,'", "me", "nobody", "none", "1", "only", "any", "20260302T090000.000000-1",
    "0-20260302T090000.000000-5", "99999999T000000.0-1", "Ж", "{{7*7}}", "a,b,c", "", " ",
]  # fmt: skip
PARAMETERS = re.compile(r"\?|%\(\w+\)s|%s")


def test_nothing_but_mapped_columns_reaches_the_database(desk):
    """C07: whatever an address holds, no statement contains a word of it."""
    rng = random.Random(7)
    names = [*FACETS, "state", "sort", "after", "q", "columns", "staff", "order_by", "__class__"]
    sent = []

    def note(_conn, _cursor, statement, *_rest):
        sent.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        for _round in range(300):
            args = {
                name: rng.choice([*HOSTILE, *ORDERS, *COLUMNS])
                for name in rng.sample(names, k=rng.randint(1, 6))
            }
            shown(**args)
            assert read_filter(filter_args(read_filter(args))).ignored == ()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    statements = " ".join(PARAMETERS.sub("", statement) for statement in sent)
    for word in ("password", "DROP", "OR 1=1", "7*7", "Ж", "__class__", "order_by"):
        assert word not in statements
