"""What the panel reports: acts of a help session, votes on articles."""

from __future__ import annotations

from flask import Response, request

from app.clock import utc_now
from app.customers.services.sessions import actor_of, touch_session
from app.deflection.models import Surface, person_key
from app.deflection.queries.sessions import current_session
from app.deflection.services.recording import HelpSource, record_help_events
from app.deflection.vocabulary import KEY, parse_batch
from app.errors import Invalid
from app.events.actor import visitor_actor
from app.knowledge.services.feedback import give_feedback
from app.widget.access import client_address, current_person, current_site, settings, widget
from app.widget.blueprint import blueprint
from app.widget.limits import limit_writes
from app.widget.routes.people import json_body

LARGEST_BATCH = 64_000


@blueprint.post("/w/<site_key>/events")
@widget
def events() -> Response:
    """Take a batch of help events."""
    if (request.content_length or 0) > LARGEST_BATCH:
        raise Invalid("The batch is too large.")
    batch = parse_batch(request.get_json(silent=True))
    person, now = current_person(), utc_now()
    if person is not None:
        touch_session(person, now=now)
    record_help_events(
        HelpSource(
            session_key=batch.session_key,
            surface=Surface.WIDGET.value,
            user_agent=request.headers.get("User-Agent", ""),
            site_id=current_site().id,
            locale=batch.locale,
            visitor_id=person.visitor_id if person else None,
            customer_id=person.customer_id if person else None,
            had_input=batch.had_input,
        ),
        events=batch.events,
        settings=settings(),
        now=now,
    )
    return Response(status=204)


@blueprint.post("/w/<site_key>/feedback")
@widget
def feedback() -> Response:
    """Take a vote on the revision that was read."""
    body, person, now = json_body(), current_person(), utc_now()
    limit_writes(
        current_site(), person, address=client_address(), secret_key=settings().secret_key, now=now
    )
    key, revision_id = body.get("session"), body.get("revision_id")
    if not isinstance(key, str) or not KEY.fullmatch(key) or type(revision_id) is not int:
        raise Invalid("The vote names no revision or no session.")
    reasons = body.get("reasons")
    session = current_session(session_key=key, now=now)
    give_feedback(
        revision_id,
        helped=body.get("helped") is True,
        voter_key=person_key(
            customer_id=person.customer_id if person else None,
            visitor_id=person.visitor_id if person else None,
            session_key=key,
        ),
        actor=actor_of(person) if person else visitor_actor(),
        now=now,
        reasons=[str(reason) for reason in reasons] if isinstance(reasons, list) else (),
        comment=str(body.get("comment") or ""),
        help_session_id=session.id if session else None,
    )
    return Response(status=204)
