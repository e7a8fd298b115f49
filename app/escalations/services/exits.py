"""The ways out of an escalation: declined, a duplicate; and saying that it came again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.db import db
from app.errors import Invalid
from app.escalations.models import EscalatedTicket, Escalation, EscalationState, RecurrenceKind
from app.escalations.queries.finding import escalation_numbered
from app.escalations.services.linking import link_tickets
from app.escalations.services.moving import check_move, enter_state, lock_escalation
from app.events.actor import staff_actor
from app.events.catalogue.escalations import EscalationRecurred
from app.events.services import record
from app.staff.models import Staff


def decline_escalation(
    escalation: Escalation,
    *,
    reason: str,
    instead: str,
    by: Staff,
    now: datetime,
    expected_version: int | None = None,
) -> None:
    """Say that engineering will not take it, why, and what to do instead.

    :param by: whoever declines it.
    :raises EscalationChanged: somebody changed it since `expected_version`.
    :raises EscalationMoveRefused: it can no longer be declined.
    :raises Invalid: a word is missing; whoever raised it needs both.
    """
    lock_escalation(escalation, expected_version=expected_version)
    check_move(escalation, EscalationState.DECLINED)
    reason, instead = reason.strip(), instead.strip()
    errors = {}
    if not reason:
        errors["reason"] = ["Please say why."]
    if not instead:
        errors["instead"] = ["Please say what to do instead, so that the customer is helped."]
    if errors:
        raise Invalid(fields=errors)
    escalation.declined_reason, escalation.declined_instead = reason, instead
    actor = staff_actor(by.id)
    enter_state(escalation, EscalationState.DECLINED, reason=reason, actor=actor, now=now)


def set_duplicate(
    escalation: Escalation,
    *,
    of_number: int | None,
    by: Staff,
    now: datetime,
    expected_version: int | None = None,
) -> Escalation:
    """Say that an escalation is about the same as another, which takes its tickets along.

    :param of_number: the public number of the other one.
    :param by: whoever says so.
    :returns: the other one.
    :raises EscalationChanged: somebody changed it since `expected_version`.
    :raises EscalationMoveRefused: what is over cannot become a duplicate.
    :raises Invalid: there is no such escalation, or it leads back here.
    """
    lock_escalation(escalation, expected_version=expected_version)
    check_move(escalation, EscalationState.DUPLICATE)
    other = _other(escalation, of_number)
    if other.state == EscalationState.DUPLICATE:
        raise Invalid(fields={"of": ["That one is a duplicate itself. Please name its target."]})
    if other.state == EscalationState.DECLINED:
        raise Invalid(fields={"of": ["That one was declined. Nobody would hear of the tickets."]})
    escalation.duplicate_of_id = other.id
    reason = f"E-{other.number}: {other.title}"
    enter_state(
        escalation, EscalationState.DUPLICATE, reason=reason, actor=staff_actor(by.id), now=now
    )
    tickets = db.session.scalars(
        select(EscalatedTicket.ticket_id)
        .where(EscalatedTicket.escalation_id == escalation.id)
        .order_by(EscalatedTicket.linked_at, EscalatedTicket.ticket_id)
    ).all()
    link_tickets(other, tickets, linked_by=by, now=now)
    return other


def confirm_recurrence(
    escalation: Escalation,
    *,
    of_number: int | None,
    kind: RecurrenceKind | str | None,
    by: Staff,
    now: datetime,
) -> Escalation:
    """Say that an escalation is an earlier one come again.

    :param of_number: the public number of the earlier one.
    :param kind: what that says about the earlier one's actions; None while nobody knows.
    :param by: whoever says so.
    :returns: the earlier one.
    :raises Invalid: there is no such escalation, it is not an earlier one, or the kind is unknown.
    """
    lock_escalation(escalation, expected_version=None)
    other = _other(escalation, of_number)
    if other.raised_at > escalation.raised_at or other.number > escalation.number:
        raise Invalid(fields={"of": ["That one was raised later. Please say it there."]})
    if kind is not None and kind not in set(RecurrenceKind):
        raise Invalid(fields={"kind": ["Please choose what became of its actions."]})
    known = None if kind is None else RecurrenceKind(kind)
    if (escalation.recurrence_of_id, escalation.recurrence_kind) == (other.id, known):
        return other
    escalation.recurrence_of_id, escalation.recurrence_kind = other.id, known
    escalation.version += 1
    record(EscalationRecurred(escalation.id, other.id, known), actor=staff_actor(by.id), at=now)
    return other


def _other(escalation: Escalation, number: int | None) -> Escalation:
    """Return another escalation by the number that somebody gave.

    :raises Invalid: there is none, or it is the same one.
    """
    other = escalation_numbered(number) if number is not None else None
    if other is None:
        raise Invalid(fields={"of": ["There is no escalation with this number."]})
    if other.id == escalation.id:
        raise Invalid(fields={"of": ["That is this one."]})
    return other
