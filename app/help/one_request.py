"""One request in the help centre, whichever way its reader came: by a link, or signed in.

Both ways show the same page and allow the same; a `Door` says what differs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import Response, abort, current_app, url_for

from app.clock import utc_now
from app.errors import Invalid, NotFound, PortalError
from app.escalations.models import Verdict
from app.escalations.queries.told import question_of
from app.escalations.services.asking import give_verdict
from app.events.actor import Actor
from app.files.queries import attachment_by_key
from app.files.serving import serve_file
from app.help.forms import DoubtForm, ReplyForm
from app.help.rating import form_again, new_rate_form, take_form
from app.help.uploads import keep_uploads, show_errors
from app.knowledge.markdown import render_message, render_plain_text
from app.promises.queries import promises_shown_to_customer
from app.satisfaction.errors import QuestionOver
from app.satisfaction.forms import SCORE_LABELS, RateForm
from app.satisfaction.models import AnsweredIn
from app.satisfaction.queries import survey_to_answer
from app.tickets.models import Message, Ticket
from app.tickets.queries.own import public_thread
from app.tickets.services.confirming import confirm_solved
from app.tickets.services.replies import add_customer_message
from app.web.responses import page


@dataclass(frozen=True)
class Door:
    """How somebody came to a request.

    :ivar endpoints: what can be done there, to the endpoint that does it.
    :ivar values: what their addresses hold.
    :ivar owner: who may attach what they upload.
    :ivar is_own: it is their own request, not a colleague's.
    :ivar name: who writes, if it is not the requester.
    :ivar is_signed_in: a cookie vouches for them, so that forms carry a token.
    """

    endpoints: Mapping[str, str]
    values: Mapping[str, Any]
    actor: Actor
    owner: str
    is_own: bool = True
    name: str = ""
    is_signed_in: bool = False

    def address(self, act: str, **more: Any) -> str:
        """Return where something is done to this request."""
        return url_for(self.endpoints[act], **self.values, **more)


@dataclass(frozen=True)
class Refused:
    """Forms that were refused, to be shown again with what was typed."""

    reply: ReplyForm | None = None
    doubt: DoubtForm | None = None
    rate: RateForm | None = None


def show_request(
    ticket: Ticket, door: Door, refused: Refused | None = None, *, status: int = 200
) -> Response:
    """Show a request with its conversation and all that can be done about it."""
    refused = refused or Refused()
    survey = survey_to_answer(ticket.id, now=utc_now()) if door.is_own else None
    response = page(
        "help/request.html",
        status=status,
        ticket=ticket,
        door=door,
        thread=public_thread(ticket),
        promises=promises_shown_to_customer(ticket.id),
        form=refused.reply or ReplyForm(formdata=None),
        outage=question_of(ticket.id),
        doubt_form=refused.doubt or DoubtForm(formdata=None),
        survey=survey,
        rate_form=refused.rate or (new_rate_form(survey) if survey else None),
        score_labels=SCORE_LABELS,
        message_html=render_message,
        plain_html=render_plain_text,
        max_bytes=current_app.extensions["settings"].max_upload_mb * 1024 * 1024,
    )
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "private, no-store"
    return response


def take_reply(ticket: Ticket, door: Door) -> Message | Response:
    """Add a message; on a closed request it becomes a new one.

    :returns: the message, or the page with what was wrong.
    """
    form = ReplyForm()
    try:
        if not form.validate():
            raise Invalid(fields=form.errors)
        files = keep_uploads(form.files.data, owner=door.owner)
        return _write(ticket, door, body=form.body.data, files=files)
    except PortalError as error:
        if error.status not in (413, 422):
            raise
        show_errors(form, error)
        return show_request(ticket, door, Refused(reply=form), status=error.status)


def take_doubt(ticket: Ticket, door: Door) -> Message | Response:
    """Take what is still missing, which opens the request again.

    :returns: the message, or the page with what was wrong.
    """
    form = DoubtForm()
    try:
        message = _write(ticket, door, body=form.body.data or "")
    except Invalid as error:
        show_errors(form, error)
        return show_request(ticket, door, Refused(doubt=form), status=error.status)
    give_verdict(ticket, Verdict.NOT_YET, actor=door.actor, now=utc_now())
    return message


def take_agreement(ticket: Ticket, door: Door) -> None:
    """Note that it is solved; only its requester can say so.

    :raises NotFound: it is a colleague's.
    """
    if not door.is_own:
        raise NotFound
    confirm_solved(ticket, actor=door.actor, now=utc_now())


def take_rating(ticket: Ticket, door: Door) -> Response | None:
    """Take how satisfied the requester is.

    :returns: the page with what was wrong, or None.
    :raises QuestionOver: nothing is asked, or nothing any more.
    """
    survey = survey_to_answer(ticket.id, now=utc_now()) if door.is_own else None
    if survey is None:
        raise QuestionOver
    form = RateForm()
    try:
        take_form(survey, form, channel=AnsweredIn.HELP, actor=door.actor)
    except Invalid as error:
        refused = Refused(rate=form_again(survey, form, error))
        return show_request(ticket, door, refused, status=error.status)
    return None


def send_file(ticket: Ticket, key: str) -> Response:
    """Give out a file of a public message of a request."""
    attachment = attachment_by_key(key)
    shown = {message.id for message in public_thread(ticket)}
    if attachment is None or attachment.message_id not in shown:
        abort(404)
    return serve_file(attachment, files_dir=current_app.extensions["settings"].files_dir)


def _write(ticket: Ticket, door: Door, *, body: str, files: list[str] | None = None) -> Message:
    return add_customer_message(
        ticket,
        body=body,
        actor=door.actor,
        now=utc_now(),
        attachment_keys=files or [],
        attachment_owner=door.owner,
        author_name=door.name,
    )
