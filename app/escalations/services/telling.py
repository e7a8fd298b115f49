"""Telling every affected customer something, each exactly once."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from sqlalchemy import func, insert, literal, select

from app.db import UTCDateTime, db
from app.errors import Invalid
from app.escalations.customer_words import NEXT_UPDATE, in_language, language_of, whole_text
from app.escalations.models import (
    EscalatedTicket,
    Escalation,
    EscalationUpdate,
    UpdateDelivery,
)
from app.escalations.queries.told import (
    count_unheard,
    deliveries_of,
    last_update,
    promises_of_news,
)
from app.escalations.services.moving import lock_escalation
from app.events.actor import staff_actor
from app.events.catalogue.escalations import EscalationUpdateSent
from app.events.services import record
from app.jobs.services import enqueue_job
from app.promises.dates import checked_due
from app.promises.services.changing import keep_promise
from app.promises.services.making import make_promise
from app.staff.models import Staff
from app.tickets.models import Message, Ticket, TicketState
from app.tickets.services.replies import add_reply
from app.tickets.services.texts import clean_body, too_long
from app.web.locales import LOCALES

log = logging.getLogger(__name__)

TELL_JOB = "escalations.tell"
#: So many customers in one transaction: the write lock is soon free again, and what a crash
#: repeats is little.
PORTION = 20
UPDATE_MAX = 5_000
#: The same words by the same person within this time are a second click, not a second update.
SAME = timedelta(minutes=10)


def tell_customers(
    escalation: Escalation,
    *,
    texts: Mapping[str, str],
    by: Staff,
    now: datetime,
    next_update_at: datetime | None = None,
    asks: bool = False,
) -> EscalationUpdate:
    """Tell the customers of all linked tickets something; the worker takes it to each.

    :param texts: language to text, empty ones left out. Who reads another language gets the
        English one, or the first there is.
    :param by: whoever tells them, and promises the next update.
    :param next_update_at: by when they will hear again; None promises nothing.
    :param asks: also ask whether it is solved for them.
    :returns: the update; the same one for a second click.
    :raises Invalid: there are no words or nobody to tell, or the time cannot be promised.
    """
    lock_escalation(escalation, expected_version=None)
    words = checked_words(texts)
    if next_update_at is not None:
        next_update_at = checked_due(next_update_at, now=now, field="next_update_at")
    last = last_update(escalation.id)
    if last is not None and _is_same(last, words, by, now):
        return last
    update = EscalationUpdate(
        escalation_id=escalation.id,
        staff_id=by.id,
        texts=words,
        next_update_at=next_update_at,
        asks=asks,
        sent_at=now,
        created_at=now,
    )
    db.session.add(update)
    db.session.flush()  # deliveries name it by its key
    tickets = _plan_deliveries(update, now)
    if not tickets:
        raise Invalid(fields={"": ["No ticket is linked, so there is nobody to tell."]})
    if escalation.told_at is None:
        escalation.told_at = now
    enqueue_job(TELL_JOB, {"update_id": update.id}, now=now)
    due = None if next_update_at is None else next_update_at.astimezone(UTC).isoformat()
    event = EscalationUpdateSent(escalation.id, update.id, tickets, due)
    record(event, actor=staff_actor(by.id), at=now)
    return update


def catch_up(escalation: Escalation, *, now: datetime) -> int:
    """Take the last update also to tickets that were linked after it.

    :returns: how many that are; the worker takes it to each.
    """
    lock_escalation(escalation, expected_version=None)
    update = last_update(escalation.id)
    late = 0 if update is None else count_unheard(update)
    if update is not None and late:
        _plan_deliveries(update, now)
        enqueue_job(TELL_JOB, {"update_id": update.id}, now=now)
    return late


def deliver_portion(update_id: int, *, zone: str, now: datetime) -> bool:
    """Take an update to the next few customers, in the caller's transaction.

    :param zone: in which times are told.
    :returns: whether there may be more.
    """
    update = db.session.get_one(EscalationUpdate, update_id)
    author = db.session.get_one(Staff, update.staff_id)
    rows = db.session.scalars(
        select(UpdateDelivery)
        .where(
            UpdateDelivery.update_id == update_id,
            UpdateDelivery.delivered_at.is_(None),
            UpdateDelivery.skipped == "",
        )
        .order_by(UpdateDelivery.id)
        .limit(PORTION)
        .with_for_update(skip_locked=True)
    ).all()
    for row in rows:
        try:
            with db.session.begin_nested():
                _deliver(update, row, author=author, zone=zone, now=now)
        except Exception:
            # One broken ticket must not keep the others waiting; staff see that it was left out.
            log.exception("update %s did not reach ticket %s", update_id, row.ticket_id)
            row.skipped = "failed"
    return len(rows) == PORTION


def _deliver(
    update: EscalationUpdate, row: UpdateDelivery, *, author: Staff, zone: str, now: datetime
) -> None:
    ticket = db.session.get_one(Ticket, row.ticket_id, with_for_update=True)
    if ticket.disposition is not None:
        row.skipped = "set_aside"
        return
    if ticket.state == TicketState.CLOSED:
        row.skipped = "closed"
        return
    language = language_of(ticket.locale)
    body = whole_text(
        update.texts.get(language) or update.texts[""],
        language=language,
        next_update_at=_still_ahead(update, now),
        asks=update.asks,
        zone=zone,
    )
    message = add_reply(ticket, author=author, body=body, now=now)
    row.message_id, row.delivered_at = message.id, now
    _keep_and_promise(update, ticket, message, language=language, now=now)
    link = db.session.get(EscalatedTicket, (update.escalation_id, ticket.id))
    if update.asks and link is not None:
        link.asked_at, link.verdict, link.verdict_at = now, None, None


def _keep_and_promise(
    update: EscalationUpdate, ticket: Ticket, message: Message, *, language: str, now: datetime
) -> None:
    """Keep the news that were promised on a ticket, and promise the next."""
    actor = staff_actor(update.staff_id)
    for promise in promises_of_news(update.escalation_id, ticket.id):
        # What was sent in time is kept in time, however long the round takes.
        keep_promise(promise, kept_at=update.sent_at, message_id=message.id, actor=actor, now=now)
    due_at = _still_ahead(update, now)
    if due_at is None:
        return
    author = db.session.get_one(Staff, update.staff_id)
    make_promise(
        ticket,
        text=in_language(NEXT_UPDATE, language),
        due_at=due_at,
        # Whoever left in the meantime cannot keep it: then the team owes it.
        owner_id=author.id if author.is_active else None,
        customer_visible=True,
        message_id=message.id,
        actor=actor,
        now=now,
    )


def _still_ahead(update: EscalationUpdate, now: datetime) -> datetime | None:
    """Return when the next update is due, unless that has passed by the time of telling."""
    due_at = update.next_update_at
    return due_at if due_at is not None and due_at > now else None


def _is_same(last: EscalationUpdate, words: Mapping[str, str], by: Staff, now: datetime) -> bool:
    return (last.texts, last.staff_id) == (words, by.id) and now - last.sent_at < SAME


def checked_words(texts: Mapping[str, str]) -> dict[str, str]:
    """Return the words of each language, and under ``""`` those for all others.

    :raises Invalid: there are none, or a text is too long.
    """
    words = {
        language: text
        for language, given in texts.items()
        if language in LOCALES and (text := clean_body(given))
    }
    for language, text in words.items():
        if len(text) > UPDATE_MAX:
            raise Invalid(fields={f"text_{language}": [too_long(UPDATE_MAX)]})
    if not words:
        raise Invalid(fields={"text_en": ["Please say what customers should know."]})
    return words | {"": words.get(LOCALES[0]) or next(iter(words.values()))}


def _plan_deliveries(update: EscalationUpdate, now: datetime) -> int:
    """Add one delivery for each linked ticket that has none, and return how many there are."""
    wanted = (
        select(
            literal(update.id),
            EscalatedTicket.ticket_id,
            literal(""),
            literal(now, UTCDateTime()),
        )
        .where(
            EscalatedTicket.escalation_id == update.escalation_id,
            EscalatedTicket.ticket_id.not_in(deliveries_of(update)),
        )
        .order_by(EscalatedTicket.linked_at, EscalatedTicket.ticket_id)
    )
    columns = ["update_id", "ticket_id", "skipped", "created_at"]
    db.session.execute(insert(UpdateDelivery).from_select(columns, wanted, include_defaults=False))
    planned = select(func.count()).where(UpdateDelivery.update_id == update.id)
    return db.session.scalar(planned) or 0
