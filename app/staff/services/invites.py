"""Inviting colleagues and accepting invites."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete

from app.db import db
from app.errors import Invalid
from app.events.actor import SYSTEM, staff_actor
from app.events.catalogue.people import StaffInvited
from app.events.services import record
from app.staff.models import Invite, Role, Staff
from app.staff.queries import invite_by_token, normal_email, staff_by_email
from app.staff.services.accounts import TAKEN, create_staff
from app.staff.tokens import hash_token, new_token

LIFETIME = timedelta(hours=72)


def invite_staff(*, email: str, role: Role, inviter: Staff, now: datetime) -> str:
    """Offer somebody an account; an earlier offer to the same address ends.

    :param email: whom.
    :param role: the role they will have.
    :param inviter: who offers it.
    :param now: the current time.
    :returns: the token for the link, shown once.
    :raises Invalid: the address has an account.
    """
    if staff_by_email(email) is not None:
        raise Invalid(fields={"email": [TAKEN]})
    address = normal_email(email)
    db.session.execute(delete(Invite).where(Invite.email == address, Invite.used_at.is_(None)))
    token = new_token()
    db.session.add(
        Invite(
            token_hash=hash_token(token),
            email=address,
            role=role,
            invited_by_id=inviter.id,
            expires_at=now + LIFETIME,
        )
    )
    record(
        StaffInvited(staff_id=None, email=address, role=role),
        actor=staff_actor(inviter.id),
        at=now,
    )
    return token


def withdraw_invite(invite_id: int) -> None:
    """Take an invite back that was not used yet."""
    db.session.execute(delete(Invite).where(Invite.id == invite_id, Invite.used_at.is_(None)))


def accept_invite(token: str, *, name: str, password_hash: str, now: datetime) -> Staff:
    """Make the account that an invite offers, and use the invite up.

    :param token: from the link.
    :param name: as colleagues will see it.
    :param password_hash: from `hash_password`.
    :param now: the current time.
    :raises NotFound: the invite is unknown, used or too old.
    :raises Invalid: the address has an account by now.
    """
    invite = invite_by_token(token, now=now)
    invite.used_at = now
    return create_staff(
        email=invite.email,
        name=name,
        role=Role(invite.role),
        password_hash=password_hash,
        actor=SYSTEM,
        now=now,
    )
