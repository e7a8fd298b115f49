"""Everything that the page of one escalation shows, its timeline aside."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.customers.models import Account, Customer
from app.db import db
from app.escalations.models import (
    Deadline,
    EscalatedTicket,
    Escalation,
    Role,
    RoleHolding,
)
from app.staff.models import Staff
from app.tickets.models import Ticket


@dataclass(frozen=True)
class Holding:
    """That somebody has or had a role."""

    role: str
    staff_id: int
    name: str
    assumed_at: datetime
    renounced_at: datetime | None


@dataclass(frozen=True)
class LinkedTicket:
    """A ticket that the escalation is about.

    :ivar who: requester's name, else address.
    :ivar account: name of the customer's account, if there is one.
    :ivar me_too: the customer said so.
    """

    id: int
    number: int
    subject: str
    state: str
    locale: str
    who: str
    account: str
    linked_at: datetime
    me_too: bool
    asked_at: datetime | None
    verdict: str | None


@dataclass(frozen=True)
class Relative:
    """Another escalation, as it is named in a line."""

    number: int
    title: str
    state: str
    severity: str


def role_holdings(escalation_id: int) -> list[Holding]:
    """Return who has and had which role, in order of time."""
    rows = db.session.execute(
        select(
            RoleHolding.role,
            RoleHolding.staff_id,
            Staff.name,
            RoleHolding.assumed_at,
            RoleHolding.renounced_at,
        )
        .join(Staff, Staff.id == RoleHolding.staff_id)
        .where(RoleHolding.escalation_id == escalation_id)
        .order_by(RoleHolding.id)
    )
    return [Holding(**row._mapping) for row in rows]


def holds(holdings: list[Holding], role: Role, staff_id: int) -> bool:
    """Say whether somebody has a role now."""
    return any(
        (each.role, each.staff_id, each.renounced_at) == (role, staff_id, None) for each in holdings
    )


def linked_tickets(escalation_id: int) -> list[LinkedTicket]:
    """Return the tickets that an escalation is about, in the order of linking."""
    rows = db.session.execute(
        select(
            Ticket.id,
            Ticket.number,
            Ticket.subject,
            Ticket.state,
            Ticket.locale,
            Ticket.requester_name,
            Ticket.requester_email,
            Customer.name.label("customer"),
            Account.name.label("account"),
            EscalatedTicket.linked_at,
            EscalatedTicket.linked_by_id,
            EscalatedTicket.asked_at,
            EscalatedTicket.verdict,
        )
        .join(Ticket, Ticket.id == EscalatedTicket.ticket_id)
        .outerjoin(Customer, Customer.id == Ticket.customer_id)
        .outerjoin(Account, Account.id == Customer.account_id)
        .where(EscalatedTicket.escalation_id == escalation_id)
        .order_by(EscalatedTicket.linked_at, Ticket.id)
    )
    return [
        LinkedTicket(
            id=row.id,
            number=row.number,
            subject=row.subject,
            state=row.state,
            locale=row.locale,
            who=row.requester_name or row.customer or row.requester_email,
            account=row.account or "",
            linked_at=row.linked_at,
            me_too=row.linked_by_id is None,
            asked_at=row.asked_at,
            verdict=row.verdict,
        )
        for row in rows
    ]


def count_linked(escalation_id: int) -> int:
    """Return how many tickets an escalation is about."""
    linked = select(func.count()).where(EscalatedTicket.escalation_id == escalation_id)
    return db.session.scalar(linked) or 0


def deadlines_of(escalation_id: int) -> list[Deadline]:
    """Return what an escalation owed and owes, in the order in which it began."""
    return list(
        db.session.scalars(
            select(Deadline)
            .where(Deadline.escalation_id == escalation_id)
            .order_by(Deadline.created_at, Deadline.id)
        )
    )


def relatives_of(escalation: Escalation) -> dict[str, list[Relative]]:
    """Return the escalations that this one names, and those that name it.

    :returns: by what they are to it: duplicate_of, recurrence_of, duplicates, came_again.
    """
    wanted = {
        "duplicate_of": Escalation.id == escalation.duplicate_of_id,
        "recurrence_of": Escalation.id == escalation.recurrence_of_id,
        "duplicates": Escalation.duplicate_of_id == escalation.id,
        "came_again": Escalation.recurrence_of_id == escalation.id,
    }
    query = select(Escalation.number, Escalation.title, Escalation.state, Escalation.severity)
    found = {
        name: [
            Relative(**row._mapping)
            for row in db.session.execute(query.where(condition).order_by(Escalation.id))
        ]
        for name, condition in wanted.items()
    }
    return {name: relatives for name, relatives in found.items() if relatives}
