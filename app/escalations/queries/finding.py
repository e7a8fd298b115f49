"""Loading one escalation. The channel is open: every member of staff sees every escalation."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from app.db import db
from app.errors import NotFound
from app.escalations.models import EscalatedTicket, Escalation, Role, RoleHolding
from app.staff.models import Staff
from app.tickets.models import Ticket


def escalation_visible_to(staff: Staff, number: int) -> Escalation:
    """Return an escalation for a member of staff.

    :raises NotFound: there is none with that number, or the account was closed.
    """
    found = None
    if staff.is_active:
        found = escalation_numbered(number)
    if found is None:
        raise NotFound
    return found


def escalation_numbered(number: int) -> Escalation | None:
    """Return the escalation with a public number, if there is one."""
    return db.session.scalar(select(Escalation).where(Escalation.number == number))


def escalations_of(ticket_id: int) -> Sequence[Escalation]:
    """Return the escalations that a ticket is part of."""
    return db.session.scalars(
        select(Escalation)
        .join(EscalatedTicket, EscalatedTicket.escalation_id == Escalation.id)
        .where(EscalatedTicket.ticket_id == ticket_id)
        .order_by(Escalation.id)
    ).all()


def tickets_numbered(staff: Staff, numbers: Sequence[int]) -> list[Ticket]:
    """Return the tickets with some numbers, in their order, as far as there are any.

    Everybody on the staff sees every ticket.

    :param staff: whoever names them.
    """
    if not numbers or not staff.is_active:
        return []
    found = db.session.scalars(select(Ticket).where(Ticket.number.in_(numbers)))
    by_number = {ticket.number: ticket for ticket in found}
    return [by_number[number] for number in numbers if number in by_number]


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
