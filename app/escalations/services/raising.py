"""Escalating into engineering."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from app.db import db
from app.errors import Invalid
from app.escalations.models import (
    Escalation,
    NoticedBy,
    Role,
    RoleHolding,
    Severity,
)
from app.escalations.services.linking import link_tickets
from app.escalations.texts import checked_facts
from app.events.actor import staff_actor
from app.events.catalogue.escalations import EscalationRaised
from app.events.services import record
from app.staff.models import Staff
from app.tickets.models import Ticket

#: The same words by the same person within this time are a second click.
SECOND_CLICK = timedelta(minutes=1)
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
    :returns: the escalation; for a second click the one that the first made.
    :raises Invalid: a field cannot be accepted; `fields` says which.
    """
    words = {
        "title": title,
        "symptom": symptom,
        "question": question,
        "impact_started_at": impact_started_at,
    }
    facts = _checked(words, severity, now=now)
    first = tickets[0] if tickets else None
    site_id = site_id if site_id is not None or first is None else first.site_id
    same = facts | {"severity": Severity(severity), "site_id": site_id}
    before = _just_raised(same, raised_by, now)
    if before is not None:
        return before
    escalation = Escalation(
        number=_next_number(),
        severity=Severity(severity),
        area_id=area_id if area_id is not None or first is None else first.category_id,
        site_id=site_id,
        noticed_by=noticed_by,
        raised_at=now,
        created_at=now,
        **facts,
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


def _just_raised(facts: Mapping[str, Any], by: Staff, now: datetime) -> Escalation | None:
    """Return what the same person has just raised on the same site in the same words."""
    return db.session.scalar(
        select(Escalation)
        .join(RoleHolding, RoleHolding.escalation_id == Escalation.id)
        .where(
            RoleHolding.role == Role.REPORTER,
            RoleHolding.staff_id == by.id,
            Escalation.raised_at > now - SECOND_CLICK,
            *(
                getattr(Escalation, name) == facts[name]
                for name in ("title", "symptom", "severity", "site_id")
            ),
        )
        .limit(1)
    )


def _checked(
    words: Mapping[str, Any], severity: Severity | str, *, now: datetime
) -> dict[str, Any]:
    """Return the words as they are stored, naming everything that is wrong at once."""
    errors: dict[str, list[str]] = {}
    facts: dict[str, Any] = {}
    try:
        facts = checked_facts(words, now=now)
    except Invalid as error:
        errors |= error.fields
    if severity not in set(Severity):
        errors["severity"] = ["Please choose how bad it is. If unsure, take the higher one."]
    if errors:
        raise Invalid(fields=errors)
    return facts


def _next_number() -> int:
    """Return the next number without a gap, as tickets get theirs."""
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(NUMBER_LOCK)))
    return (db.session.scalar(select(func.max(Escalation.number))) or 0) + 1
