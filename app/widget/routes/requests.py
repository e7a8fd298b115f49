"""Asking, one's own requests, and answers to them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Response, jsonify, make_response, render_template, request
from flask_babel import get_locale
from markupsafe import Markup

from app.clock import utc_now
from app.customers.models import PersonSession
from app.customers.services.sessions import actor_of, touch_session
from app.deflection.models import person_key
from app.deflection.queries.sessions import current_session
from app.errors import Invalid
from app.knowledge.markdown import render_message, render_plain_text
from app.promises.queries import promises_shown_to_customer
from app.texts import Sentence
from app.tickets.models import Channel, Message, Ticket
from app.tickets.queries.own import customer_tickets, public_thread
from app.tickets.queries.visibility import ticket_visible_to_person
from app.tickets.services.idempotency import answer_once
from app.tickets.services.opening import open_ticket
from app.tickets.services.replies import add_customer_message
from app.tickets.services.seen import mark_seen
from app.web.transactions import after_response_write
from app.widget.access import (
    client_address,
    current_person,
    current_site,
    needed_person,
    scope_of,
    settings,
    widget,
)
from app.widget.blueprint import blueprint
from app.widget.limits import limit_new_tickets, limit_writes
from app.widget.routes.files import file_links
from app.widget.routes.outcome import is_own_request, outcome_context
from app.widget.routes.people import json_body
from app.widget.signing import form_age_fits, form_token

#: Bytes of context that a ticket may carry; it is a help for staff, not a data store.
LARGEST_CONTEXT = 6_000
MOST_FIELDS = 30


class FormRefused(Invalid):
    """A form came too fast or too late; the person keeps their text and sends again."""

    code = "form_refused"
    user_message = Sentence("Please press Send once more.")


@blueprint.get("/w/<site_key>/ask")
@widget
def ask() -> str:
    """Draw the form."""
    person = current_person()
    return render_template(
        "widget/_ask.html",
        customer=person.customer if person else None,
        rendered=form_token(current_site().key, secret_key=settings().secret_key),
    )


@blueprint.post("/w/<site_key>/tickets")
@widget
def create() -> tuple[Response, int]:
    """Accept a ticket, once for each key."""
    body, person, now = json_body(), needed_person(), utc_now()
    site, secret_key = current_site(), settings().secret_key
    limit_writes(site, person, address=client_address(), secret_key=secret_key, now=now)
    rendered = str(body.get("rendered", ""))
    if body.get("website") or not form_age_fits(
        rendered, site.key, secret_key=secret_key, now=now.timestamp()
    ):
        raise FormRefused(
            fields={"rendered": [form_token(current_site().key, secret_key=secret_key)]}
        )
    fields = _texts(body, "subject", "body", "name", "email")
    if person.customer_id is None and not fields["email"].strip():
        raise Invalid(fields={"email": [Sentence("Please give an address for the answer.")]})
    touch_session(person, now=now)
    locale = get_locale()

    def make() -> dict[str, Any]:
        if person.customer_id is None:
            limit_new_tickets(fields["email"], secret_key=secret_key, now=now)
        session = current_session(
            session_key=str(body.get("session", "")),
            person_key=person_key(customer_id=person.customer_id, visitor_id=person.visitor_id),
            now=now,
        )
        known = person.customer_id is not None
        ticket = open_ticket(
            subject=fields["subject"],
            body=fields["body"],
            channel=Channel.WIDGET,
            actor=actor_of(person),
            now=now,
            site_id=site.id,
            customer_id=person.customer_id,
            visitor_id=person.visitor_id,
            requester_name="" if known else fields["name"],
            requester_email="" if known else fields["email"],
            context=_context(body.get("context"), person),
            locale=locale.language if locale else "",
            help_session_id=session.id if session else None,
            attachment_keys=_keys(body),
            attachment_owner=f"session:{person.id}",
        )
        return {"number": ticket.number}

    payload = {**fields, "attachments": list(_keys(body)), "context": body.get("context")}
    answer = answer_once(
        scope=f"session:{person.id}",
        key=_idempotency_key(body),
        request_payload=payload,
        make=make,
        now=now,
    )
    email = "" if person.customer_id is not None else fields["email"]
    html = render_template("widget/_confirmation.html", number=answer["number"], email=email)
    return jsonify(number=answer["number"], html=html), 201


def _texts(body: dict[str, Any], *names: str) -> dict[str, str]:
    values = {name: body.get(name) or "" for name in names}
    wrong = {
        name: ["This must be text."] for name, value in values.items() if type(value) is not str
    }
    if wrong:
        raise Invalid(fields=wrong)
    return values


def _keys(body: dict[str, Any]) -> Sequence[str]:
    keys = body.get("attachments")
    return [str(key) for key in keys[:10]] if isinstance(keys, list) else ()


def _idempotency_key(body: dict[str, Any]) -> str:
    key = body.get("key")
    if not isinstance(key, str) or not 16 <= len(key) <= 64:
        raise Invalid("The request has no key.")
    return key


def _context(given: object, person: PersonSession) -> dict[str, Any]:
    """Return what the person agreed to send along, as texts, and unsigned claims as such."""
    context: dict[str, Any] = {}
    if isinstance(given, dict):
        size = 0
        for name, value in list(given.items())[:MOST_FIELDS]:
            text = str(value).replace("\x00", "")[:1000]
            size += len(text) + len(name)
            if size <= LARGEST_CONTEXT:
                context[str(name)[:60]] = text
    if person.claimed:
        context["claimed"] = dict(person.claimed)
    return context


@blueprint.get("/w/<site_key>/requests")
@widget
def index() -> str:
    """List the caller's requests."""
    person = current_person()
    own = customer_tickets(**scope_of(person)) if person else []
    return render_template("widget/_requests.html", tickets=own)


