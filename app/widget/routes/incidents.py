"""Known incidents: saying that one has it too."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, render_template
from flask_babel import get_locale

from app.clock import utc_now
from app.customers.services.sessions import actor_of, touch_session
from app.errors import Invalid
from app.escalations.queries.incidents import KnownIncident, known_incident, known_incidents
from app.escalations.services.incidents import join_incident
from app.texts import Sentence
from app.tickets.services.texts import is_email
from app.web.locales import current_language
from app.widget.access import (
    client_address,
    current_person,
    current_site,
    needed_person,
    settings,
    widget,
)
from app.widget.blueprint import blueprint
from app.widget.limits import limit_new_tickets, limit_writes
from app.widget.routes.people import json_body


@blueprint.post("/w/<site_key>/incidents/<int:number>/me-too")
@widget
def me_too(number: int) -> Response:
    """Open a ticket of the person that hears of what happens; once, however often they press."""
    body, person, now = json_body(), needed_person(), utc_now()
    site, secret_key = current_site(), settings().secret_key
    limit_writes(site, person, address=client_address(), secret_key=secret_key, now=now)
    incident = known_incident(number, **_whose())
    email = str(body.get("email") or "").strip().lower()
    if person.customer_id is None:
        if not is_email(email):
            raise Invalid(Sentence("Please give an address for the answer."))
        limit_new_tickets(email, secret_key=secret_key, now=now)
    touch_session(person, now=now)
    locale = get_locale()
    ticket = join_incident(
        incident,
        actor=actor_of(person),
        language=locale.language if locale else "",
        now=now,
        site_id=site.id,
        customer_id=person.customer_id,
        visitor_id=person.visitor_id,
        email="" if person.customer_id is not None else email,
    )
    html = render_template("widget/_joined.html", number=ticket.number)
    return jsonify(html=html)


def incidents_here() -> list[KnownIncident]:
    """Return the notices for who is calling."""
    return known_incidents(**_whose())


def _whose() -> dict[str, Any]:
    person = current_person()
    customer = person.customer if person is not None else None
    return {
        "language": current_language(),
        "site_id": current_site().id,
        "account_id": None if customer is None else customer.account_id,
    }
