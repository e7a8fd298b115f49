"""All of one's requests, and each of them, for whoever is signed in."""

from __future__ import annotations

from dataclasses import asdict

from flask import Response

from app.clock import utc_now
from app.customers.services.sessions import actor_of, note_use
from app.help.access import current_reader, needed_reader, reader_only, scope_of
from app.help.forms import SignInForm
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
from app.tickets.queries.own import customer_tickets, is_own
from app.tickets.queries.visibility import ticket_visible_to_person
from app.tickets.services.seen import mark_seen
from app.web.access import public
from app.web.responses import page, see_other
from app.web.transactions import after_response_write

ENDPOINTS = {
    "show": "help.my_request",
    "reply": "help.my_reply",
    "doubt": "help.my_doubt",
    "agree": "help.my_agreement",
    "rate": "help.my_rating",
    "file": "help.my_file",
}
MOST = 200


@blueprint.get("/help/my-requests")
@public
def my_requests() -> Response:
    """List the requests of who is signed in, or offer to sign in."""
    reader = current_reader()
    if reader is None:
        return page("help/sign_in.html", form=SignInForm(formdata=None), sent_to="")
    scope = scope_of(reader)
    response = page(
        "help/my_requests.html",
        address=reader.address,
        tickets=customer_tickets(**asdict(scope), limit=MOST),
        account=reader.customer.account if reader.customer and scope.account_id else None,
    )
    response.headers["Cache-Control"] = "private, no-store"
    return response


@blueprint.get("/help/my-requests/<int:number>")
@reader_only
def my_request(number: int) -> Response:
    """Show one of them."""
    ticket, door = _open(number)
    response = show_request(ticket, door)
    ticket_id, is_seen, session_id = ticket.id, door.is_own, needed_reader().id
    now = utc_now()

    def note() -> None:
        note_use(session_id, now=now)
        if is_seen:
            mark_seen(ticket_id, now=now)

    after_response_write(note)
    return response


@blueprint.post("/help/my-requests/<int:number>")
@reader_only
def my_reply(number: int) -> Response:
    """Add a message; on a closed one it becomes a new request."""
    return _after_writing(take_reply(*_open(number)))


@blueprint.post("/help/my-requests/<int:number>/not-yet")
@reader_only
def my_doubt(number: int) -> Response:
    """Take what is still missing; the request is open again."""
    return _after_writing(take_doubt(*_open(number)))


@blueprint.post("/help/my-requests/<int:number>/solved")
@reader_only
def my_agreement(number: int) -> Response:
    """Note that it is solved for the requester."""
    take_agreement(*_open(number))
    return see_other("help.my_request", number=number, _anchor="outcome")


@blueprint.post("/help/my-requests/<int:number>/rating")
@reader_only
def my_rating(number: int) -> Response:
    """Take the answer how satisfied the requester is."""
    refused = take_rating(*_open(number))
    return refused or see_other("help.my_request", number=number, _anchor="rating")


@blueprint.get("/help/my-requests/<int:number>/files/<key>")
@reader_only
def my_file(number: int, key: str) -> Response:
    """Give out a file of a public message of the request."""
    ticket, _door = _open(number)
    return send_file(ticket, key)


def _open(number: int) -> tuple[Ticket, Door]:
    reader = needed_reader()
    scope = scope_of(reader)
    ticket = ticket_visible_to_person(number, **asdict(scope))
    own = is_own(ticket, customer_id=scope.customer_id, visitor_id=None, address=scope.address)
    name = reader.customer.display_name if reader.customer else reader.address
    return ticket, Door(
        ENDPOINTS,
        {"number": number},
        actor=actor_of(reader),
        owner=f"session:{reader.id}",
        is_own=own,
        name="" if own else name,
        is_signed_in=True,
    )


def _after_writing(written: Message | Response) -> Response:
    if isinstance(written, Response):
        return written
    number = ticket_by_id(written.ticket_id).number
    return see_other("help.my_request", number=number, _anchor=f"message-{written.id}")
