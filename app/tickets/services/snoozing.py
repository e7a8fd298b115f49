"""Putting a ticket aside until it makes sense to look at it again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from app.clock import utc_now
from app.db import db
from app.errors import Invalid
from app.events.actor import SYSTEM, Actor, ActorKind
from app.events.catalogue.following import TicketSnoozed
from app.events.models import EventRecord
from app.jobs.services import enqueue_job
from app.notices.services import notify
from app.tickets.models import Ticket
from app.tickets.services.properties import lock_ticket, note_change
from app.tickets.states import UNSOLVED

WAKE_JOB = "tickets.wake"
#: Whoever wants to forget a ticket for longer should solve it.
FARTHEST = timedelta(days=366)


def snooze_ticket(
    ticket: Ticket,
    *,
    until: datetime,
    actor: Actor,
    now: datetime,
    expected_version: int | None = None,
) -> Ticket:
    """Take a ticket out of the lists until a moment, or until the customer writes.

    :raises TicketChanged: somebody changed it since `expected_version`.
    :raises Invalid: the moment is past or more than a year away, or the ticket is solved.
    """
    if until <= now:
        raise Invalid(fields={"until": ["Please choose a moment in the future."]})
    if until > now + FARTHEST:
        raise Invalid(fields={"until": ["Please choose a moment within a year."]})
    lock_ticket(ticket, expected_version=expected_version)
    if ticket.state not in UNSOLVED:
        raise Invalid(fields={"until": ["It is solved: nothing is left to come back to."]})
    if until == ticket.snoozed_until:
        return ticket
    set_snooze(ticket, until, actor=actor, now=now)
    return ticket


def wake_ticket(ticket: Ticket, *, actor: Actor, now: datetime) -> Ticket:
    """Bring a ticket back into the lists; one that is in them stays as it is."""
    lock_ticket(ticket, expected_version=None)
    if ticket.snoozed_until is not None:
        set_snooze(ticket, None, actor=actor, now=now)
    return ticket


def set_snooze(ticket: Ticket, until: datetime | None, *, actor: Actor, now: datetime) -> None:
    """Set until when a ticket is out of the lists; the caller holds its lock."""
    old, ticket.snoozed_until = ticket.snoozed_until, until
    if until is not None:
        payload = {"ticket_id": ticket.id, "until": until.isoformat()}
        enqueue_job(WAKE_JOB, payload, now=now, run_at=until)
    elif actor.kind is not ActorKind.STAFF:
        ticket.woken_at = now
    event = TicketSnoozed(ticket.id, _text(old), _text(until))
    note_change(ticket, event, actor=actor, now=now)


def wake_in_time(payload: dict[str, Any]) -> None:
    """Bring a ticket back whose moment has come, and tell who put it aside. Run by the worker.

    A ticket that came back before, or was put aside anew, is left alone.
    """
    now = utc_now()
    ticket = db.session.get(Ticket, payload["ticket_id"], with_for_update=True)
    if ticket is None or _text(ticket.snoozed_until) != payload["until"]:
        return
    snoozer = _who_snoozed(ticket.id)
    set_snooze(ticket, None, actor=SYSTEM, now=now)
    if snoozer is not None:
        notify(
            staff_ids=[snoozer],
            kind="snooze",
            text=f"#{ticket.number} is back: {ticket.subject}",
            path=f"/portal/tickets/{ticket.number}",
            ticket_id=ticket.id,
            now=now,
        )


def _who_snoozed(ticket_id: int) -> int | None:
    return db.session.scalar(
        select(EventRecord.actor_id)
        .where(
            EventRecord.subject_kind == "ticket",
            EventRecord.subject_id == ticket_id,
            EventRecord.kind == TicketSnoozed.kind,
            EventRecord.actor_kind == ActorKind.STAFF.value,
        )
        .order_by(EventRecord.id.desc())
        .limit(1)
    )


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
