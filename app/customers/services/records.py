"""Customers and their accounts as staff and the API know them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from app.customers.models import Account, Customer
from app.db import db
from app.errors import Invalid, NotFound
from app.events.actor import Actor
from app.events.catalogue.people import AccountChanged, CustomerIdentified
from app.events.services import record


@dataclass(frozen=True)
class AccountFacts:
    """What staff may say of an account.

    :ivar annual_value_cents: yearly value in hundredths of `currency`; None is unknown.
    """

    name: str
    plan: str = ""
    annual_value_cents: int | None = None
    currency: str = "EUR"
    city: str = ""
    timezone: str = ""
    notes: str = ""
    shares_requests: bool = False


def find_or_create_customer(
    *,
    email: str,
    name: str = "",
    site_id: int | None = None,
    source: str,
    actor: Actor,
    now: datetime,
) -> Customer:
    """Return the customer with an address that somebody vouches for, made if there is none.

    Never finds a person by an address that only they themselves claimed: whoever types
    somebody's address must not get at that somebody's requests.

    :param email: non-empty; compared in lower case.
    :param source: ``api``, ``staff`` or ``mail``, for the event.
    """
    email = email.strip().lower()
    found = db.session.scalars(
        select(Customer)
        .where(
            Customer.email == email,
            Customer.email_verified.is_(True) | Customer.external_id.is_(None),
        )
        .order_by(Customer.email_verified.desc(), Customer.id)
        .limit(1)
    ).first()
    if found is not None:
        return found
    return create_customer(
        email=email, name=name, site_id=site_id, source=source, actor=actor, now=now
    )


def create_customer(
    *,
    email: str,
    name: str,
    site_id: int | None = None,
    account_id: int | None = None,
    source: str,
    actor: Actor,
    now: datetime,
) -> Customer:
    """Add a customer whom staff or the API name.

    :raises Invalid: neither name nor address is given.
    """
    if not (email or name):
        raise Invalid(fields={"name": ["Please give a name or a mail address."]})
    customer = Customer(
        site_id=site_id,
        email=email.strip().lower(),
        name=name.strip(),
        account_id=account_id,
        created_at=now,
    )
    db.session.add(customer)
    db.session.flush()  # the event names it by its key
    record(CustomerIdentified(customer.id, source), actor=actor, at=now)
    return customer


def create_account(
    facts: AccountFacts, *, external_id: str | None = None, actor: Actor, now: datetime
) -> Account:
    """Add a customer organisation.

    :param external_id: the host product's own id.
    :raises Invalid: it has no name.
    """
    _check(facts)
    account = Account(external_id=external_id, created_at=now, **vars(facts))
    db.session.add(account)
    db.session.flush()  # the event names it by its key
    record(AccountChanged(account.id, ",".join(vars(facts))), actor=actor, at=now)
    return account


def edit_account(account: Account, facts: AccountFacts, *, actor: Actor, now: datetime) -> Account:
    """Change what is known of an account; saving the same again records nothing.

    :raises Invalid: it has no name.
    """
    _check(facts)
    changed = [name for name, value in vars(facts).items() if getattr(account, name) != value]
    for name in changed:
        setattr(account, name, getattr(facts, name))
    if changed:
        record(AccountChanged(account.id, ",".join(changed)), actor=actor, at=now)
    return account


def put_into_account(
    customer: Customer, *, account_id: int | None, actor: Actor, now: datetime
) -> Customer:
    """Put a customer into an account, or into none.

    :raises NotFound: there is no such account.
    """
    if account_id == customer.account_id:
        return customer
    if account_id is not None and db.session.get(Account, account_id) is None:
        raise NotFound
    touched = [key for key in (customer.account_id, account_id) if key is not None]
    customer.account_id = account_id
    db.session.expire(customer, ["account"])
    for key in touched:
        record(AccountChanged(key, "customers"), actor=actor, at=now)
    return customer


def _check(facts: AccountFacts) -> None:
    if not facts.name.strip():
        raise Invalid(fields={"name": ["An account needs a name."]})
