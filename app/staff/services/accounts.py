"""Making and changing staff accounts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.db import db
from app.errors import Conflict, Invalid
from app.events.actor import Actor, staff_actor
from app.events.catalogue.people import StaffChanged, StaffCreated, StaffPasswordChanged
from app.events.services import record
from app.staff.models import AfterSolving, Role, Staff
from app.staff.queries import normal_email, staff_by_email
from app.staff.services.sessions import end_sessions_of

TAKEN = "There is an account with this address already."


def create_staff(
    *, email: str, name: str, role: Role, password_hash: str, actor: Actor, now: datetime
) -> Staff:
    """Create an account.

    :param email: signs in with it; letter case is dropped.
    :param name: as colleagues and customers see it.
    :param role: what the person mainly does.
    :param password_hash: from `hash_password`; ``"!"`` lets nobody in.
    :param actor: who does it.
    :param now: the current time.
    :raises Invalid: the address is taken.
    """
    if staff_by_email(email) is not None:
        raise Invalid(fields={"email": [TAKEN]})
    staff = Staff(
        email=normal_email(email), name=name.strip(), role=role, password_hash=password_hash
    )
    db.session.add(staff)
    db.session.flush()  # the event names the key
    record(StaffCreated(staff_id=staff.id, role=role), actor=actor, at=now)
    return staff


def rename_staff(staff: Staff, *, name: str, now: datetime) -> Staff:
    """Change one's own name.

    :param staff: who.
    :param name: the new one.
    :param now: the current time.
    """
    old, staff.name = staff.name, name.strip()
    if old != staff.name:
        _changed(staff, "name", old, staff.name, staff_actor(staff.id), now)
    return staff


def choose_after_solving(staff: Staff, *, choice: AfterSolving, now: datetime) -> Staff:
    """Say what one wants to see after a ticket is dealt with.

    :param staff: who.
    :param choice: the next ticket, or the list.
    :param now: the current time.
    """
    old, staff.after_solving = staff.after_solving, choice
    if old != choice:
        _changed(staff, "after_solving", str(old), choice, staff_actor(staff.id), now)
    return staff


def change_password(
    staff: Staff, *, password_hash: str, keep_token: str | None, actor: Actor, now: datetime
) -> Staff:
    """Set a new password and end the other sessions.

    :param staff: whose.
    :param password_hash: from `hash_password`.
    :param keep_token: the session that asks, which goes on.
    :param actor: who does it.
    :param now: the current time.
    """
    staff.password_hash = password_hash
    end_sessions_of(staff, except_token=keep_token)
    record(StaffPasswordChanged(staff_id=staff.id), actor=actor, at=now)
    return staff


def change_role(staff: Staff, *, role: Role, actor: Actor, now: datetime) -> Staff:
    """Give somebody another role, in force from their next request on.

    :param staff: who.
    :param role: the new one.
    :param actor: who does it.
    :param now: the current time.
    :raises Conflict: no administrator would be left.
    """
    if staff.role != role:
        if role != Role.ADMINISTRATOR:
            _keep_an_administrator(staff)
        old, staff.role = staff.role, role
        _changed(staff, "role", old, role, actor, now)
    return staff


def disable_staff(staff: Staff, *, actor: Actor, now: datetime) -> Staff:
    """Close an account and end its sessions at once; its history stays.

    :param staff: who.
    :param actor: who does it.
    :param now: the current time.
    :raises Conflict: no administrator would be left.
    """
    if staff.is_active:
        _keep_an_administrator(staff)
        staff.disabled_at = now
        end_sessions_of(staff)
        _changed(staff, "state", "active", "disabled", actor, now)
    return staff


def enable_staff(staff: Staff, *, actor: Actor, now: datetime) -> Staff:
    """Open a closed account again.

    :param staff: who.
    :param actor: who does it.
    :param now: the current time.
    """
    if not staff.is_active:
        staff.disabled_at = None
        _changed(staff, "state", "disabled", "active", actor, now)
    return staff


def _keep_an_administrator(leaving: Staff) -> None:
    # Locked, so that two administrators cannot take the role from each other at one moment.
    administrators = db.session.scalars(
        select(Staff.id)
        .where(Staff.role == Role.ADMINISTRATOR, Staff.disabled_at.is_(None))
        .with_for_update()
    ).all()
    if list(administrators) == [leaving.id]:
        raise Conflict("This is the last administrator. Make somebody else one first.")


def _changed(staff: Staff, field: str, old: str, new: str, actor: Actor, now: datetime) -> None:
    record(StaffChanged(staff_id=staff.id, field=field, old=old, new=new), actor=actor, at=now)
