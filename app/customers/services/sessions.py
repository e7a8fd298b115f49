"""Sessions of people who are not staff: anonymous visitors and identified customers."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload

from app.customers.models import Customer, PersonSession, SignInLink, UsedToken, Visitor
from app.db import db
from app.events.actor import Actor, customer_actor, visitor_actor
from app.events.catalogue.base import Event
from app.events.catalogue.people import IdentityKeyChanged

#: An identified customer's session: the host can vouch again at any time.
CUSTOMER_IDLE = timedelta(hours=2)
CUSTOMER_LIFE = timedelta(hours=12)

#: A visitor has nothing but this to find their request again.
VISITOR_LIFE = timedelta(days=30)

#: Use is noted at most this often, so that reading does not become writing.
TOUCH_EVERY = timedelta(minutes=5)

CLAIMED_FIELDS = {"name": 200, "email": 254, "company": 200}


def hash_token(token: str) -> str:
    """Return the form of a session's token that is stored."""
    return hashlib.sha256(token.encode()).hexdigest()


def open_visitor_session(*, site_id: int | None, now: datetime) -> tuple[PersonSession, str]:
    """Start a session of somebody unknown, with a random identity derived from nothing.

    :param site_id: the widget's site; None in the help centre.
    :returns: the session and its token, 256 random bits, kept nowhere else.
    """
    visitor = Visitor(site_id=site_id, seen_at=now)
    db.session.add(visitor)
    db.session.flush()  # the session refers to it
    expires_at = now + VISITOR_LIFE
    return _open(
        PersonSession(
            site_id=site_id,
            visitor_id=visitor.id,
            claimed={},
            idle_expires_at=expires_at,
            expires_at=expires_at,
        )
    )


def open_customer_session(
    customer: Customer,
    *,
    site_id: int | None,
    key_id: int | None,
    address: str = "",
    now: datetime,
) -> tuple[PersonSession, str]:
    """Start a session of an identified customer.

    :param key_id: the identity key that vouched; revoking it ends the session.
    :param address: the mail address that vouched.
    :returns: the session and its token.
    """
    return _open(
        PersonSession(
            site_id=site_id,
            customer_id=customer.id,
            customer=customer,
            key_id=key_id,
            address=address,
            claimed={},
            idle_expires_at=now + CUSTOMER_IDLE,
            expires_at=now + CUSTOMER_LIFE,
        )
    )


def _open(session: PersonSession) -> tuple[PersonSession, str]:
    token = secrets.token_urlsafe(32)
    session.token_hash = hash_token(token)
    db.session.add(session)
    db.session.flush()  # uploads, limits and idempotency keys name the session
    return session, token


def session_of_token(token: str, *, site_id: int | None, now: datetime) -> PersonSession | None:
    """Return the live session of a token, with its customer and account loaded.

    :param site_id: a session holds on its own site only.
    """
    if not token or len(token) > 64:
        return None
    return db.session.scalar(
        select(PersonSession)
        .where(
            PersonSession.token_hash == hash_token(token),
            PersonSession.site_id == site_id,
            PersonSession.expires_at > now,
            PersonSession.idle_expires_at > now,
        )
        .options(joinedload(PersonSession.customer).joinedload(Customer.account))
    )


def touch_session(session: PersonSession, *, now: datetime) -> None:
    """Note that a session is in use; it never outlives its absolute end."""
    if session.customer_id is None:
        return  # a visitor's session has one fixed end
    wanted = min(now + CUSTOMER_IDLE, session.expires_at)
    if wanted - session.idle_expires_at >= TOUCH_EVERY:
        session.idle_expires_at = wanted


def note_use(session_id: int, *, now: datetime) -> None:
    """Note that a session is in use, in a unit after the response.

    :param session_id: its key; a session that has ended meanwhile stays ended.
    """
    session = db.session.get(PersonSession, session_id)
    if session is not None:
        touch_session(session, now=now)


def claim_fields(session: PersonSession, *, fields: Mapping[str, object]) -> None:
    """Keep what the host page said about a person without signing it.

    Staff see these as claims; they never identify anybody or join records.
    """
    session.claimed = {
        name: str(fields[name]).strip()[:limit]
        for name, limit in CLAIMED_FIELDS.items()
        if fields.get(name)
    }


def end_session(session: PersonSession) -> None:
    """End a session; its token is worthless from now on."""
    db.session.delete(session)


def end_sessions_of_key(event: Event, _actor: Actor, _at: datetime) -> None:
    """End what a revoked identity key vouched for, in the transaction that revokes it."""
    if isinstance(event, IdentityKeyChanged) and event.state == "revoked":
        db.session.execute(delete(PersonSession).where(PersonSession.key_id == event.key_id))


def forget_expired_sessions(*, now: datetime) -> int:
    """Delete sessions, links and used tokens that time has ended.

    :returns: how many sessions went.
    """
    db.session.execute(delete(SignInLink).where(SignInLink.expires_at <= now))
    db.session.execute(delete(UsedToken).where(UsedToken.expires_at <= now))
    ended = db.session.execute(delete(PersonSession).where(PersonSession.idle_expires_at <= now))
    return int(ended.rowcount)  # type: ignore[attr-defined]


def actor_of(session: PersonSession) -> Actor:
    """Return a session's person as an actor."""
    if session.customer_id is not None:
        return customer_actor(session.customer_id)
    return visitor_actor(session.visitor_id)
