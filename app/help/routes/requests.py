"""One's own request, opened by a link that was mailed or shown after sending."""

from __future__ import annotations

from flask import Response

from app.clock import utc_now
from app.events.actor import visitor_actor
from app.help.one_request import (
    Door,
    send_file,
    show_request,
    take_agreement,
    take_doubt,
    take_rating,
    take_reply,
)
from app.help.queries import ticket_by_id
from app.help.routes.blueprint import blueprint
from app.tickets.models import Message, Ticket
from app.tickets.services.links import create_request_link, hash_link, ticket_of_link
from app.tickets.services.seen import mark_seen
from app.web.access import public
from app.web.responses import see_other
from app.web.transactions import after_response_write

ENDPOINTS = {
    "show": "help.own_request",
    "reply": "help.reply",
    "doubt": "help.doubt_request",
    "agree": "help.agree_request",
    "rate": "help.rate_request",
    "file": "help.request_file",
}


@blueprint.get("/help/requests/<token>")
@public
def own_request(token: str) -> Response:
    """Show a request to whoever holds its link."""
    ticket, door = _open(token)
    response = show_request(ticket, door)
    ticket_id, now = ticket.id, utc_now()
    after_response_write(lambda: mark_seen(ticket_id, now=now))
    return response


@blueprint.post("/help/requests/<token>")
@public
def reply(token: str) -> Response:
    """Add a message to a request; on a closed one it becomes a new request."""
    ticket, door = _open(token)
    return _after_writing(token, ticket, take_reply(ticket, door))


@blueprint.post("/help/requests/<token>/not-yet")
@public
def doubt_request(token: str) -> Response:
    """Take what is still missing; the request is open again."""
    ticket, door = _open(token)
    return _after_writing(token, ticket, take_doubt(ticket, door))


@blueprint.post("/help/requests/<token>/solved")
@public
def agree_request(token: str) -> Response:
    """Note that it is solved for the requester."""
    take_agreement(*_open(token))
    return see_other("help.own_request", token=token, _anchor="outcome")


@blueprint.post("/help/requests/<token>/rating")
@public
def rate_request(token: str) -> Response:
    """Take the answer how satisfied the requester is."""
    refused = take_rating(*_open(token))
    return refused or see_other("help.own_request", token=token, _anchor="rating")


@blueprint.get("/help/requests/<token>/files/<key>")
@public
def request_file(token: str, key: str) -> Response:
    """Give out a file of a public message of the request."""
    ticket, _door = _open(token)
    return send_file(ticket, key)


def _open(token: str) -> tuple[Ticket, Door]:
    ticket = ticket_of_link(token, now=utc_now())
    # The holder of the link, whatever browser they use.
    owner = f"request:{hash_link(token)[:32]}"
    actor = visitor_actor(ticket.visitor_id)
    return ticket, Door(ENDPOINTS, {"token": token}, actor=actor, owner=owner)


def _after_writing(token: str, ticket: Ticket, written: Message | Response) -> Response:
    if isinstance(written, Response):
        return written
    if written.ticket_id != ticket.id:
        token = create_request_link(ticket_by_id(written.ticket_id), now=utc_now())
    return see_other("help.own_request", token=token, _anchor=f"message-{written.id}")
