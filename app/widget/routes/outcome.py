"""What a person says of how their request went."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, render_template

from app.clock import utc_now
from app.customers.models import PersonSession
from app.customers.services.sessions import actor_of, touch_session
from app.escalations.models import Verdict
from app.escalations.queries.told import question_of
from app.escalations.services.asking import give_verdict
from app.satisfaction.errors import QuestionOver
from app.satisfaction.forms import SCORE_LABELS
from app.satisfaction.models import AnsweredIn
from app.satisfaction.pages import page_code
from app.satisfaction.queries import survey_to_answer
from app.tickets.models import Ticket
from app.tickets.queries.own import is_own
from app.tickets.queries.visibility import ticket_visible_to_person
from app.tickets.services.confirming import confirm_solved
from app.tickets.services.rating import Answer, take_answer
from app.widget.access import (
    client_address,
    current_site,
    needed_person,
    own_scope_of,
    settings,
    widget,
)
from app.widget.blueprint import blueprint
from app.widget.limits import limit_writes
from app.widget.routes.people import json_body


@blueprint.post("/w/<site_key>/requests/<int:number>/rating")
@widget
def rate(number: int) -> Response:
    """Take the answer how satisfied somebody is with our help."""
    body, person, now = json_body(), needed_person(), utc_now()
    secret_key = settings().secret_key
    limit_writes(current_site(), person, address=client_address(), secret_key=secret_key, now=now)
    ticket = _own_ticket(number, person)
    survey = survey_to_answer(ticket.id, now=now)
    if survey is None:
        raise QuestionOver
    score = str(body.get("score", ""))
    take_answer(
        survey,
        Answer(
            score=int(score) if score in {str(known) for known in SCORE_LABELS} else None,
            comment=str(body.get("comment", "")),
            page=str(body.get("page", "")),
            trap=str(body.get("website", "")),
        ),
        channel=AnsweredIn.WIDGET,
        actor=actor_of(person),
        secret_key=secret_key,
        now=now,
    )
    touch_session(person, now=now)
    return _drawn(ticket, person)


@blueprint.post("/w/<site_key>/requests/<int:number>/solved")
@widget
def agree(number: int) -> Response:
    """Note that it is solved for the person; one that was not is by this."""
    json_body()
    person, now = needed_person(), utc_now()
    secret_key = settings().secret_key
    limit_writes(current_site(), person, address=client_address(), secret_key=secret_key, now=now)
    ticket = _own_ticket(number, person)
    confirm_solved(ticket, actor=actor_of(person), now=now)
    touch_session(person, now=now)
    return _drawn(ticket, person)


@blueprint.post("/w/<site_key>/requests/<int:number>/not-yet")
@widget
def doubt(number: int) -> Response:
    """Note that an outage is not over for the person; their words may follow."""
    json_body()
    person, now = needed_person(), utc_now()
    secret_key = settings().secret_key
    limit_writes(current_site(), person, address=client_address(), secret_key=secret_key, now=now)
    ticket = ticket_visible_to_person(
        number, customer_id=person.customer_id, visitor_id=person.visitor_id
    )
    give_verdict(ticket, Verdict.NOT_YET, actor=actor_of(person), now=now)
    touch_session(person, now=now)
    return _drawn(ticket, person)


def _drawn(ticket: Ticket, person: PersonSession) -> Response:
    context = outcome_context(ticket, person)
    html = render_template("widget/_outcome.html", ticket=ticket, **context)
    return jsonify(html=html)


def is_own_request(ticket: Ticket, person: PersonSession) -> bool:
    """Say whether a request is the person's own, not a colleague's."""
    return is_own(ticket, **own_scope_of(person))


def _own_ticket(number: int, person: PersonSession) -> Ticket:
    """Return a request of the person: only they say how it went, whoever else may read it."""
    return ticket_visible_to_person(number, **own_scope_of(person))


def outcome_context(ticket: Ticket, person: PersonSession) -> dict[str, Any]:
    """Return what the person can say, or has said, of their request."""
    own = is_own_request(ticket, person)
    survey = survey_to_answer(ticket.id, now=utc_now()) if own else None
    code = page_code(survey.id, secret_key=settings().secret_key) if survey else ""
    return {
        "own": own,
        "outage": question_of(ticket.id),
        "survey": survey,
        "score_labels": SCORE_LABELS,
        "page_code": code,
    }
