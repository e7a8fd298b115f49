"""What staff do to a ticket beside answering: promises, tags, parking, watching, merging."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import select

from app.db import db
from app.escalations.models import EscalatedTicket, Escalation
from app.escalations.services.moving import move_escalation
from app.escalations.services.raising import raise_escalation
from app.escalations.services.roles import take_role
from app.events.actor import Actor
from app.promises.models import OWED, Promise
from app.promises.services.changing import keep_promise, move_promise
from app.promises.services.making import make_promise
from app.seeds.threads import Step
from app.staff.models import Staff
from app.tickets.models import Ticket
from app.tickets.services.merging import merge_ticket
from app.tickets.services.snoozing import set_snooze
from app.tickets.services.tags import tag_tickets
from app.tickets.services.watching import watch_ticket

#: The hour (UTC) by which the team of the story promises things.
_END_OF_WORK = 17

VERBS = frozenset(
    {"promise", "kept", "moved", "tag", "snooze", "watch", "merge", "escalate", "role", "state"}
)


def file_step(
    ticket: Ticket, step: Step, *, person: Staff, actor: Actor, tickets: Mapping[str, Ticket]
) -> None:
    """Do one step with a verb of :data:`VERBS`.

    :param tickets: of the story so far, by key.
    """
    if step.verb == "promise":
        make_promise(
            ticket,
            text=step.text,
            due_at=_end_of_day(step),
            owner_id=person.id,
            customer_visible=True,
            actor=actor,
            now=step.at,
        )
    elif step.verb == "kept":
        keep_promise(_owed(ticket), actor=actor, now=step.at)
    elif step.verb == "moved":
        due_at = _end_of_day(step)
        move_promise(_owed(ticket), due_at=due_at, reason=step.text, actor=actor, now=step.at)
    elif step.verb == "tag":
        tag_tickets([ticket.id], add=step.what.split("_"), actor=actor, now=step.at)
    elif step.verb == "snooze":
        set_snooze(ticket, step.at + timedelta(days=int(step.what)), actor=actor, now=step.at)
    elif step.verb == "watch":
        watch_ticket(ticket.id, staff_ids=[person.id], actor=actor, now=step.at)
    elif step.verb == "escalate":
        title, _, symptom = step.text.partition(": ")
        raise_escalation(
            [ticket],
            title=title,
            symptom=symptom,
            severity=step.what,
            raised_by=person,
            now=step.at,
        )
    elif step.verb == "role":
        take_role(_escalation(ticket), step.what, staff=person, actor=actor, now=step.at)
    elif step.verb == "state":
        move_escalation(_escalation(ticket), step.what, reason=step.text, actor=actor, now=step.at)
    else:
        merge_ticket(ticket, into=tickets[step.what.replace("_", "-")], actor=actor, now=step.at)


def _end_of_day(step: Step) -> datetime:
    """Return the end of work so many days after a step, at least an hour later."""
    day = step.at + timedelta(days=int(step.what))
    end = day.replace(hour=_END_OF_WORK, minute=0, second=0, microsecond=0)
    return end if end > step.at + timedelta(hours=1) else end + timedelta(days=1)


def _owed(ticket: Ticket) -> Promise:
    owed = select(Promise).where(Promise.ticket_id == ticket.id, Promise.state.in_(OWED))
    return db.session.scalars(owed.order_by(Promise.due_at).limit(1)).one()


def _escalation(ticket: Ticket) -> Escalation:
    linked = select(Escalation).join(EscalatedTicket).where(EscalatedTicket.ticket_id == ticket.id)
    return db.session.scalars(linked.order_by(Escalation.id.desc()).limit(1)).one()
