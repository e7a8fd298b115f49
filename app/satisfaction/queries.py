"""Reading questions and answers back."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, or_, select

from app.db import db
from app.errors import NotFound
from app.satisfaction.models import (
    OPEN_TO_ANSWER,
    PENDING,
    Survey,
    SurveyLink,
    SurveyState,
)
from app.satisfaction.timing import BETWEEN_QUESTIONS, OPEN_FOR, REMIND_AFTER


def hash_token(token: str) -> str:
    """Return the form of a link's token that is stored; a stolen table answers nothing."""
    return hashlib.sha256(token.encode()).hexdigest()


def survey_of_token(token: str) -> Survey:
    """Return the question that a link is for, whatever became of it.

    :raises NotFound: there is no such link.
    """
    survey = db.session.scalar(
        select(Survey)
        .join(SurveyLink, SurveyLink.survey_id == Survey.id)
        .where(SurveyLink.token_hash == hash_token(token))
    )
    if survey is None:
        raise NotFound
    return survey


def survey_to_answer(ticket_id: int, *, now: datetime) -> Survey | None:
    """Return the question about a request that can be answered, or changed, now."""
    return db.session.scalar(
        select(Survey)
        .where(
            Survey.ticket_id == ticket_id,
            Survey.state.in_(OPEN_TO_ANSWER),
            Survey.asked_at > now - OPEN_FOR,
        )
        .order_by(Survey.id.desc())
        .limit(1)
    )


def surveys_of_ticket(ticket_id: int) -> Sequence[Survey]:
    """Return all questions about a request, whatever became of them, oldest first."""
    found = select(Survey).where(Survey.ticket_id == ticket_id).order_by(Survey.id)
    return db.session.scalars(found).all()


def answers_of_ticket(ticket_id: int) -> Sequence[Survey]:
    """Return what a customer said of a request, oldest first."""
    return db.session.scalars(
        select(Survey)
        .where(Survey.ticket_id == ticket_id, Survey.state == SurveyState.ANSWERED)
        .order_by(Survey.id)
    ).all()


def answer_of_ticket(ticket_id: int, survey_id: int) -> Survey:
    """Return a question about a ticket.

    :raises NotFound: it is not about this one.
    """
    survey = db.session.get(Survey, survey_id)
    if survey is None or survey.ticket_id != ticket_id:
        raise NotFound
    return survey


def pending_surveys(ticket_id: int) -> Sequence[Survey]:
    """Return what is planned or asked about a ticket, for changing it."""
    return db.session.scalars(
        select(Survey)
        .where(Survey.ticket_id == ticket_id, Survey.state.in_(PENDING))
        .order_by(Survey.id)
        .with_for_update()
    ).all()


def surveys_to_ask(now: datetime, *, limit: int) -> Sequence[Survey]:
    """Return questions whose time has come, locked, those that wait longest first."""
    return db.session.scalars(
        select(Survey)
        .where(Survey.state == SurveyState.PLANNED, Survey.ask_at <= now)
        .order_by(Survey.ask_at, Survey.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()


def surveys_to_remind_of(now: datetime, *, limit: int) -> Sequence[Survey]:
    """Return questions that are open and due for their one reminder, locked."""
    return db.session.scalars(
        select(Survey)
        .where(
            Survey.state == SurveyState.ASKED,
            Survey.reminded_at.is_(None),
            Survey.asked_at <= now - REMIND_AFTER,
            Survey.asked_at > now - OPEN_FOR,
        )
        .order_by(Survey.asked_at, Survey.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()


def surveys_run_out(now: datetime, *, limit: int) -> Sequence[Survey]:
    """Return questions that were open for long enough, locked."""
    return db.session.scalars(
        select(Survey)
        .where(Survey.state == SurveyState.ASKED, Survey.asked_at <= now - OPEN_FOR)
        .order_by(Survey.asked_at, Survey.id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()


def last_asked(ticket_id: int) -> datetime | None:
    """Return when a question about a ticket was last asked."""
    return db.session.scalar(select(func.max(Survey.asked_at)).where(Survey.ticket_id == ticket_id))


def asked_lately(survey: Survey, *, now: datetime) -> bool:
    """Say whether the person was asked about another request a short while ago."""
    same_person = []
    if survey.address:
        same_person.append(Survey.address == survey.address)
    if survey.customer_id is not None:
        same_person.append(Survey.customer_id == survey.customer_id)
    found = (
        select(Survey.id)
        .where(
            Survey.asked_at > now - BETWEEN_QUESTIONS,
            Survey.ticket_id != survey.ticket_id,
            or_(*same_person),
        )
        .limit(1)
    )
    return db.session.scalar(found) is not None
