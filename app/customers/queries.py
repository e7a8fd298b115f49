"""Reading customers and accounts; staff see them all."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import available_timezones

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from app.customers.models import Account, Customer
from app.db import db
from app.errors import NotFound
from app.staff.models import Staff
from app.web.pagination import Page, paginate


def zone_of_customer(customer_id: int | None, *, usual: str) -> str:
    """Return the zone of a customer's organisation, an IANA name.

    :param usual: for whoever has none, or one that does not exist.
    """
    if customer_id is None:
        return usual
    zone = db.session.scalar(
        select(Account.timezone)
        .join(Customer, Customer.account_id == Account.id)
        .where(Customer.id == customer_id)
    )
    return zone if zone and zone in available_timezones() else usual


@dataclass(frozen=True)
class AccountRow:
    """An account in the list.

    :ivar people: number of customers.
    """

    account: Account
    people: int


def customer_visible_to(staff: Staff, customer_id: int) -> Customer:
    """Return a customer with their account.

    :raises NotFound: there is none, or the asker's account was closed.
    """
    customer = None
    if staff.is_active:
        customer = db.session.scalar(
            select(Customer).where(Customer.id == customer_id).options(joinedload(Customer.account))
        )
    if customer is None:
        raise NotFound
    return customer


def account_visible_to(staff: Staff, account_id: int) -> Account:
    """Return an account with its customers.

    :raises NotFound: there is none, or the asker's account was closed.
    """
    account = None
    if staff.is_active:
        account = db.session.scalar(
            select(Account).where(Account.id == account_id).options(selectinload(Account.customers))
        )
    if account is None:
        raise NotFound
    return account


def customers_matching(text: str, *, limit: int) -> list[Customer]:
    """Return customers whose name or address holds a text; none for an empty one."""
    text = text.strip()
    if len(text) < 2:
        return []
    query = (
        select(Customer)
        .where(_names(text))
        .order_by(Customer.name, Customer.id)
        .options(joinedload(Customer.account))
        .limit(limit)
    )
    return list(db.session.scalars(query))


def customer_page(text: str, *, number: int) -> Page[Customer]:
    """Return one page of customers with their accounts, by name.

    :param text: part of a name, address or account; empty shows all.
    :param number: page, from 1.
    """
    query = (
        select(Customer)
        .outerjoin(Customer.account)
        .order_by(func.lower(Customer.name), Customer.id)
        .options(joinedload(Customer.account))
    )
    if text.strip():
        matches = or_(_names(text.strip()), Account.name.icontains(text.strip(), autoescape=True))
        query = query.where(matches)
    return paginate(db.session(), query, number=number, per_page=50)


def account_page(text: str, *, number: int) -> Page[AccountRow]:
    """Return one page of accounts with the number of their people, by name.

    :param text: part of a name or plan; empty shows all.
    :param number: page, from 1.
    """
    query = select(Account).order_by(func.lower(Account.name), Account.id)
    if text.strip():
        query = query.where(
            or_(
                Account.name.icontains(text.strip(), autoescape=True),
                Account.plan.icontains(text.strip(), autoescape=True),
            )
        )
    found = paginate(db.session(), query, number=number, per_page=50)
    people = _people_in([account.id for account in found.items])
    rows = [AccountRow(account, people.get(account.id, 0)) for account in found.items]
    return Page(rows, found.number, found.per_page, found.total)


def accounts_to_choose() -> list[tuple[int, str]]:
    """Return all accounts to put a customer into, by name."""
    rows = db.session.execute(select(Account.id, Account.name).order_by(Account.name))
    return [(row.id, row.name) for row in rows]


def _people_in(account_ids: list[int]) -> dict[int, int]:
    rows = db.session.execute(
        select(Customer.account_id, func.count())
        .where(Customer.account_id.in_(account_ids))
        .group_by(Customer.account_id)
    )
    return {row[0]: row[1] for row in rows if row[0] is not None}


def _names(text: str) -> ColumnElement[bool]:
    return or_(
        Customer.name.icontains(text, autoescape=True),
        Customer.email.icontains(text, autoescape=True),
    )


def known_customers(site_id: int, *, limit: int) -> list[Customer]:
    """Return some customers whom a site vouches for, with their accounts, oldest first."""
    return list(
        db.session.scalars(
            select(Customer)
            .where(Customer.site_id == site_id, Customer.external_id.is_not(None))
            .options(joinedload(Customer.account))
            .order_by(Customer.id)
            .limit(limit)
        )
    )
