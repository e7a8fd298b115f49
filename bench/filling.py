"""Tickets by the ten thousand, for benchmarks of reading and writing beside them.

Rows are written straight to the tables. Shapes follow a real help desk: most tickets are done, a
few people have many, subjects repeat words, some conversations are long.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert

from app.customers.models import Account, Customer
from app.db import Base, db
from app.events.actor import SYSTEM
from app.events.models import EventRecord
from app.sites.services import create_site
from app.staff.models import Role, Staff
from app.tickets.models import Channel, Message, MessageKind, Priority, Ticket, TicketState

SITE = "shop"
STAFF = 8
CUSTOMERS = 800
ACCOUNTS = 100
#: How many messages the long conversations have.
LONG = 20
#: Every so manieth conversation is a long one.
LONG_EVERY = 16
_CHUNK = 5_000
_STATES = {
    TicketState.NEW: 0.5, TicketState.OPEN: 1, TicketState.WAITING_CUSTOMER: 1,
    TicketState.ON_HOLD: 0.5, TicketState.SOLVED: 7, TicketState.CLOSED: 90,
}  # fmt: skip
_PRIORITIES = {Priority.LOW: 10, Priority.NORMAL: 75, Priority.HIGH: 12, Priority.URGENT: 3}
_RUNNING = (TicketState.NEW, TicketState.OPEN, TicketState.ON_HOLD)


def add_people(now: datetime) -> list[int]:
    """Add a site, staff, accounts and customers.

    :returns: the keys of the staff.
    """
    create_site(key=SITE, name="Shop", allowed_origins=["https://a.example"], actor=SYSTEM, now=now)
    people = [
        Staff(name=f"Person {n}", email=f"p{n}@team.example", role=Role.SUPPORT, password_hash="!")
        for n in range(STAFF)
    ]
    db.session.add_all([*people, *(Account(name=f"Studio {n}") for n in range(ACCOUNTS))])
    db.session.flush()  # the keys are used below
    add_rows(
        Customer,
        [
            {"id": n, "site_id": 1, "external_id": f"u{n}", "name": f"Customer {n}",
             "email": f"c{n}@studio.example", "email_verified": True,
             "account_id": n % ACCOUNTS + 1}
            for n in range(1, CUSTOMERS + 1)
        ],
    )  # fmt: skip
    return [person.id for person in people]


def add_tickets(
    count: int, *, messages: int, staff_ids: Sequence[int], texts: Sequence[str], now: datetime
) -> None:
    """Add tickets with their conversations and events; number and key are the same.

    :param messages: in each conversation, but for the long ones.
    :param texts: sentences that subjects and messages are made of.
    :param now: the newest ticket changed a minute before it.
    """
    pick = random.Random(3)
    states = pick.choices(list(_STATES), list(_STATES.values()), k=count)
    for start in range(0, count, _CHUNK):
        tickets: list[dict[str, Any]] = []
        spoken: list[dict[str, Any]] = []
        events: list[dict[str, Any]] = []
        for number, state in enumerate(states[start : start + _CHUNK], start=start + 1):
            at = now - timedelta(minutes=7 * (count - number) + 1)
            ticket = _ticket(number, state, at, staff_ids, texts, pick)
            length = LONG if number % LONG_EVERY == 0 else messages
            tickets.append(ticket)
            spoken += _messages(ticket, length, staff_ids, texts, pick)
            events += _events(ticket)
        add_rows(Ticket, tickets)
        add_rows(Message, spoken)
        add_rows(EventRecord, events)


def add_rows(model: type[Base], rows: Sequence[dict[str, Any]]) -> None:
    """Write rows of one table."""
    if rows:
        db.session.execute(insert(model), rows)


def _ticket(
    number: int, state: TicketState, at: datetime, staff_ids: Sequence[int],
    texts: Sequence[str], pick: random.Random,
) -> dict[str, Any]:  # fmt: skip
    customer = min(int(pick.paretovariate(0.8)), CUSTOMERS)
    runs = state in _RUNNING
    return {
        "id": number, "number": number, "site_id": 1, "channel": Channel.WIDGET,
        "subject": pick.choice(texts)[:100], "state": state,
        "priority": pick.choices(list(_PRIORITIES), list(_PRIORITIES.values()))[0],
        "assignee_id": None if state is TicketState.NEW else pick.choice(staff_ids),
        "customer_id": customer, "requester_name": f"Customer {customer}",
        "requester_email": f"c{customer}@studio.example", "requester_verified": True,
        "next_due_at": at + timedelta(hours=pick.randint(1, 90)) if runs else None,
        "next_due_kind": "next_reply" if runs else None, "clocks_at": at,
        "updated_at": at, "created_at": at - timedelta(hours=1),
    }  # fmt: skip


def _messages(
    ticket: dict[str, Any], count: int, staff_ids: Sequence[int], texts: Sequence[str],
    pick: random.Random,
) -> Iterator[dict[str, Any]]:  # fmt: skip
    for place in range(count):
        staff = pick.randrange(len(staff_ids)) if place % 2 else None
        yield {
            "ticket_id": ticket["id"], "kind": MessageKind.MESSAGE,
            "author_kind": "customer" if staff is None else "staff",
            "staff_id": None if staff is None else staff_ids[staff],
            "author_name": ticket["requester_name"] if staff is None else f"Person {staff}",
            "sent_at": ticket["created_at"] + timedelta(minutes=3 * place),
            "body": f"{pick.choice(texts)}\n\n{pick.choice(texts)}",
        }  # fmt: skip


def _events(ticket: dict[str, Any]) -> Iterator[dict[str, Any]]:
    told = [
        ("ticket:opened", {"number": ticket["number"], "channel": ticket["channel"].value,
                           "help_session_id": None, "customer_id": ticket["customer_id"],
                           "visitor_id": None, "priority": "normal", "site_id": 1}),
        ("ticket:assigned", {"old": None, "new": ticket["assignee_id"]}),
        ("ticket:state_changed", {"old": "new", "new": ticket["state"].value}),
    ]  # fmt: skip
    for kind, data in told:
        yield {
            "kind": kind, "at": ticket["created_at"], "actor_kind": "system", "actor_id": None,
            "subject_kind": "ticket", "subject_id": ticket["id"], "data": data,
        }  # fmt: skip
