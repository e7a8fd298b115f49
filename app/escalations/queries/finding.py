"""Loading one escalation. The channel is open: every member of staff sees every escalation."""

from __future__ import annotations

from sqlalchemy import select

from app.db import db
from app.errors import NotFound
from app.escalations.models import Escalation, Role, RoleHolding
from app.staff.models import Staff


def escalation_visible_to(staff: Staff, number: int) -> Escalation:
    """Return an escalation for a member of staff.

    :raises NotFound: there is none with that number, or the account was closed.
    """
    found = None
    if staff.is_active:
        found = db.session.scalar(select(Escalation).where(Escalation.number == number))
    if found is None:
        raise NotFound
    return found


def holders(escalation_id: int, role: Role) -> list[int]:
    """Return who has a role now, by staff id, in the order in which they took it."""
    return list(
        db.session.scalars(
            select(RoleHolding.staff_id)
            .where(
                RoleHolding.escalation_id == escalation_id,
                RoleHolding.role == role,
                RoleHolding.renounced_at.is_(None),
            )
            .order_by(RoleHolding.id)
        )
    )
