"""How satisfied somebody is: the page behind the link of a mail.

Looking changes nothing: scanners follow links, so an answer is a press of a button.
"""

from __future__ import annotations

from flask import Response, request, url_for

from app.clock import utc_now
from app.errors import PortalError
from app.events.actor import visitor_actor
from app.help.queries import ticket_by_id
from app.help.rating import form_again, new_rate_form, take_form
from app.help.routes.blueprint import blueprint
from app.help.viewer import is_staff
from app.satisfaction.forms import SCORE_LABELS, RateForm
from app.satisfaction.models import AnsweredIn, Survey, SurveyState
from app.satisfaction.queries import survey_of_token
from app.satisfaction.timing import is_over
from app.web.access import public
from app.web.responses import page, see_other


@blueprint.get("/help/rate/<token>")
@public
def rate(token: str) -> Response:
    """Ask how satisfied somebody is, with the answer filled in that their mail's link names."""
    survey = survey_of_token(token)
    return _show(survey, token, new_rate_form(survey, score=request.args.get("score", "")))


@blueprint.post("/help/rate/<token>")
@public
def send_rating(token: str) -> Response:
    """Take an answer, or another one in its place."""
    survey, form = survey_of_token(token), RateForm()
    try:
        take_form(survey, form, channel=AnsweredIn.MAIL, actor=visitor_actor())
    except PortalError as error:
        if error.status not in (409, 422):
            raise
        return _show(survey, token, form_again(survey, form, error), status=error.status)
    return see_other("help.rate", token=token)


def _show(survey: Survey, token: str, form: RateForm, *, status: int = 200) -> Response:
    response = page(
        "help/rate.html",
        status=status,
        survey=survey,
        number=ticket_by_id(survey.ticket_id).number,
        state=_state(survey),
        is_staff=is_staff(),
        labels=SCORE_LABELS,
        rate_form=form,
        rate_token=False,
        rate_address=url_for("help.send_rating", token=token),
    )
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _state(survey: Survey) -> str:
    if survey.state == SurveyState.WITHDRAWN:
        return "withdrawn"
    if survey.state == SurveyState.EXPIRED or is_over(survey.asked_at, now=utc_now()):  # type: ignore[arg-type]
        return "over"
    return "thanks" if survey.state == SurveyState.ANSWERED else "open"
