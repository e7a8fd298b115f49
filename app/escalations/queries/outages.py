"""Whether customers are in the middle of something serious."""

from __future__ import annotations

from sqlalchemy import select

from app.db import db
from app.escalations.models import EscalatedTicket, Escalation, EscalationState, Severity

SERIOUS = (Severity.S1, Severity.S2)
#: Until its cause is dealt with.
GOING_ON = (
    EscalationState.RAISED,
    EscalationState.ACKNOWLEDGED,
    EscalationState.INVESTIGATING,
    EscalationState.MITIGATED,
)


def is_in_serious_outage(ticket_id: int) -> bool:
    """Say whether a ticket belongs to an escalation of severity 1 or 2 that is going on."""
    found = (
        select(Escalation.id)
        .join(EscalatedTicket, EscalatedTicket.escalation_id == Escalation.id)
        .where(
            EscalatedTicket.ticket_id == ticket_id,
            Escalation.severity.in_(SERIOUS),
            Escalation.state.in_(GOING_ON),
        )
        .limit(1)
    )
    return db.session.scalar(found) is not None
