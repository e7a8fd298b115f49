"""Answering how satisfied one is, from a mailed link or on one's own request."""

from __future__ import annotations

from flask import current_app
from flask_login import current_user

from app.clock import utc_now
from app.errors import PortalError
from app.events.actor import Actor, staff_actor
from app.help.uploads import show_errors
from app.help.viewer import is_staff
from app.satisfaction.forms import RateForm
from app.satisfaction.models import AnsweredIn, Survey
from app.satisfaction.pages import page_code, why_discarded
from app.tickets.services.rating import Answer, take_answer


def new_rate_form(survey: Survey, *, score: str = "") -> RateForm:
    """Return the form with what was said before, or what a link has chosen.

    :param score: of the link; anything but one to five is passed over.
    """
    form = RateForm(formdata=None)
    form.page.data = page_code(survey.id, secret_key=_secret())
    form.comment.data = survey.comment
    form.score.data = score if score in {"1", "2", "3", "4", "5"} else str(survey.score or "")
    return form


def take_form(survey: Survey, form: RateForm, *, channel: AnsweredIn, actor: Actor) -> None:
    """Take what a form says.

    :param actor: who answers, if nobody is signed in as staff.
    :raises PortalError: see :func:`app.tickets.services.rating.take_answer`.
    """
    take_answer(
        survey,
        Answer(
            score=form.chosen,
            comment=form.comment.data or "",
            page=form.page.data or "",
            trap=form.website.data or "",
        ),
        channel=channel,
        actor=staff_actor(current_user.id) if is_staff() else actor,
        secret_key=_secret(),
        now=utc_now(),
    )


def form_again(survey: Survey, form: RateForm, error: PortalError) -> RateForm:
    """Return a refused form with what was typed and what is wrong with it.

    The code of the page stays unless it was none: it says when the page was drawn.
    """
    show_errors(form, error)
    if why_discarded(
        form.page.data or "", survey.id, trap="", secret_key=_secret(), now=utc_now()
    ) not in (None, "too_fast"):
        form.page.data = page_code(survey.id, secret_key=_secret())
    return form


def _secret() -> str:
    return str(current_app.extensions["settings"].secret_key)
