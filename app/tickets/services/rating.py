"""What customers answer when they are asked, and what staff write beside it.

There is no use case that deletes an answer, and none by which staff give one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.db import after_rollback, db
from app.errors import Invalid
from app.events.actor import Actor, ActorKind
from app.events.catalogue.satisfaction import RatingContested, RatingDiscarded, TicketRated
from app.events.services import record
from app.satisfaction.errors import AnsweredTooFast, NotForStaff, QuestionOver
from app.satisfaction.models import (
    OPEN_TO_ANSWER,
    AnsweredIn,
    Discarded,
    DiscardedAnswer,
    Survey,
    SurveyState,
)
from app.satisfaction.pages import why_discarded
from app.satisfaction.timing import is_over
from app.texts import Sentence
from app.tickets.errors import NotAnswered
from app.tickets.services.texts import clean_body, too_long

COMMENT_MAX = 2_000
SCORES = (1, 2, 3, 4, 5)


@dataclass(frozen=True)
class Answer:
    """What a page sent.

    :ivar score: None if none that can be read was chosen.
    :ivar page: code of the page, of :func:`app.satisfaction.pages.page_code`.
    :ivar trap: content of a field that people do not see.
    """

    score: int | None
    comment: str = ""
    page: str = ""
    trap: str = ""


def take_answer(
    survey: Survey,
    answer: Answer,
    *,
    channel: AnsweredIn,
    actor: Actor,
    secret_key: str,
    now: datetime,
) -> Survey:
    """Take what a page sent, unless a program sent it.

    :param secret_key: the installation's, which signed the page's code.
    :raises AnsweredTooFast: it looks like a program's. It is kept apart, and the page as it was
        drawn is good for another try.
    :raises PortalError: see :func:`answer_survey`.
    """
    survey_id = survey.id
    why = why_discarded(answer.page, survey_id, trap=answer.trap, secret_key=secret_key, now=now)
    if why is not None:

        def keep_apart() -> None:
            found = db.session.get_one(Survey, survey_id)
            discard_answer(found, reason=why, score=answer.score, actor=actor, now=now)

        # The refusal rolls back what this request wrote, but this must be known.
        after_rollback(keep_apart)
        raise AnsweredTooFast
    return answer_survey(
        survey,
        score=answer.score,
        comment=answer.comment,
        channel=channel,
        actor=actor,
        now=now,
    )


def answer_survey(
    survey: Survey,
    *,
    score: int | None,
    comment: str,
    channel: AnsweredIn,
    actor: Actor,
    now: datetime,
) -> Survey:
    """Take a customer's answer, or another one in its place while the question is open.

    :param score: from 1 to 5.
    :param comment: in their own words; may be empty.
    :raises NotForStaff: a member of staff is signed in.
    :raises QuestionOver: it was withdrawn, or has run out.
    :raises Invalid: the score is none, or the comment too long.
    """
    if actor.kind is ActorKind.STAFF:
        raise NotForStaff
    _lock(survey)
    if survey.state not in OPEN_TO_ANSWER or survey.asked_at is None:
        raise QuestionOver
    if is_over(survey.asked_at, now=now):
        raise QuestionOver
    if score not in SCORES:
        raise Invalid(fields={"score": [Sentence("Please choose one of the five.")]})
    comment = clean_body(comment)
    if len(comment) > COMMENT_MAX:
        raise Invalid(fields={"comment": [too_long(COMMENT_MAX)]})
    if (survey.score, survey.comment) == (score, comment):
        return survey
    rated = TicketRated(
        survey.ticket_id, survey.id, survey.score, score, survey.comment, comment, channel.value
    )
    survey.state = SurveyState.ANSWERED
    survey.score, survey.comment, survey.channel = score, comment, channel.value
    survey.answered_at = survey.answered_at or now
    record(rated, actor=actor, at=now)
    return survey


def discard_answer(
    survey: Survey, *, reason: Discarded, score: int | None, actor: Actor, now: datetime
) -> None:
    """Keep an answer apart that a program gave, as far as one can see; it counts nowhere."""
    db.session.add(
        DiscardedAnswer(
            survey_id=survey.id,
            reason=reason.value,
            score=score if score in SCORES else None,
            discarded_at=now,
            created_at=now,
        )
    )
    discarded = RatingDiscarded(survey.ticket_id, survey.id, reason.value)
    record(discarded, actor=actor, at=now)


def contest_rating(survey: Survey, *, note: str, actor: Actor, now: datetime) -> Survey:
    """Write beside an answer what is to be said about it. It stays, and it counts.

    :param note: for the team; empty takes it back.
    :raises NotAnswered: there is no answer.
    :raises Invalid: the note is too long.
    """
    _lock(survey)
    if survey.state != SurveyState.ANSWERED:
        raise NotAnswered
    note = clean_body(note)
    if len(note) > COMMENT_MAX:
        raise Invalid(fields={"note": [too_long(COMMENT_MAX)]})
    if note == survey.contest_note:
        return survey
    old, survey.contest_note = survey.contest_note, note
    survey.contested_by_id = actor.id if note else None
    survey.contested_at = now if note else None
    record(RatingContested(survey.ticket_id, survey.id, old, note), actor=actor, at=now)
    return survey


def _lock(survey: Survey) -> None:
    """Read a question again under a lock: of two answers at once the second sees the first."""
    db.session.flush()  # a refresh would throw pending changes away
    db.session.refresh(survey, with_for_update=True)
