"""What goes on with the account of a ticket's customer, beside the ticket."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, or_, select

from app.customers.models import Customer
from app.db import fetch
from app.tickets.models import Ticket
from app.tickets.queries.threads import TicketLine
from app.tickets.states import UNSOLVED

#: As many as are read at a glance; the account's page has the rest.
MOST_SHOWN = 5


@dataclass(frozen=True)
class Colleague:
    """Somebody else of the account.

    :ivar unsolved: how many unsolved tickets of theirs there are.
    """

    id: int
    name: str
    seen_at: datetime | None
    unsolved: int


@dataclass(frozen=True)
class AccountNow:
    """An account as it stands.

    :ivar unsolved: unsolved tickets of all its people, this one among them.
    :ivar lines: the newest of them, without this one.
    :ivar wrote_at: when one of its people last wrote to us.
    :ivar answered_at: when we last wrote to one of them.
    :ivar people: how many others there are.
    :ivar colleagues: some of them, whoever was here last first.
    """

    unsolved: int
    lines: list[TicketLine]
    wrote_at: datetime | None
    answered_at: datetime | None
    people: int
    colleagues: list[Colleague]


def account_now(account_id: int, *, ticket_id: int, customer_id: int | None) -> AccountNow:
    """Return what goes on with an account; three statements, however large it is.

    :param ticket_id: the ticket beside which it is shown.
    :param customer_id: whose ticket that is.
    """
    asked = {"account_id": account_id, "ticket_id": ticket_id, "customer_id": customer_id or 0}
    contact = fetch(_CONTACT, **asked).one()
    lines = [TicketLine(**row._mapping) for row in fetch(_LINES, **asked)]
    others = fetch(_COLLEAGUES, **asked).all()
    return AccountNow(
        unsolved=contact.unsolved,
        lines=lines,
        wrote_at=contact.wrote_at,
        answered_at=contact.answered_at,
        people=others[0].people if others else 0,
        colleagues=[
            Colleague(row.id, row.name or row.email, row.seen_at, row.unsolved) for row in others
        ],
    )


_ITS_PEOPLE = select(Customer.id).where(Customer.account_id == bindparam("account_id"))
_ITS_TICKETS = (Ticket.customer_id.in_(_ITS_PEOPLE), Ticket.disposition.is_(None))
_CONTACT = select(
    func.count().filter(Ticket.state.in_(UNSOLVED)).label("unsolved"),
    func.max(Ticket.last_customer_message_at).label("wrote_at"),
    func.max(Ticket.last_staff_message_at).label("answered_at"),
).where(*_ITS_TICKETS)
_LINES = (
    select(Ticket.number, Ticket.subject, Ticket.state, Ticket.created_at)
    .where(*_ITS_TICKETS, Ticket.state.in_(UNSOLVED), Ticket.id != bindparam("ticket_id"))
    .order_by(Ticket.id.desc())
    .limit(MOST_SHOWN)
)
_COLLEAGUES = (
    select(
        Customer.id,
        Customer.name,
        Customer.email,
        Customer.seen_at,
        func.count().over().label("people"),
        select(func.count())
        .where(
            Ticket.customer_id == Customer.id,
            Ticket.state.in_(UNSOLVED),
            Ticket.disposition.is_(None),
        )
        .correlate(Customer)
        .scalar_subquery()
        .label("unsolved"),
    )
    .where(Customer.account_id == bindparam("account_id"), Customer.id != bindparam("customer_id"))
    .where(or_(Customer.name != "", Customer.email != ""))
    .order_by(Customer.seen_at.is_(None), Customer.seen_at.desc(), Customer.id)
    .limit(MOST_SHOWN)
)
