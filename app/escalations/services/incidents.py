"""The notice of a known incident, and customers who say that they have it too."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import or_, select

from app.db import db
from app.errors import Invalid
from app.escalations.customer_words import ME_TOO, in_language
from app.escalations.models import EscalatedTicket, Escalation, NoticeScope
from app.escalations.queries.finding import escalation_numbered
from app.escalations.queries.incidents import KnownIncident
from app.escalations.services.linking import link_tickets
from app.escalations.services.moving import lock_escalation
from app.escalations.services.telling import checked_words
from app.events.actor import Actor
from app.events.catalogue.escalations import EscalationChanged
from app.events.services import record
from app.tickets.models import Channel, Ticket
from app.tickets.services.opening import open_ticket


def set_notice(
    escalation: Escalation,
    *,
    texts: Mapping[str, str],
    scope: NoticeScope | str,
    actor: Actor,
    now: datetime,
) -> None:
    """Write what those who may be affected read, or take it down.

    :param texts: language to text; nothing at all takes it down.
    :param scope: who reads it.
    :raises Invalid: a text is too long, or there is no such scope.
    """
    if scope not in set(NoticeScope):
        raise Invalid(fields={"scope": ["Please choose who should read it."]})
    lock_escalation(escalation, expected_version=None)
    words = checked_words(texts) if any(text.strip() for text in texts.values()) else None
    old = (escalation.notice, escalation.notice_scope)
    if old == (words, scope):
        return
    escalation.notice, escalation.notice_scope = words, NoticeScope(scope)
    escalation.notice_at = None if words is None else now
    escalation.version += 1
    before, after = (None if each is None else each[""] for each in (old[0], words))
    record(EscalationChanged(escalation.id, "notice", before, after), actor=actor, at=now)


def join_incident(
    incident: KnownIncident,
    *,
    actor: Actor,
    language: str,
    now: datetime,
    site_id: int | None,
    customer_id: int | None,
    visitor_id: int | None,
    email: str = "",
) -> Ticket:
    """Open a ticket that says "me too", so that its customer hears of what happens; once a person.

    :param incident: what they read.
    :param language: in which they read it.
    :param site_id: where they said so.
    :param customer_id: who they are.
    :param visitor_id: likewise.
    :param email: where to reach a visitor.
    :returns: their ticket; the one they had already if there is one.
    """
    escalation = escalation_numbered(incident.number)
    assert escalation is not None
    known = _ticket_of(escalation.id, customer_id=customer_id, visitor_id=visitor_id)
    if known is not None:
        return known
    ticket = open_ticket(
        subject=incident.first_line,
        body=in_language(ME_TOO, language),
        channel=Channel.WIDGET,
        actor=actor,
        now=now,
        site_id=site_id,
        customer_id=customer_id,
        visitor_id=visitor_id,
        requester_email=email,
        locale=language,
    )
    link_tickets(escalation, [ticket.id], linked_by=None, now=now)
    return ticket


def link_asked(number: int, ticket: Ticket, *, now: datetime) -> None:
    """Link a ticket that was written from the notice of an incident.

    :param number: of the escalation; the reader has seen its notice.
    :param ticket: what they wrote.
    """
    escalation = escalation_numbered(number)
    if escalation is not None:
        link_tickets(escalation, [ticket.id], linked_by=None, now=now)


def _ticket_of(
    escalation_id: int, *, customer_id: int | None, visitor_id: int | None
) -> Ticket | None:
    theirs = []
    if customer_id is not None:
        theirs.append(Ticket.customer_id == customer_id)
    if visitor_id is not None:
        theirs.append(Ticket.visitor_id == visitor_id)
    return db.session.scalar(
        select(Ticket)
        .join(EscalatedTicket, EscalatedTicket.ticket_id == Ticket.id)
        .where(
            EscalatedTicket.escalation_id == escalation_id,
            or_(*theirs),
            Ticket.disposition.is_(None),
        )
        .order_by(Ticket.id.desc())
        .limit(1)
    )
