"""Keeping with each ticket which escalation it is part of, so that lists need not look."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, case, select, update

from app.db import db
from app.escalations.models import EscalatedTicket, Escalation, EscalationState
from app.escalations.states import OPEN
from app.tickets.models import Ticket

#: Nothing comes of these, so they say nothing about a ticket.
_SAY_NOTHING = (EscalationState.DECLINED, EscalationState.DUPLICATE)


def mark_tickets(ticket_ids: Sequence[int]) -> None:
    """Note the escalation of some tickets: the worst that is open, else the newest.

    :param ticket_ids: whose links or escalations changed.
    """
    _mark(Ticket.id.in_(ticket_ids))


def mark_tickets_of(escalation_id: int) -> None:
    """Do the same for all tickets of an escalation whose state or severity changed."""
    linked = select(EscalatedTicket.ticket_id).where(EscalatedTicket.escalation_id == escalation_id)
    _mark(Ticket.id.in_(linked))


def _mark(which: ColumnElement[bool]) -> None:
    db.session.flush()  # the statement looks at what is in the tables
    is_open = Escalation.state.in_(OPEN)
    worst = (
        select(Escalation.number)
        .join(EscalatedTicket, EscalatedTicket.escalation_id == Escalation.id)
        .where(EscalatedTicket.ticket_id == Ticket.id, Escalation.state.not_in(_SAY_NOTHING))
        .order_by(
            case((is_open, 0), else_=1),
            case((is_open, Escalation.severity), else_=""),
            Escalation.id.desc(),
        )
        .limit(1)
        .correlate(Ticket)
        .scalar_subquery()
    )
    db.session.execute(
        update(Ticket)
        .where(which)
        .values(escalation_number=worst)
        .execution_options(synchronize_session="fetch")
    )
