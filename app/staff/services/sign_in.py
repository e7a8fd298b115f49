"""Signing in: limits, the check of the password, and the new session."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime

from app.db import db
from app.events.actor import staff_actor
from app.events.catalogue.people import StaffSignedIn
from app.events.services import record
from app.limits.services import forget_hits, hit, limit_key
from app.staff.models import Staff
from app.staff.queries import normal_email, staff_by_email
from app.staff.services.passwords import password_matches
from app.staff.services.sessions import open_session

log = logging.getLogger(__name__)

MINUTES_15 = 15 * 60
HOUR = 60 * 60


@dataclass(frozen=True)
class Candidate:
    """What is needed to check a password without an open transaction.

    :ivar staff_id: None if nobody may sign in with the address.
    """

    staff_id: int | None
    password_hash: str | None


def count_sign_in(email: str, *, ip: str, secret: str, now: datetime) -> None:
    """Count an attempt for the account from this address, and for the address alone.

    :param email: as typed.
    :param ip: the caller's, as limits count it.
    :param secret: the installation's key.
    :param now: the current time.
    :raises TooMany: more than 5 in 15 minutes for both, or 50 in an hour from the address.
    """
    hit(
        limit_key("sign-in", normal_email(email), ip, secret=secret),
        limit=5,
        window_seconds=MINUTES_15,
        now=now,
    )
    hit(limit_key("sign-in-ip", ip, secret=secret), limit=50, window_seconds=HOUR, now=now)


def candidate_for(email: str) -> Candidate:
    """Look up who might be signing in; unknown and disabled accounts look the same."""
    staff = staff_by_email(email)
    if staff is None or not staff.is_active:
        return Candidate(None, None)
    return Candidate(staff.id, staff.password_hash)


def is_candidate(candidate: Candidate, password: str) -> bool:
    """Check the password; takes as long when there is no account.

    Slow on purpose: call it while no transaction is open.

    :param candidate: from `candidate_for`.
    :param password: as typed.
    """
    return password_matches(candidate.password_hash, password)


def sign_in_staff(
    staff_id: int, *, ip: str, user_agent: str, hours: int, secret: str, now: datetime
) -> str:
    """Open a session for somebody whose password was right.

    :param staff_id: who.
    :param ip: the caller's, as limits count it.
    :param user_agent: of the browser.
    :param hours: how long the session lasts.
    :param secret: the installation's key.
    :param now: the current time.
    :returns: the token for the cookie.
    """
    staff = db.session.get_one(Staff, staff_id)
    forget_hits(limit_key("sign-in", staff.email, ip, secret=secret))
    record(StaffSignedIn(staff_id=staff.id), actor=staff_actor(staff.id), at=now)
    return open_session(staff, user_agent=user_agent, hours=hours, now=now)
