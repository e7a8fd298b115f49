"""Who is calling: starting a session, vouching for a customer, leaving."""

from __future__ import annotations

from typing import Any

from flask import Response, jsonify, request
from flask_babel import get_locale

from app.clock import utc_now
from app.customers.models import PersonSession
from app.customers.services.identity import (
    TokenReplayed,
    Vouched,
    sign_in_customer,
    use_token_once,
)
from app.customers.services.sessions import (
    claim_fields,
    end_session,
    open_visitor_session,
)
from app.errors import Invalid
from app.sites.tokens import TokenRefused, verify_token
from app.texts import Sentence
from app.tickets.queries.own import customer_tickets, unread_answers
from app.tickets.services.taking_over import take_over_tickets
from app.widget.access import (
    COOKIE,
    client_address,
    current_person,
    current_site,
    needed_person,
    own_scope_of,
    settings,
    widget,
)
from app.widget.blueprint import blueprint
from app.widget.limits import limit_refused_tokens, limit_writes
from app.widget.signing import claim_token, claimed_visitor


def json_body() -> dict[str, Any]:
    """Return the JSON object that was sent.

    :raises Invalid: the body is something else.
    """
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise Invalid("Send a JSON object.")
    return body


def set_person_cookie(response: Response, session: PersonSession, token: str) -> None:
    """Give a visitor the cookie that finds their requests again on this host site only."""
    response.set_cookie(
        COOKIE,
        token,
        expires=session.expires_at,
        path="/",
        secure=True,
        httponly=True,
        samesite="None",
        partitioned=True,
    )


@blueprint.get("/w/<site_key>/session")
@widget
def show_session() -> Response:
    """Say who the browser's session is, which tells the panel whether its cookie was kept."""
    person = current_person()
    if person is None:
        return jsonify(person=None, unread=0)
    kind = "customer" if person.customer_id is not None else "visitor"
    return jsonify(
        person=kind,
        unread=unread_answers(**own_scope_of(person)),
    )


@blueprint.post("/w/<site_key>/session")
@widget
def start_session() -> tuple[Response, int]:
    """Start an anonymous session: the first moment anything is kept about a person."""
    now = utc_now()
    limit_writes(
        current_site(), None, address=client_address(), secret_key=settings().secret_key, now=now
    )
    session, token = open_visitor_session(site_id=current_site().id, now=now)
    claims = json_body().get("claims")
    if isinstance(claims, dict):
        claim_fields(session, fields=claims)
    response = jsonify(token=token)
    set_person_cookie(response, session, token)
    return response, 201


@blueprint.post("/w/<site_key>/identity")
@widget
def identify() -> Response:
    """Exchange a signed token for a customer's session, or keep unsigned claims apart."""
    site, now, before = current_site(), utc_now(), current_person()
    body = json_body()
    if "token" not in body:
        return _claim(before, body.get("claims"))
    try:
        identity = verify_token(
            str(body["token"]), site=site, secret_key=settings().secret_key, now=now
        )
        use_token_once(site_id=site.id, token_id=identity.token_id, expires_at=identity.expires_at)
    except (TokenRefused, TokenReplayed):
        limit_refused_tokens(site, secret_key=settings().secret_key, now=now)
        raise
    if before is not None and before.customer_id is not None:
        end_session(before)  # a switch of person starts anew and inherits nothing
    locale = get_locale()
    session, token = sign_in_customer(
        Vouched(
            external_id=identity.subject,
            email=identity.email,
            email_verified=identity.email_verified,
            name=identity.name,
            org=identity.org,
            org_name=identity.org_name,
        ),
        site_id=site.id,
        key_id=identity.key_id,
        locale=locale.language if locale else "",
        now=now,
    )
    assert session.customer is not None
    assert session.customer_id is not None
    offer = None
    if before is not None and before.visitor_id is not None:
        earlier = customer_tickets(visitor_id=before.visitor_id)
        if earlier:
            key = settings().secret_key
            claim = claim_token(before.visitor_id, session.customer_id, secret_key=key)
            offer = {"count": len(earlier), "claim": claim}
    name = session.customer.display_name
    return jsonify(token=token, customer=session.customer_id, name=name, offer=offer)


def _claim(person: PersonSession | None, claims: object) -> Response:
    """Note what the host says without signing it, for as long as the session lives."""
    if person is not None and isinstance(claims, dict):
        claim_fields(person, fields=claims)
    return Response(status=204)


@blueprint.post("/w/<site_key>/taking-over")
@widget
def take_over() -> Response:
    """Give a customer the requests they wrote before signing in; they have confirmed it."""
    person = needed_person()
    if person.customer_id is None:
        raise Invalid("Only a signed-in customer can take requests over.")
    claim = str(json_body().get("claim", ""))
    visitor_id = claimed_visitor(claim, person.customer_id, secret_key=settings().secret_key)
    if visitor_id is None:
        raise Invalid(Sentence("This offer is not for you."))
    take_over_tickets(visitor_id=visitor_id, customer_id=person.customer_id)
    return Response(status=204)


@blueprint.post("/w/<site_key>/logout")
@widget
def log_out() -> Response:
    """End the session and forget everything of it in the browser."""
    person = current_person()
    if person is not None:
        end_session(person)
    response = Response(status=204)
    response.delete_cookie(
        COOKIE, path="/", secure=True, httponly=True, samesite="None", partitioned=True
    )
    response.headers["Clear-Site-Data"] = '"storage"'
    return response
