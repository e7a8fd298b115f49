"""Saying which tickets an escalation is about."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select

from app.db import db
from app.errors import NotFound
from app.escalations.models import EscalatedTicket, Escalation
from app.events.actor import SYSTEM, Actor, staff_actor
from app.events.catalogue.escalations import EscalationTicketLinked, EscalationTicketUnlinked
from app.events.services import record
from app.staff.models import Staff


def link_tickets(
    escalation: Escalation, ticket_ids: Collection[int], *, linked_by: Staff | None, now: datetime
) -> list[int]:
    """Say that tickets are about an escalation; those that are linked already stay as they are.

    :param ticket_ids: of tickets in the sight of whoever links them.
    :param linked_by: None where the customer said so.
    :returns: the ids that are new, in their order.
    """
    present = set(
        db.session.scalars(
            select(EscalatedTicket.ticket_id).where(
                EscalatedTicket.escalation_id == escalation.id,
                EscalatedTicket.ticket_id.in_(ticket_ids),
            )
        )
    )
    added = [key for key in dict.fromkeys(ticket_ids) if key not in present]
    staff_id = None if linked_by is None else linked_by.id
    db.session.add_all(
        EscalatedTicket(
            escalation_id=escalation.id,
            ticket_id=ticket_id,
            linked_at=now,
            linked_by_id=staff_id,
            created_at=now,
        )
        for ticket_id in added
    )
    db.session.flush()  # handlers of the events look at the links
    actor = SYSTEM if staff_id is None else staff_actor(staff_id)
    for ticket_id in added:
        event = EscalationTicketLinked(escalation.id, ticket_id, me_too=linked_by is None)
        record(event, actor=actor, at=now)
    return added


def unlink_ticket(escalation: Escalation, ticket_id: int, *, actor: Actor, now: datetime) -> None:
    """Say that a ticket is not about an escalation after all.

    What its customer was told stays told.

    :raises NotFound: it is not linked.
    """
    link = db.session.get(EscalatedTicket, (escalation.id, ticket_id))
    if link is None:
        raise NotFound
    db.session.delete(link)
    db.session.flush()  # handlers of the event look at the links
    record(EscalationTicketUnlinked(escalation.id, ticket_id), actor=actor, at=now)
