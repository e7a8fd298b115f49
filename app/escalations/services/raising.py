"""Escalating into engineering."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import func, select

from app.db import db
from app.errors import Invalid
from app.escalations.models import (
    EscalatedTicket,
    Escalation,
    NoticedBy,
    Role,
    RoleHolding,
    Severity,
)
from app.events.actor import SYSTEM, staff_actor
from app.events.catalogue.escalations import EscalationRaised, EscalationTicketLinked
from app.events.services import record
from app.staff.models import Staff
from app.texts import clean_line
from app.tickets.models import Ticket
from app.tickets.services.texts import BODY_MAX, SUBJECT_MAX, clean_body, too_long

#: Any number: names the lock under which PostgreSQL gives out escalation numbers.
NUMBER_LOCK = 7_161_205


def raise_escalation(  # noqa: PLR0913 - these facts make an escalation, and each caller names them
    tickets: Sequence[Ticket],
    *,
    title: str,
    symptom: str,
    severity: Severity | str,
    raised_by: Staff,
    now: datetime,
    question: str = "",
    area_id: int | None = None,
    site_id: int | None = None,
    noticed_by: NoticedBy = NoticedBy.CUSTOMER,
    impact_started_at: datetime | None = None,
) -> Escalation:
    """Escalate what some tickets are about, or what staff noticed themselves.

    Whoever raises it is its reporter. The first ticket's category and site are taken where none
    are named.

    :param tickets: in the sight of whoever raises it; may be empty.
    :param symptom: what customers see.
    :param impact_started_at: since when; not after `now`.
    :raises Invalid: a field cannot be accepted; `fields` says which.
    """
    title, symptom = clean_line(title), clean_body(symptom)
    _check(title, symptom, severity, impact_started_at, now)
    first = tickets[0] if tickets else None
    escalation = Escalation(
        number=_next_number(),
        title=title,
        severity=Severity(severity),
        symptom=symptom,
        question=clean_body(question)[:BODY_MAX],
        area_id=area_id if area_id is not None or first is None else first.category_id,
        site_id=site_id if site_id is not None or first is None else first.site_id,
        noticed_by=noticed_by,
        impact_started_at=impact_started_at,
        raised_at=now,
        created_at=now,
    )
    db.session.add(escalation)
    db.session.flush()  # roles, links and the event name it by its key
    db.session.add(
        RoleHolding(
            escalation_id=escalation.id,
            role=Role.REPORTER,
            staff_id=raised_by.id,
            assumed_at=now,
            created_at=now,
        )
    )
    ids = [ticket.id for ticket in tickets]
    record(
        EscalationRaised(escalation.id, escalation.number, escalation.severity, ids),
        actor=staff_actor(raised_by.id),
        at=now,
    )
    link_tickets(escalation, ids, linked_by=raised_by, now=now)
    return escalation


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
    actor = SYSTEM if staff_id is None else staff_actor(staff_id)
    for ticket_id in added:
        event = EscalationTicketLinked(escalation.id, ticket_id, me_too=linked_by is None)
        record(event, actor=actor, at=now)
    return added


def _check(
    title: str,
    symptom: str,
    severity: Severity | str,
    impact_started_at: datetime | None,
    now: datetime,
) -> None:
    errors: dict[str, list[str]] = {}
    if not title:
        errors["title"] = ["Please say in a few words what is broken."]
    elif len(title) > SUBJECT_MAX:
        errors["title"] = [too_long(SUBJECT_MAX)]
    if not symptom:
        errors["symptom"] = ["Please say what customers see."]
    elif len(symptom) > BODY_MAX:
        errors["symptom"] = [too_long(BODY_MAX)]
    if severity not in set(Severity):
        errors["severity"] = ["Please choose how bad it is. If unsure, take the higher one."]
    if impact_started_at is not None and impact_started_at > now:
        errors["impact_started_at"] = ["This is still to come."]
    if errors:
        raise Invalid(fields=errors)


def _next_number() -> int:
    """Return the next number without a gap, as tickets get theirs."""
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(NUMBER_LOCK)))
    return (db.session.scalar(select(func.max(Escalation.number))) or 0) + 1
