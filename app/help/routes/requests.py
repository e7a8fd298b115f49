"""One's own request, opened by a link that was mailed or shown after sending."""

from __future__ import annotations

from flask import Response, abort, current_app

from app.clock import utc_now
from app.errors import Invalid, PortalError
from app.events.actor import visitor_actor
from app.files.queries import attachment_by_key
from app.files.serving import serve_file
from app.help.forms import ReplyForm
from app.help.queries import ticket_by_id
from app.help.rating import form_again, new_rate_form, take_form
from app.help.routes.blueprint import blueprint
from app.help.uploads import keep_uploads, show_errors
from app.knowledge.markdown import render_message, render_plain_text
from app.promises.queries import promises_shown_to_customer
from app.satisfaction.errors import QuestionOver
from app.satisfaction.forms import SCORE_LABELS, RateForm
from app.satisfaction.models import AnsweredIn
from app.satisfaction.queries import survey_to_answer
from app.tickets.models import Message, Ticket
from app.tickets.queries.own import public_thread
from app.tickets.services.links import create_request_link, hash_link, ticket_of_link
from app.tickets.services.replies import add_customer_message
from app.tickets.services.seen import mark_seen
from app.web.access import public
from app.web.responses import page, see_other
from app.web.transactions import after_response_write


@blueprint.get("/help/requests/<token>")
@public
def own_request(token: str) -> Response:
    """Show a request to whoever holds its link."""
    ticket = ticket_of_link(token, now=utc_now())
    response = _show(ticket, token, ReplyForm())
    ticket_id, now = ticket.id, utc_now()
    after_response_write(lambda: mark_seen(ticket_id, now=now))
    return response


@blueprint.post("/help/requests/<token>")
@public
def reply(token: str) -> Response:
    """Add a message to a request; on a closed one it becomes a new request."""
    now = utc_now()
    ticket = ticket_of_link(token, now=now)
    form = ReplyForm()
    try:
        message = _add_message(ticket, token, form)
    except PortalError as error:
        if error.status not in (413, 422):
            raise
        show_errors(form, error)
        return _show(ticket, token, form, status=error.status)
    if message.ticket_id != ticket.id:
        token = create_request_link(ticket_by_id(message.ticket_id), now=now)
    return see_other("help.own_request", token=token, _anchor=f"message-{message.id}")


def _add_message(ticket: Ticket, token: str, form: ReplyForm) -> Message:
    if not form.validate():
        raise Invalid(fields=form.errors)
    # The holder of the link, whatever browser they use.
    owner = f"request:{hash_link(token)[:32]}"
    return add_customer_message(
        ticket,
        body=form.body.data,
        actor=visitor_actor(ticket.visitor_id),
        now=utc_now(),
        attachment_keys=keep_uploads(form.files.data, owner=owner),
        attachment_owner=owner,
    )


@blueprint.post("/help/requests/<token>/rating")
@public
def rate_request(token: str) -> Response:
    """Take the answer how satisfied the requester is."""
    now = utc_now()
    ticket = ticket_of_link(token, now=now)
    survey = survey_to_answer(ticket.id, now=now)
    if survey is None:
        raise QuestionOver
    form, actor = RateForm(), visitor_actor(ticket.visitor_id)
    try:
        take_form(survey, form, channel=AnsweredIn.HELP, actor=actor)
    except Invalid as error:
        form = form_again(survey, form, error)
        return _show(ticket, token, ReplyForm(formdata=None), rate_form=form, status=error.status)
    return see_other("help.own_request", token=token, _anchor="rating")


@blueprint.get("/help/requests/<token>/files/<key>")
@public
def request_file(token: str, key: str) -> Response:
    """Give out a file of a public message of the request."""
    ticket = ticket_of_link(token, now=utc_now())
    attachment = attachment_by_key(key)
    shown = {message.id for message in public_thread(ticket)}
    if attachment is None or attachment.message_id not in shown:
        abort(404)
    return serve_file(attachment, files_dir=current_app.extensions["settings"].files_dir)


def _show(
    ticket: Ticket,
    token: str,
    form: ReplyForm,
    *,
    rate_form: RateForm | None = None,
    status: int = 200,
) -> Response:
    survey = survey_to_answer(ticket.id, now=utc_now())
    response = page(
        "help/request.html",
        status=status,
        ticket=ticket,
        token=token,
        thread=public_thread(ticket),
        promises=promises_shown_to_customer(ticket.id),
        form=form,
        survey=survey,
        rate_form=rate_form or (new_rate_form(survey) if survey else None),
        score_labels=SCORE_LABELS,
        message_html=render_message,
        plain_html=render_plain_text,
        max_bytes=current_app.extensions["settings"].max_upload_mb * 1024 * 1024,
    )
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "private, no-store"
    return response