@blueprint.get("/w/<site_key>/requests/<int:number>")
@widget
def show(number: int) -> str:
    """Show one request with its conversation and a reply box."""
    person = needed_person()
    ticket = ticket_visible_to_person(number, **scope_of(person))
    messages = public_thread(ticket)
    _note_seen(ticket, person)
    return render_template(
        "widget/_thread.html",
        ticket=ticket,
        messages=messages,
        promises=promises_shown_to_customer(ticket.id),
        **outcome_context(ticket, person),
        links=_links(messages, person),
        message_html=message_html,
    )


@blueprint.get("/w/<site_key>/requests/<int:number>/messages")
@widget
def newer(number: int) -> Response:
    """Return the messages after one, or nothing; the panel asks while the thread is open."""
    person = needed_person()
    ticket = ticket_visible_to_person(number, **scope_of(person))
    after = request.args.get("after", 0, type=int)
    messages = [message for message in public_thread(ticket) if message.id > after]
    if not messages:
        return Response(status=204)
    _note_seen(ticket, person)
    return make_response(
        render_template(
            "widget/_messages.html",
            ticket=ticket,
            own=is_own_request(ticket, person),
            messages=messages,
            links=_links(messages, person),
            message_html=message_html,
        )
    )


def _note_seen(ticket: Ticket, person: PersonSession) -> None:
    """Note that the requester has the thread before them; a colleague's look changes nothing."""
    if is_own_request(ticket, person):
        ticket_id, now = ticket.id, utc_now()
        after_response_write(lambda: mark_seen(ticket_id, now=now))


def message_html(message: Message) -> Markup:
    """Render a message: staff write Markdown, customers plain text."""
    render = render_plain_text if message.staff_id is None else render_message
    return render(message.body)


def _colleague_name(ticket: Ticket, person: PersonSession) -> str:
    """Return the name of whoever writes on a colleague's request; empty for the requester."""
    if is_own_request(ticket, person) or person.customer is None:
        return ""
    return person.customer.display_name


def _links(messages: Sequence[Message], person: PersonSession) -> dict[str, str]:
    keys = [file.key for message in messages for file in message.attachments]
    return file_links(keys, person)


@blueprint.post("/w/<site_key>/requests/<int:number>/messages")
@widget
def reply(number: int) -> tuple[Response, int]:
    """Add what the person writes to their request, once for each key."""
    body, person, now = json_body(), needed_person(), utc_now()
    limit_writes(
        current_site(), person, address=client_address(), secret_key=settings().secret_key, now=now
    )
    ticket = ticket_visible_to_person(number, **scope_of(person))
    fields = _texts(body, "body")
    touch_session(person, now=now)

    def make() -> dict[str, Any]:
        message = add_customer_message(
            ticket,
            body=fields["body"],
            actor=actor_of(person),
            now=now,
            attachment_keys=_keys(body),
            attachment_owner=f"session:{person.id}",
            author_name=_colleague_name(ticket, person),
        )
        return {"number": number, "follow_up": message.ticket_id != ticket.id}

    answer = answer_once(
        scope=f"session:{person.id}",
        key=_idempotency_key(body),
        request_payload={**fields, "number": number, "attachments": list(_keys(body))},
        make=make,
        now=now,
    )
    return jsonify(answer), 201
