"""The JSON API: open a ticket, search articles."""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, Response, jsonify, request

from app.api.access import bearer, public_or_bearer, required_token, search_audiences
from app.api.body import Text, json_fields
from app.clock import utc_now
from app.customers.services.records import find_or_create_customer
from app.errors import Invalid
from app.events.actor import Actor, ActorKind
from app.knowledge.services.finding import ArticleHit, find_articles
from app.staff.services.tokens import TICKETS_WRITE
from app.tickets.models import Channel, Priority
from app.tickets.services.idempotency import KEY_MAX, answer_once
from app.tickets.services.opening import open_ticket
from app.tickets.services.texts import BODY_MAX, EMAIL_MAX, NAME_MAX, SUBJECT_MAX, is_email
from app.web.settings import current_settings

blueprint = Blueprint("api", __name__, url_prefix="/api/v1")

TICKET_FIELDS = {
    "subject": Text(SUBJECT_MAX, required=True),
    "body": Text(BODY_MAX, required=True),
    "email": Text(EMAIL_MAX, required=True),
    "name": Text(NAME_MAX),
    "priority": Text(20, choices=tuple(Priority)),
}
#: Printable ASCII. The draft writes it as a quoted string; the quotes are not part of the key.
IDEMPOTENCY_KEY = re.compile(rf"[\x21-\x7e]{{1,{KEY_MAX}}}")
MOST_RESULTS = 50
QUERY_MAX = 400


class MissingKey(Invalid):
    """Without a key a repeat could not be told from a second ticket."""

    status = 400
    code = "idempotency_key_missing"
    user_message = (
        f"Send one Idempotency-Key header of 1 to {KEY_MAX} printable characters, "
        "new for each ticket and the same when you repeat a request."
    )


@blueprint.post("/tickets")
@bearer(TICKETS_WRITE)
def create_ticket() -> tuple[Response, int]:
    """Open a ticket, once for each Idempotency-Key."""
    key = _idempotency_key()
    fields = json_fields(TICKET_FIELDS)
    if not is_email(fields["email"].strip()):
        raise Invalid(fields={"email": ["This is not a mail address."]})
    answer = answer_once(
        scope=f"token:{required_token().id}",
        key=key,
        request_payload=dict(fields),
        make=lambda: _open(fields),
        now=utc_now(),
    )
    return jsonify(answer), 201


def _open(fields: dict[str, str]) -> dict[str, Any]:
    actor, now = Actor(ActorKind.API, required_token().id), utc_now()
    email, name = fields["email"].strip(), fields.get("name", "")
    customer = find_or_create_customer(email=email, name=name, source="api", actor=actor, now=now)
    ticket = open_ticket(
        subject=fields["subject"],
        body=fields["body"],
        channel=Channel.API,
        customer_id=customer.id,
        requester_name=name,
        requester_email=email,
        requester_verified=True,  # whoever holds the token vouches for the address
        priority=fields.get("priority", Priority.NORMAL),
        actor=actor,
        now=now,
    )
    base_url = current_settings().base_url
    return {
        "number": ticket.number,
        "status": str(ticket.state),
        "url": f"{base_url}/portal/tickets/{ticket.number}",
    }


def _idempotency_key() -> str:
    """Return the key of the request.

    :raises Invalid: it is missing or not one printable text.
    """
    sent = request.headers.getlist("Idempotency-Key")
    key = sent[0].strip() if len(sent) == 1 else ""
    if len(key) >= 2 and key[0] == key[-1] == '"':
        key = key[1:-1]
    if not IDEMPOTENCY_KEY.fullmatch(key):
        raise MissingKey
    return key


@blueprint.get("/search")
@public_or_bearer
def search() -> Response:
    """Search articles: the public ones, unless a token says more."""
    query = request.args.get("q", "")[:QUERY_MAX]
    found = find_articles(query, audiences=search_audiences(), limit=_limit())
    base_url = current_settings().base_url
    response = jsonify(
        {
            "query": query,
            "took_ms": round(found.took_ms, 2),
            "total": found.total,
            "results": [_result(hit, base_url) for hit in found.items],
            "did_you_mean": found.did_you_mean,
        }
    )
    # Nothing here depends on who asks but on the token, which other pages' scripts do not have.
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def _limit() -> int:
    """Return how many results are wanted.

    :raises Invalid: it is no number from 1 to 50.
    """
    raw = request.args.get("limit", "10")
    if raw.isascii() and raw.isdecimal() and len(raw) < 4 and 1 <= int(raw) <= MOST_RESULTS:
        return int(raw)
    raise Invalid(fields={"limit": [f"This must be a whole number from 1 to {MOST_RESULTS}."]})


def _result(hit: ArticleHit, base_url: str) -> dict[str, Any]:
    return {
        "id": hit.article_id,
        "external_id": hit.external_id,
        "slug": hit.slug,
        "title": hit.title,
        "snippet": hit.snippet,
        "url": f"{base_url}/help/articles/{hit.slug}",
        "score": round(hit.score, 4),
    }
