"""Escalations as events and time move them: what `app.subscriptions` calls."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app.clock import utc_now
from app.db import db
from app.escalations.models import DeadlineKind, Escalation, EscalationState, Verdict
from app.escalations.queries.finding import escalations_of
from app.escalations.services.asking import ask_whether_solved, give_verdict
from app.escalations.services.deadlines import (
    BATCH,
    deadlines_to_look_at,
    drop,
    measure_anew,
    meet,
    note_missed,
    owe,
    warns_at,
)
from app.escalations.services.linking import link_tickets
from app.escalations.services.marking import mark_tickets, mark_tickets_of
from app.escalations.services.noticing import tell_of_deadline, tell_of_raised, tell_of_role
from app.escalations.services.telling import TELL_JOB, deliver_portion
from app.escalations.states import RUNNING
from app.events.actor import Actor, ActorKind
from app.events.catalogue.base import Event
from app.events.catalogue.escalations import (
    EscalationChanged,
    EscalationRaised,
    EscalationRoleChanged,
    EscalationStateChanged,
    EscalationUpdateSent,
)
from app.events.catalogue.tickets import TicketConfirmed, TicketDispositionChanged
from app.jobs.services import enqueue_job
from app.staff.models import Staff
from app.tickets.models import Ticket
from app.web.settings import current_settings

#: Owed no longer once it is resolved or set aside.
WHILE_RUNNING = (
    DeadlineKind.ACKNOWLEDGE,
    DeadlineKind.UPDATE,
    DeadlineKind.MITIGATE,
    DeadlineKind.RESOLVE,
)

LOOK_JOB = "escalations.look"

RAISED, RESOLVED = EscalationState.RAISED, EscalationState.RESOLVED


def on_raised(event: Event, actor: Actor, at: datetime) -> None:
    """Begin to owe an acknowledgement and the first words to customers, and say so."""
    assert isinstance(event, EscalationRaised)
    escalation = _of(event)
    _begin(escalation, at)
    tell_of_raised(escalation, by_id=actor.id, now=at)


def on_state_changed(event: Event, actor: Actor, at: datetime) -> None:
    """Meet, begin and drop what each state owes."""
    assert isinstance(event, EscalationStateChanged)
    escalation, zone = _of(event), current_settings().timezone
    mark_tickets_of(escalation.id)
    old, new = EscalationState(event.old), EscalationState(event.new)
    if new is RAISED:
        _begin(escalation, at)
    elif new in RUNNING:
        if old is RAISED:
            meet(escalation.id, DeadlineKind.ACKNOWLEDGE, now=at)
        elif old not in RUNNING:
            drop(escalation.id, DeadlineKind.REVIEW, now=at)
            owe(escalation, DeadlineKind.UPDATE, since=at, zone=zone, now=at)
        if new is EscalationState.MITIGATED:
            meet(escalation.id, DeadlineKind.MITIGATE, now=at)
    elif new is EscalationState.CLOSED:
        meet(escalation.id, DeadlineKind.REVIEW, now=at)
    else:
        if new is RESOLVED:
            meet(escalation.id, DeadlineKind.MITIGATE, now=at)
            meet(escalation.id, DeadlineKind.RESOLVE, now=at)
        for kind in WHILE_RUNNING:
            drop(escalation.id, kind, now=at)
        if new is RESOLVED:
            owe(escalation, DeadlineKind.REVIEW, since=at, zone=zone, now=at)
            by_id = actor.id if actor.kind is ActorKind.STAFF else None
            ask_whether_solved(escalation, by_id=by_id, now=at)


def on_link_changed(event: Event, _actor: Actor, _at: datetime) -> None:
    """Keep with a ticket which escalation it is part of."""
    mark_tickets([event.ticket_id])  # type: ignore[attr-defined]


def on_ticket_merged(event: Event, actor: Actor, at: datetime) -> None:
    """Let the ticket that goes on in the place of another be part of the same escalations."""
    assert isinstance(event, TicketDispositionChanged)
    if event.into_id is None:
        return
    staff = db.session.get(Staff, actor.id) if actor.kind is ActorKind.STAFF else None
    for escalation in escalations_of(event.ticket_id):
        link_tickets(escalation, [event.into_id], linked_by=staff, now=at)


def on_update_sent(event: Event, _actor: Actor, at: datetime) -> None:
    """Meet what customers were owed, and begin to owe the next as long as it runs."""
    assert isinstance(event, EscalationUpdateSent)
    escalation = _of(event)
    meet(escalation.id, DeadlineKind.UPDATE, now=at)
    if escalation.state in RUNNING:
        due = event.next_update_at
        owe(
            escalation,
            DeadlineKind.UPDATE,
            since=at,
            zone=current_settings().timezone,
            now=at,
            due_at=None if due is None else datetime.fromisoformat(due),
        )


def on_ticket_confirmed(event: Event, actor: Actor, at: datetime) -> None:
    """Count a customer's "it is solved" as the answer to the question, if there was one."""
    assert isinstance(event, TicketConfirmed)
    if event.new is not None:
        ticket = db.session.get_one(Ticket, event.ticket_id)
        give_verdict(ticket, Verdict.SOLVED, actor=actor, now=at)


def tell_in_portions(payload: dict[str, Any]) -> None:
    """Take an update to some customers; the job named ``escalations.tell``."""
    now, update_id = utc_now(), int(payload["update_id"])
    if deliver_portion(update_id, zone=current_settings().timezone, now=now):
        enqueue_job(TELL_JOB, {"update_id": update_id}, now=now)


def on_changed(event: Event, _actor: Actor, at: datetime) -> None:
    """Owe by another severity."""
    assert isinstance(event, EscalationChanged)
    if event.field == "severity":
        mark_tickets_of(event.escalation_id)
        measure_anew(_of(event), zone=current_settings().timezone, now=at)


def on_role_changed(event: Event, actor: Actor, at: datetime) -> None:
    """Tell whoever was given a role by somebody else."""
    assert isinstance(event, EscalationRoleChanged)
    if event.new is not None and event.new != actor.id:
        tell_of_role(_of(event), event.role, staff_id=event.new, now=at)


def look_at_escalations(_payload: dict[str, Any]) -> None:
    """Note what was missed and warn of what soon will be; the job named ``escalations.look``."""
    now = utc_now()
    rows = deadlines_to_look_at(now=now)
    for row in rows:
        escalation = db.session.get_one(Escalation, row.escalation_id)
        if row.due_at < now:
            note_missed(row, now=now)
            tell_of_deadline(escalation, row, missed=True, now=now)
        elif warns_at(row) <= now:
            row.warned_at = now
            tell_of_deadline(escalation, row, missed=False, now=now)
    if len(rows) == BATCH and any(row.breached_at for row in rows):
        enqueue_job(LOOK_JOB, {}, now=now)


def _begin(escalation: Escalation, at: datetime) -> None:
    zone = current_settings().timezone
    for kind in (DeadlineKind.ACKNOWLEDGE, DeadlineKind.UPDATE):
        owe(escalation, kind, since=at, zone=zone, now=at)


def _of(event: Event) -> Escalation:
    return db.session.get_one(Escalation, event.escalation_id)  # type: ignore[attr-defined]
