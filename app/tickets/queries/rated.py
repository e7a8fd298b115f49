"""The questions and answers behind a figure of satisfaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, select

from app.db import db
from app.satisfaction.figures import SATISFIED_FROM
from app.satisfaction.models import DiscardedAnswer, Survey, SurveyState
from app.tickets.models import Ticket
from app.tickets.queries.ratings import HEARD, Moment, Period
from app.web.pagination import Page

PER_PAGE = 50


@dataclass(frozen=True)
class RatingRow:
    """A question as a list shows it."""

    id: int
    number: int
    subject: str
    requester: str
    channel: str
    priority: str
    state: str
    reason: str
    score: int | None
    comment: str
    contest_note: str
    at: datetime


@dataclass(frozen=True)
class RatingFilter:
    """Which questions to list.

    :ivar show: ``answered`` (by the day of the answer), ``heard`` (answered, by the day of
        asking), ``asked``, ``silent``, ``open``,
        ``withdrawn``, ``left_out`` or ``discarded``.
    :ivar score: only answers of this score.
    :ivar satisfied: only answers of the satisfied.
    :ivar reopened: only about requests that were opened again.
    """

    show: str = "answered"
    score: int | None = None
    satisfied: bool = False
    reopened: bool = False
    reason: str = ""
    channel: str = ""
    priority: str = ""


def rating_page(period: Period, wanted: RatingFilter, *, number: int) -> Page[RatingRow]:
    """Return one page of the questions behind a figure, newest first.

    :param number: page, from 1.
    """
    query = _listed(period, wanted)
    total = db.session.scalar(select(func.count()).select_from(query.subquery())) or 0
    number = min(max(1, number), max(1, -(-total // PER_PAGE)))
    newest = query.order_by(query.selected_columns.at.desc(), query.selected_columns.id.desc())
    rows = db.session.execute(newest.limit(PER_PAGE).offset((number - 1) * PER_PAGE))
    return Page([RatingRow(**row._mapping) for row in rows], number, PER_PAGE, total)


def _listed(period: Period, wanted: RatingFilter) -> Any:
    moments: dict[str, Moment] = {
        "answered": Survey.answered_at,
        "left_out": Survey.ask_at,
        "discarded": DiscardedAnswer.discarded_at,
    }
    moment = moments.get(wanted.show, Survey.asked_at)
    query = (
        select(
            Survey.id,
            Ticket.number,
            Ticket.subject,
            func.coalesce(func.nullif(Ticket.requester_name, ""), Ticket.requester_email).label(
                "requester"
            ),
            Ticket.channel,
            Ticket.priority,
            Survey.state,
            Survey.reason,
            Survey.score,
            Survey.comment,
            Survey.contest_note,
            moment.label("at"),
        )
        .join(Ticket, Ticket.id == Survey.ticket_id)
        .where(*period.conditions(moment), *_conditions(wanted))
    )
    if wanted.show == "discarded":
        query = query.join(DiscardedAnswer, DiscardedAnswer.survey_id == Survey.id)
    return query


def _conditions(wanted: RatingFilter) -> list[ColumnElement[bool]]:
    states = {
        "answered": (SurveyState.ANSWERED,),
        "heard": (SurveyState.ANSWERED,),
        "asked": HEARD,
        "silent": (SurveyState.ASKED, SurveyState.EXPIRED),
        "open": (SurveyState.ASKED,),
        "withdrawn": (SurveyState.WITHDRAWN,),
        "left_out": (SurveyState.LEFT_OUT,),
        "discarded": tuple(SurveyState),
    }
    found: list[ColumnElement[bool]] = [Survey.state.in_(states[wanted.show])]
    if wanted.score is not None:
        found.append(Survey.score == wanted.score)
    if wanted.reopened:
        found.append(Ticket.reopen_count > 0)
    if wanted.satisfied:
        found.append(Survey.score >= SATISFIED_FROM)
    for column, value in (
        (Survey.reason, wanted.reason),
        (Ticket.channel, wanted.channel),
        (Ticket.priority, wanted.priority),
    ):
        if value:
            found.append(column == value)
    return found
