"""Asking customers how satisfied they are: planned when a ticket is solved, asked a day later.

Whether somebody is asked is decided when their time has come, by rules alone: nobody on the
staff chooses whom to ask.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from app.calendars.walltime import zone_of
from app.customers.queries import zone_of_customer
from app.db import db
from app.events.actor import SYSTEM, Actor
from app.events.catalogue.satisfaction import (
    SurveyMoved,
    SurveyPlanned,
    SurveyPutOff,
    SurveyReminded,
)
from app.events.services import record
from app.notifications.models import MailKind
from app.notifications.queries import suppression_of
from app.satisfaction.models import LeftOut, Survey, SurveyLink, SurveyState
from app.satisfaction.queries import (
    answers_of_ticket,
    asked_lately,
    hash_token,
    last_asked,
    pending_surveys,
    surveys_run_out,
    surveys_to_ask,
    surveys_to_remind_of,
)
from app.satisfaction.timing import LATEST_BY, LONGEST_WAIT, ask_time, in_working_hours
from app.tickets.models import Resolution, Ticket
from app.tickets.services.mails import ask_for_rating

#: So many at once, so that the write lock is soon free again; the next run goes on.
BATCH = 50
#: Questions looked at for a reminder: those of zones where it is night stay for later.
LOOKED_AT = 500
SURVEYS_JOB = "surveys.look"
ONE_DAY = timedelta(days=1)
TOKEN_BYTES = 16


def plan_survey(ticket: Ticket, *, zone: str, now: datetime) -> Survey | None:
    """Plan to ask about a ticket that was solved; one question at a time.

    :param zone: IANA name, for people whose own is not known.
    :returns: None if one is planned or asked already.
    """
    if pending_surveys(ticket.id):
        return None
    ask_at = ask_time(
        ticket.solved_at or now,
        asked_before=last_asked(ticket.id),
        zone=zone_of(zone_of_customer(ticket.customer_id, usual=zone)),
    )
    survey = Survey(
        ticket_id=ticket.id,
        customer_id=ticket.customer_id,
        address=ticket.requester_email,
        state=SurveyState.PLANNED,
        ask_at=ask_at,
        created_at=now,
    )
    db.session.add(survey)
    db.session.flush()  # the event names it
    record(SurveyPlanned(ticket.id, survey.id, _iso(ask_at)), actor=SYSTEM, at=now)
    return survey


def withdraw_surveys(ticket: Ticket, *, actor: Actor, now: datetime) -> None:
    """Take back what is not answered yet; what a customer said stays.

    :param actor: who opened the ticket again, or set it aside.
    """
    for survey in pending_surveys(ticket.id):
        _move(survey, SurveyState.WITHDRAWN, actor=actor, now=now)


def ask_due(*, in_outage: Callable[[int], bool], zone: str, now: datetime) -> int:
    """Ask everybody whose time has come, or leave them out by the rules.

    :param in_outage: says of a ticket's key whether an outage it belongs to is going on.
    :param zone: IANA name, for people whose own is not known.
    :returns: how many questions it looked at; :data:`BATCH` means there may be others.
    """
    due = surveys_to_ask(now, limit=BATCH)
    for survey in due:
        ticket = db.session.get_one(Ticket, survey.ticket_id)
        reason = _why_left_out(survey, ticket, now=now)
        if reason is not None:
            _leave_out(survey, reason, now=now)
        elif (later := _next_time(ticket, zone=zone, now=now)) != now:
            _put_off(survey, later, "", now=now)
        elif in_outage(ticket.id):
            _wait_for_end(survey, ticket, zone=zone, now=now)
        else:
            _ask(survey, ticket, now=now)
    return len(due)


def remind_due(*, zone: str, now: datetime) -> int:
    """Ask those once more who have not answered; by mail alone, once, and in their hours.

    :param zone: IANA name, for people whose own is not known.
    :returns: how many it reminded.
    """
    reminded = 0
    for survey in surveys_to_remind_of(now, limit=LOOKED_AT):
        ticket = db.session.get_one(Ticket, survey.ticket_id)
        if _next_time(ticket, zone=zone, now=now) != now:
            continue
        if reminded == BATCH:
            break
        reminded += 1
        survey.reminded_at = now
        if not survey.address:
            continue
        ask_for_rating(ticket, path=_new_path(survey, now=now), again=True, now=now)
        record(SurveyReminded(ticket.id, survey.id), actor=SYSTEM, at=now)
    return reminded


def expire_due(*, now: datetime) -> int:
    """Close questions that were open for long enough.

    :returns: how many.
    """
    due = surveys_run_out(now, limit=BATCH)
    for survey in due:
        _move(survey, SurveyState.EXPIRED, actor=SYSTEM, now=now)
    return len(due)


def _why_left_out(survey: Survey, ticket: Ticket, *, now: datetime) -> LeftOut | None:
    if ticket.disposition is not None:
        return LeftOut.SET_ASIDE
    if ticket.resolution == Resolution.DUPLICATE:
        return LeftOut.MERGED
    if ticket.resolution == Resolution.NO_REPLY:
        return LeftOut.NO_REPLY
    if ticket.resolution == Resolution.SELF and ticket.last_staff_message_at is None:
        return LeftOut.FOUND_IT
    if now - survey.ask_at > LATEST_BY:
        return LeftOut.TOO_LATE
    if answers_of_ticket(ticket.id):
        return LeftOut.ANSWERED
    if not survey.address and survey.customer_id is None:
        return LeftOut.NO_ADDRESS
    if survey.address and suppression_of(survey.address, kind=MailKind.AUTOMATIC) is not None:
        return LeftOut.NO_MAIL
    if asked_lately(survey, now=now):
        return LeftOut.ASKED_LATELY
    return None


def _ask(survey: Survey, ticket: Ticket, *, now: datetime) -> None:
    survey.asked_at = now
    _move(survey, SurveyState.ASKED, actor=SYSTEM, now=now)
    if survey.address:
        ask_for_rating(ticket, path=_new_path(survey, now=now), again=False, now=now)


def _wait_for_end(survey: Survey, ticket: Ticket, *, zone: str, now: datetime) -> None:
    """Put a question off by a day: in the middle of an outage nobody wants to be asked."""
    if now - (ticket.solved_at or survey.created_at) > LONGEST_WAIT:
        _leave_out(survey, LeftOut.OUTAGE, now=now)
        return
    later = _next_time(ticket, zone=zone, now=now + ONE_DAY)
    _put_off(survey, later, LeftOut.OUTAGE.value, now=now)


def _put_off(survey: Survey, until: datetime, reason: str, *, now: datetime) -> None:
    old, survey.ask_at = survey.ask_at, until
    put_off = SurveyPutOff(survey.ticket_id, survey.id, _iso(old), _iso(until), reason)
    record(put_off, actor=SYSTEM, at=now)


def _next_time(ticket: Ticket, *, zone: str, now: datetime) -> datetime:
    """Return when its requester can be asked: now, or when their working day begins."""
    return in_working_hours(now, zone_of(zone_of_customer(ticket.customer_id, usual=zone)))


def _leave_out(survey: Survey, reason: LeftOut, *, now: datetime) -> None:
    survey.reason = reason.value
    _move(survey, SurveyState.LEFT_OUT, actor=SYSTEM, now=now)


def _move(survey: Survey, state: SurveyState, *, actor: Actor, now: datetime) -> None:
    old, survey.state = survey.state, state.value
    moved = SurveyMoved(survey.ticket_id, survey.id, str(old), state.value, survey.reason)
    record(moved, actor=actor, at=now)


def _new_path(survey: Survey, *, now: datetime) -> str:
    """Return the address of a question below the installation's own, for one mail."""
    token = secrets.token_urlsafe(TOKEN_BYTES)
    link = SurveyLink(survey_id=survey.id, token_hash=hash_token(token), created_at=now)
    db.session.add(link)
    return f"/help/rate/{token}"


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()
