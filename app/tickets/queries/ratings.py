"""What customers answered in a period, how many did, and how they differ from the others.

Nothing here knows who on the staff had a ticket.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute

from app.db import db
from app.deflection.shares import Share
from app.satisfaction.figures import SATISFIED_FROM, Scores
from app.satisfaction.models import DiscardedAnswer, Survey, SurveyState
from app.tickets.models import Channel, Priority, Ticket

Moment = InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None]

#: Asked, and with a chance to answer.
HEARD = (SurveyState.ASKED, SurveyState.ANSWERED, SurveyState.EXPIRED)


@dataclass(frozen=True)
class Period:
    """Answers of a time, of one site if named.

    :ivar since: first moment.
    :ivar until: first moment after.
    """

    since: datetime
    until: datetime
    site_id: int | None = None

    def before(self) -> Period:
        """Return the period of the same length just before."""
        return Period(self.since - (self.until - self.since), self.since, self.site_id)

    def conditions(self, moment: Moment) -> list[ColumnElement[bool]]:
        """Return what must hold of a question whose `moment` lies in this period."""
        wanted: list[ColumnElement[bool]] = [moment >= self.since, moment < self.until]
        if self.site_id is not None:
            wanted.append(Ticket.site_id == self.site_id)
        return wanted


@dataclass(frozen=True)
class Response:
    """How many of those asked answered.

    :ivar value: what they have in common, such as a channel; empty for all.
    :ivar satisfied: of those who answered, how many are satisfied.
    :ivar still_open: of those who have not, how many still can.
    """

    value: str
    answered: Share
    satisfied: Share
    still_open: int


@dataclass(frozen=True)
class Group:
    """Those who answered, or those who did not.

    :ivar wait: half of them waited longer from asking to solving; None if there are none.
    :ivar reopened: the share of requests that were opened again.
    """

    count: int
    wait: timedelta | None
    reopened: Share


def scores_between(period: Period) -> Scores:
    """Return how many answers of each score were given in a period; contested ones count."""
    rows = db.session.execute(
        select(Survey.score, func.count())
        .join(Ticket, Ticket.id == Survey.ticket_id)
        .where(Survey.state == SurveyState.ANSWERED, *period.conditions(Survey.answered_at))
        .group_by(Survey.score)
    )
    found = {row[0]: row[1] for row in rows}
    return Scores({score: found.get(score, 0) for score in (1, 2, 3, 4, 5)})


def responses_between(period: Period) -> dict[str, list[Response]]:
    """Return how many of those asked in a period answered: in all, by channel, by priority."""
    rows = db.session.execute(
        select(
            Ticket.channel,
            Ticket.priority,
            Survey.state,
            Survey.score,
            func.count().label("times"),
        )
        .join(Ticket, Ticket.id == Survey.ticket_id)
        .where(Survey.state.in_(HEARD), *period.conditions(Survey.asked_at))
        .group_by(Ticket.channel, Ticket.priority, Survey.state, Survey.score)
    ).all()
    return {
        "all": [_response("", rows)],
        "channel": _grouped(rows, "channel", Channel),
        "priority": _grouped(rows, "priority", Priority),
    }


def _grouped(rows: Sequence[Any], name: str, order: Iterable[str]) -> list[Response]:
    """Return the rows that have something in common, in the order of what it can be."""
    found = [[row for row in rows if getattr(row, name) == value] for value in order]
    return [_response(str(getattr(some[0], name)), some) for some in found if some]


def _response(value: str, rows: Sequence[Any]) -> Response:
    answered = [row for row in rows if row.state == SurveyState.ANSWERED]
    heard = sum(row.times for row in answered)
    satisfied = sum(row.times for row in answered if row.score >= SATISFIED_FROM)
    still_open = sum(row.times for row in rows if row.state == SurveyState.ASKED)
    total = sum(row.times for row in rows)
    return Response(value, Share(heard, total), Share(satisfied, heard), still_open)


def compared_between(period: Period) -> tuple[Group, Group]:
    """Return those asked in a period who answered, and those who have not."""
    rows = db.session.execute(
        select(Survey.state, Ticket.created_at, Ticket.solved_at, Ticket.reopen_count)
        .join(Ticket, Ticket.id == Survey.ticket_id)
        .where(Survey.state.in_(HEARD), *period.conditions(Survey.asked_at))
    ).all()
    answered = [row for row in rows if row.state == SurveyState.ANSWERED]
    silent = [row for row in rows if row.state != SurveyState.ANSWERED]
    return _group(answered), _group(silent)


def _group(rows: Sequence[Any]) -> Group:
    waits = [row.solved_at - row.created_at for row in rows if row.solved_at is not None]
    reopened = sum(1 for row in rows if row.reopen_count)
    return Group(len(rows), median(waits) if waits else None, Share(reopened, len(rows)))


def not_asked_between(period: Period) -> dict[str, int]:
    """Return how many were left out in a period, by reason, and ``withdrawn`` beside them."""
    left_out = db.session.execute(
        select(Survey.reason, func.count())
        .join(Ticket, Ticket.id == Survey.ticket_id)
        .where(Survey.state == SurveyState.LEFT_OUT, *period.conditions(Survey.ask_at))
        .group_by(Survey.reason)
        .order_by(Survey.reason)
    )
    found = {str(row[0]): int(row[1]) for row in left_out}
    withdrawn = db.session.scalar(
        select(func.count())
        .select_from(Survey)
        .join(Ticket, Ticket.id == Survey.ticket_id)
        .where(Survey.state == SurveyState.WITHDRAWN, *period.conditions(Survey.asked_at))
    )
    return found | ({"withdrawn": withdrawn} if withdrawn else {})


def discarded_between(period: Period) -> int:
    """Return how many answers of a period were not taken for a person's."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(DiscardedAnswer)
            .join(Survey, Survey.id == DiscardedAnswer.survey_id)
            .join(Ticket, Ticket.id == Survey.ticket_id)
            .where(*period.conditions(DiscardedAnswer.discarded_at))
        )
        or 0
    )
