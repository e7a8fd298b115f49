"""Letting customers say how our help was: some do, most do not, a few write why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from heapq import heappop, heappush
from random import Random

from sqlalchemy import select

from app.db import db
from app.escalations.queries.outages import is_in_serious_outage
from app.events.actor import Actor, customer_actor, visitor_actor
from app.satisfaction.models import AnsweredIn, Survey, SurveyState
from app.satisfaction.timing import REMIND_AFTER
from app.tickets.models import Ticket, TicketState
from app.tickets.services.confirming import confirm_solved
from app.tickets.services.rating import answer_survey
from app.tickets.services.surveys import ask_due, expire_due, remind_due

#: How many of those asked answer: as many as elsewhere.
_ANSWERING = 0.4
_AGREEING = 0.5
_SCORES = (5, 5, 5, 5, 5, 4, 4, 4, 3, 2, 2, 1)
_WORDS = {
    5: ("Quick and kind, thank you.", "You even told me when you would look again.", "", "", ""),
    4: ("Good answer, took a day.", "", ""),
    3: ("It works now, but I had to explain it twice.", ""),
    2: ("I waited three days for something I needed at once.", ""),
    1: ("You closed it and it was not solved.",),
}


def hear_customers(*, rng: Random, zone: str, now: datetime) -> None:
    """Ask about everything that the story has solved, as the worker would have, and hear answers.

    :param rng: decides who answers what.
    :param zone: IANA name, of the installation.
    :param now: the present, which the story ends in.
    """
    answers: list[tuple[datetime, int]] = []
    for at in [*_moments(now), now]:
        while answers and answers[0][0] <= at:
            _answer(*heappop(answers), rng=rng)
        ask_due(in_outage=is_in_serious_outage, zone=zone, now=at)
        remind_due(zone=zone, now=at)
        expire_due(now=at)
        for survey_id in _asked_at(at):
            if rng.random() < _ANSWERING:
                heappush(answers, (at + timedelta(minutes=rng.randint(4, 3_000)), survey_id))
    for ticket in db.session.scalars(select(Ticket).where(Ticket.state == TicketState.SOLVED)):
        if rng.random() < _AGREEING and ticket.solved_at is not None:
            at = min(ticket.solved_at + timedelta(minutes=rng.randint(5, 900)), now)
            confirm_solved(ticket, actor=_asker(ticket), now=at)


def _moments(now: datetime) -> Sequence[datetime]:
    """Return when something is to be asked, or asked once more, oldest first."""
    planned = db.session.scalars(
        select(Survey.ask_at).where(Survey.state == SurveyState.PLANNED, Survey.ask_at < now)
    ).all()
    again = [at + REMIND_AFTER for at in planned if at + REMIND_AFTER < now]
    return sorted({*planned, *again})


def _asked_at(at: datetime) -> Sequence[int]:
    found = select(Survey.id).where(Survey.asked_at == at, Survey.state == SurveyState.ASKED)
    return db.session.scalars(found.order_by(Survey.id)).all()


def _answer(at: datetime, survey_id: int, *, rng: Random) -> None:
    survey = db.session.get_one(Survey, survey_id)
    if survey.state != SurveyState.ASKED:
        return
    score = rng.choice(_SCORES)
    answer_survey(
        survey,
        score=score,
        comment=rng.choice(_WORDS[score]),
        channel=rng.choice((AnsweredIn.MAIL, AnsweredIn.MAIL, AnsweredIn.WIDGET)),
        actor=_asker(db.session.get_one(Ticket, survey.ticket_id)),
        now=at,
    )


def _asker(ticket: Ticket) -> Actor:
    if ticket.customer_id is not None:
        return customer_actor(ticket.customer_id)
    return visitor_actor(ticket.visitor_id)
