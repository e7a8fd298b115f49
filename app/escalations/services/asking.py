"""Asking customers whether it is solved for them, and taking what they say."""

from __future__ import annotations

from datetime import datetime

from app.db import db
from app.escalations.customer_words import SOLVED_FOR_YOU, in_language
from app.escalations.models import Escalation, Role, Verdict
from app.escalations.queries.finding import holders
from app.escalations.queries.sheets import count_linked
from app.escalations.queries.told import asked_link, last_update
from app.escalations.services.telling import tell_customers
from app.events.actor import Actor
from app.events.catalogue.escalations import EscalationVerdictGiven
from app.events.services import record
from app.notices.services import notify
from app.staff.models import Staff
from app.tickets.models import Ticket
from app.web.locales import LOCALES


def ask_whether_solved(escalation: Escalation, *, by_id: int | None, now: datetime) -> None:
    """Ask every customer once it is resolved, unless the communicator has just done so.

    :param by_id: whoever resolved it, where a person did.
    """
    if not count_linked(escalation.id):
        return
    last, first_time = last_update(escalation.id), escalation.resolved_at == now
    if first_time and last is not None and last.asks:
        return
    people = [
        by_id,
        *holders(escalation.id, Role.COMMUNICATOR),
        *holders(escalation.id, Role.OWNER),
    ]
    people += holders(escalation.id, Role.REPORTER)
    author = db.session.get_one(Staff, next(each for each in people if each is not None))
    texts = {language: in_language(SOLVED_FOR_YOU, language) for language in LOCALES}
    tell_customers(escalation, texts=texts, asks=True, by=author, now=now)


def give_verdict(ticket: Ticket, verdict: Verdict, *, actor: Actor, now: datetime) -> None:
    """Note what a customer says of whether it is solved for them; without a question nothing.

    Who says "not yet" is heard by whoever owns the escalation.

    :param actor: the customer or visitor.
    """
    link = asked_link(ticket.id)
    if link is None or link.verdict == verdict:
        return
    link.verdict, link.verdict_at = verdict, now
    record(EscalationVerdictGiven(link.escalation_id, ticket.id, verdict), actor=actor, at=now)
    if verdict is Verdict.NOT_YET:
        escalation = db.session.get_one(Escalation, link.escalation_id)
        people = {
            *holders(escalation.id, Role.OWNER),
            *holders(escalation.id, Role.COMMUNICATOR),
            *holders(escalation.id, Role.REPORTER),
        }
        notify(
            staff_ids=sorted(people),
            kind="escalated",
            text=f"Not solved for #{ticket.number}: E-{escalation.number} {escalation.title}",
            path=f"/portal/escalations/{escalation.number}",
            now=now,
        )
