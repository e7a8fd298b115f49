"""Loading one ticket for somebody, in the scope of what that somebody may see."""

from __future__ import annotations

from sqlalchemy import ColumnElement, and_, bindparam, or_, select
from sqlalchemy.orm import joinedload

from app.customers.models import Customer
from app.db import db
from app.errors import NotFound
from app.staff.models import Staff
from app.tickets.models import Disposition, Ticket
from app.tickets.queries.merged import goes_on_in

#: Every page about a ticket asks this; built once.
_BY_NUMBER = (
    select(Ticket)
    .where(Ticket.number == bindparam("number"))
    .options(
        joinedload(Ticket.customer).joinedload(Customer.account),
        joinedload(Ticket.site),
        joinedload(Ticket.assignee),
    )
)


def ticket_visible_to(staff: Staff, number: int) -> Ticket:
    """Return a ticket with customer, account, site and assignee, for a member of staff.

    Everybody on the staff sees every ticket: there are no tiers.

    :param number: the public number.
    :raises NotFound: there is no such ticket, or the account was closed.
    """
    ticket = None
    if staff.is_active:
        ticket = db.session.scalar(_BY_NUMBER, {"number": number})
    if ticket is None:
        raise NotFound
    return ticket


def owned_by(
    *,
    customer_id: int | None,
    visitor_id: int | None,
    address: str = "",
    account_id: int | None = None,
) -> ColumnElement[bool]:
    """Return the condition that a person may see a ticket, and that it is not in the bin.

    :param address: one that the person has shown to be theirs; lower case, empty for none.
    :param account_id: whose people share their requests, if they do.

    :raises ValueError: no person is named; a missing scope must never mean every ticket.
    """
    owners: list[ColumnElement[bool]] = []
    if customer_id is not None:
        owners.append(Ticket.customer_id == customer_id)
    if visitor_id is not None:
        owners.append(Ticket.visitor_id == visitor_id)
    if address:
        owners.append(Ticket.requester_email == address)
    if not owners:
        raise ValueError("a person is needed")
    if account_id is not None:
        people = select(Customer.id).where(Customer.account_id == account_id)
        owners.append(Ticket.customer_id.in_(people))
    return and_(or_(*owners), shown_to_requesters())


def shown_to_requesters() -> ColumnElement[bool]:
    """Return the condition that a ticket's requester may see it: what staff deleted is gone."""
    return or_(Ticket.disposition.is_(None), Ticket.disposition != Disposition.DELETED)


def ticket_visible_to_person(
    number: int,
    *,
    customer_id: int | None = None,
    visitor_id: int | None = None,
    address: str = "",
    account_id: int | None = None,
) -> Ticket:
    """Return a ticket of a customer or visitor, or of a colleague who shares theirs.

    Of one that was merged it is the one where it goes on.

    :param address: see :func:`owned_by`.
    :param account_id: see :func:`owned_by`.

    :raises NotFound: there is no such ticket, or it is somebody else's.
    """
    if customer_id is None and visitor_id is None and not address:
        raise NotFound
    ticket = db.session.scalar(
        select(Ticket).where(
            Ticket.number == number,
            owned_by(
                customer_id=customer_id,
                visitor_id=visitor_id,
                address=address,
                account_id=account_id,
            ),
        )
    )
    if ticket is None:
        raise NotFound
    return goes_on_in(ticket)
