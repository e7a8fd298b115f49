"""Signed-in browsers of staff."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import joinedload

from app.db import db
from app.staff.models import Staff, StaffSession
from app.staff.tokens import hash_token, new_token

#: How exactly a session's last use is known; finer would be a write at every click.
SEEN_EVERY = timedelta(minutes=5)


#: Every request of staff asks this; built once.
_OPEN = (
    select(StaffSession)
    .where(
        StaffSession.token_hash == bindparam("token_hash"),
        StaffSession.expires_at > bindparam("now"),
    )
    .options(joinedload(StaffSession.staff, innerjoin=True))
)


def open_session(staff: Staff, *, user_agent: str, hours: int, now: datetime) -> str:
    """Start a session.

    :param staff: whose.
    :param user_agent: of the browser, for the list of sessions.
    :param hours: how long it lasts at most.
    :param now: the current time.
    :returns: the token for the cookie, 256 random bits, kept nowhere else.
    """
    token = new_token()
    db.session.add(
        StaffSession(
            token_hash=hash_token(token),
            staff_id=staff.id,
            seen_at=now,
            expires_at=now + timedelta(hours=hours),
            user_agent=user_agent[:200],
        )
    )
    return token


def session_of_token(token: str, *, now: datetime) -> StaffSession | None:
    """Return the open session of a token with its member of staff.

    :param token: from the cookie.
    :param now: the current time.
    :returns: None if the session ended or the account was closed.
    """
    session = db.session.scalar(_OPEN, {"token_hash": hash_token(token), "now": now})
    if session is None or not session.staff.is_active:
        return None
    return session


def touch_session(session_id: int, *, now: datetime) -> None:
    """Note that a session is in use."""
    db.session.execute(
        update(StaffSession).where(StaffSession.id == session_id).values(seen_at=now)
    )


def end_session(token: str) -> None:
    """End the session of a token."""
    db.session.execute(delete(StaffSession).where(StaffSession.token_hash == hash_token(token)))


def end_session_of(staff: Staff, session_id: int) -> None:
    """End one session of a member of staff; somebody else's is left alone."""
    db.session.execute(
        delete(StaffSession).where(StaffSession.id == session_id, StaffSession.staff_id == staff.id)
    )


def end_sessions_of(staff: Staff, *, except_token: str | None = None) -> None:
    """End all sessions of a member of staff, but the one that asks if it names itself.

    :param staff: whose.
    :param except_token: the token to spare.
    """
    query = delete(StaffSession).where(StaffSession.staff_id == staff.id)
    if except_token is not None:
        query = query.where(StaffSession.token_hash != hash_token(except_token))
    db.session.execute(query)


def prune_sessions(*, now: datetime) -> int:
    """Remove sessions that have run out.

    :returns: the number removed.
    """
    result = db.session.execute(delete(StaffSession).where(StaffSession.expires_at <= now))
    return int(result.rowcount)  # type: ignore[attr-defined]
