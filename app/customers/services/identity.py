"""Turning a verified token into a customer and a session."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import joinedload

from app.customers.models import Account, Customer, PersonSession, UsedToken
from app.customers.services.sessions import open_customer_session
from app.db import Base, db
from app.errors import Conflict
from app.events.actor import SYSTEM, customer_actor
from app.events.catalogue.people import AccountChanged, CustomerIdentified
from app.events.services import record


@dataclass(frozen=True)
class Vouched:
    """What a site's signature says about a person.

    :ivar external_id: the site's own id of the person; the only thing that identifies them.
    :ivar org: the site's own id of their organisation; empty if unknown.
    """

    external_id: str
    email: str = ""
    email_verified: bool = False
    name: str = ""
    org: str = ""
    org_name: str = ""


class TokenReplayed(Conflict):
    """A token was exchanged before; each works once."""

    code = "identity_replayed"
    user_message = "This signed identity was used already. Sign a new one for each page."


def _insert_once(table: type[Base], columns: list[str], **values: Any) -> int | None:
    """Add a row unless its unique columns are taken.

    The constraint decides between two requests at the same time.

    :returns: the new row's id, or None where there was one.
    """
    engine = db.session.get_bind().dialect.name
    insert = postgresql.insert if engine == "postgresql" else sqlite.insert
    added: int | None = db.session.execute(
        insert(table)
        .values(**values)
        .on_conflict_do_nothing(index_elements=columns)
        .returning(table.__table__.c.id)
    ).scalar()
    return added


def use_token_once(*, site_id: int, token_id: str, expires_at: datetime) -> None:
    """Remember a token's id until the token has expired anyway.

    :raises TokenReplayed: it was seen before.
    """
    values = {"site_id": site_id, "jti": token_id, "expires_at": expires_at}
    if _insert_once(UsedToken, ["site_id", "jti"], **values) is None:
        raise TokenReplayed


def sign_in_customer(
    vouched: Vouched, *, site_id: int, key_id: int, locale: str, now: datetime
) -> tuple[PersonSession, str]:
    """Find or create the customer a site vouches for and start a session.

    :param key_id: the key that signed.
    :returns: the session, with its customer, and its token.
    """
    who = {"site_id": site_id, "external_id": vouched.external_id}
    added = _insert_once(
        Customer, ["site_id", "external_id"], **who,
        name="", email="", email_verified=False, locale="", created_at=now,
    )  # fmt: skip
    customer = db.session.scalars(
        select(Customer).filter_by(**who).options(joinedload(Customer.account))
    ).one()
    _take_over_fields(customer, vouched, locale=locale, now=now)
    if added is not None:
        record(
            CustomerIdentified(customer_id=customer.id, source="token"),
            actor=customer_actor(customer.id),
            at=now,
        )
    return open_customer_session(customer, site_id=site_id, key_id=key_id, now=now)


def _take_over_fields(customer: Customer, vouched: Vouched, *, locale: str, now: datetime) -> None:
    """Set what is signed; what a token leaves out stays as it was."""
    if vouched.email:
        customer.email = vouched.email
        customer.email_verified = vouched.email_verified
    if vouched.name:
        customer.name = vouched.name
    if vouched.org:
        customer.account = _account(vouched, now=now)
    if locale:
        customer.locale = locale
    customer.seen_at = now


def _account(vouched: Vouched, *, now: datetime) -> Account:
    name = vouched.org_name or vouched.org
    added = _insert_once(
        Account, ["external_id"], external_id=vouched.org, name=name, plan="", currency="EUR",
        city="", timezone="", notes="", created_at=now,
    )  # fmt: skip
    if added is not None:
        record(AccountChanged(account_id=added, fields="external_id,name"), actor=SYSTEM, at=now)
    return db.session.scalars(select(Account).filter_by(external_id=vouched.org)).one()
