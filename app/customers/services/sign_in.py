"""Showing by a mailed link that an address is one's own; customers have no passwords."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from sqlalchemy import Select, select

from app.customers.models import PersonSession, SignInLink
from app.customers.services.records import find_or_create_customer
from app.customers.services.sessions import hash_token, open_customer_session
from app.db import db
from app.errors import NotFound
from app.events.actor import visitor_actor

#: Long enough to fetch a mail, short enough that one that lies around opens nothing.
LINK_LIFE = timedelta(minutes=30)
TOKEN_BYTES = 32


def create_sign_in_link(address: str, *, now: datetime) -> str:
    """Make a link for an address.

    :param address: lower case.
    :returns: the token, 256 random bits, kept nowhere else.
    """
    token = secrets.token_urlsafe(TOKEN_BYTES)
    db.session.add(
        SignInLink(
            address=address,
            token_hash=hash_token(token),
            expires_at=now + LINK_LIFE,
            created_at=now,
        )
    )
    return token


def live_sign_in_link(token: str, *, now: datetime) -> SignInLink:
    """Return a link that still works, for looking at it.

    :raises NotFound: it is unknown, used or expired; the answer does not say which.
    """
    link = db.session.scalar(_live(token, now))
    if link is None:
        raise NotFound
    return link


def _live(token: str, now: datetime) -> Select[SignInLink]:
    return select(SignInLink).where(
        SignInLink.token_hash == hash_token(token),
        SignInLink.expires_at > now,
        SignInLink.used_at.is_(None),
    )


def sign_in_by_link(token: str, *, now: datetime) -> tuple[PersonSession, str]:
    """Use a link: whoever has it reads the mail of its address, so the address is theirs.

    :returns: the session and its token.
    :raises NotFound: it is unknown, used or expired.
    """
    # Of two at once one waits for the other, and then finds none.
    link = db.session.scalar(_live(token, now).with_for_update())
    if link is None:
        raise NotFound
    link.used_at = now
    customer = find_or_create_customer(
        email=link.address, source="mail", actor=visitor_actor(), now=now
    )
    customer.email_verified = True
    customer.seen_at = now
    return open_customer_session(customer, site_id=None, key_id=None, address=link.address, now=now)
