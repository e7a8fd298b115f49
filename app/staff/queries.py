"""Reading staff, invites and API tokens."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from app.db import db
from app.errors import NotFound
from app.staff.models import ApiToken, Invite, Staff, StaffSession
from app.staff.tokens import hash_token


def normal_email(email: str) -> str:
    """Return an address as it is stored and compared."""
    return email.strip().lower()


def staff_by_email(email: str) -> Staff | None:
    """Return the account of an address, disabled ones included."""
    return db.session.scalar(select(Staff).where(Staff.email == normal_email(email)))


def staff_member(staff_id: int) -> Staff:
    """Return a member of staff.

    :raises NotFound: there is none.
    """
    staff = db.session.get(Staff, staff_id)
    if staff is None:
        raise NotFound
    return staff


def all_staff() -> Sequence[Staff]:
    """Return everybody, active accounts first, by name."""
    return db.session.scalars(
        select(Staff).order_by(Staff.disabled_at.is_not(None), Staff.name, Staff.id)
    ).all()


def active_staff() -> Sequence[Staff]:
    """Return those who may sign in, by name."""
    return db.session.scalars(
        select(Staff).where(Staff.disabled_at.is_(None)).order_by(Staff.name, Staff.id)
    ).all()


def open_invites(*, now: datetime) -> Sequence[Invite]:
    """Return the invites that can still be accepted, newest first."""
    return db.session.scalars(
        select(Invite)
        .where(Invite.used_at.is_(None), Invite.expires_at > now)
        .order_by(Invite.id.desc())
    ).all()


def invite_by_token(token: str, *, now: datetime) -> Invite:
    """Return an invite that can still be accepted.

    :raises NotFound: it is unknown, used, withdrawn or too old; which one is not told.
    """
    invite = db.session.scalar(
        select(Invite).where(
            Invite.token_hash == hash_token(token),
            Invite.used_at.is_(None),
            Invite.expires_at > now,
        )
    )
    if invite is None:
        raise NotFound
    return invite


def sessions_of(staff: Staff, *, now: datetime) -> Sequence[StaffSession]:
    """Return the open sessions of a member of staff, last used first."""
    return db.session.scalars(
        select(StaffSession)
        .where(StaffSession.staff_id == staff.id, StaffSession.expires_at > now)
        .order_by(StaffSession.seen_at.desc(), StaffSession.id.desc())
    ).all()


def api_token(secret: str) -> ApiToken | None:
    """Return the API token that a bearer shows, unless it was revoked."""
    return db.session.scalar(
        select(ApiToken).where(
            ApiToken.token_hash == hash_token(secret), ApiToken.revoked_at.is_(None)
        )
    )


def all_api_tokens() -> Sequence[ApiToken]:
    """Return all API tokens by name, revoked ones included."""
    return db.session.scalars(select(ApiToken).order_by(ApiToken.name)).all()
