"""Writing to us, past the answers that may be there already."""

from __future__ import annotations

import secrets
from typing import Any

from flask import Response, current_app, request, url_for
from flask_babel import get_locale

from app.clock import utc_now
from app.deflection.services.recording import HelpSource, record_help_events
from app.deflection.vocabulary import ClientEvent, Kind
from app.errors import Invalid, PortalError
from app.escalations.queries.incidents import KnownIncident, known_incidents
from app.escalations.services.incidents import link_asked
from app.events.actor import visitor_actor
from app.help.forms import AskForm
from app.help.queries import ticket_by_id
from app.help.recording import event_id, record_after, search_events
from app.help.routes.blueprint import blueprint
from app.help.uploads import keep_uploads, show_errors
from app.help.viewer import audiences, help_source, remember_session, session_key
from app.knowledge.models import Article
from app.knowledge.queries import readable_article
from app.knowledge.services import FoundArticles, find_articles
from app.limits.services import hit, limit_key
from app.texts import Sentence
from app.tickets.errors import KeyReused
from app.tickets.models import Channel, Ticket
from app.tickets.services.idempotency import answer_once
from app.tickets.services.links import create_request_link
from app.tickets.services.opening import open_ticket
from app.web.access import public
from app.web.locales import current_language
from app.web.responses import page, see_other

SUGGESTED = 3

#: Source: reliability design, limits for writes of anonymous people.
REQUESTS_AN_HOUR_BY_ADDRESS = 30
REQUESTS_AN_HOUR_FOR_MAIL = 3


@blueprint.get("/help/ask")
@public
def ask() -> Response:
    """Ask what it is about, then show what is known about it, with the form below."""
    form = AskForm(request.args)
    form.key.data = secrets.token_urlsafe(16)
    subject = " ".join((form.subject.data or "").split())
    found, context = _found(subject), _context(form)
    response = page("help/ask.html", form=form, subject=subject, found=found, **context)
    events = [ClientEvent(event_id=event_id(), kind=Kind.FORM_OPENED)]
    if subject and found.items:
        events += search_events(found, event_id())
        events.append(
            ClientEvent(
                event_id=event_id(),
                kind=Kind.SUGGESTION_ELIGIBLE,
                n_results=found.total,
            )
        )
        events.append(
            ClientEvent(
                event_id=event_id(),
                kind=Kind.SUGGESTION_SHOWN,
                data={"article_ids": [hit.article_id for hit in found.items]},
            )
        )
    return record_after(response, events)


@blueprint.post("/help/ask")
@public
def send() -> Response:
    """Accept a request and show it; sending the same form twice makes one ticket."""
    form = AskForm()
    key = session_key()
    try:
        token = _accept(form, help_source(key))
    except PortalError as error:
        if error.status not in (413, 422, 429):
            raise
        return _form_again(form, error)
    return remember_session(see_other("help.own_request", token=token), key)


def _accept(form: AskForm, source: HelpSource) -> str:
    """Open the ticket once and return the token of a link to it."""
    if form.website.data:
        raise Invalid(Sentence("This could not be sent."))
    if not form.validate():
        raise Invalid(fields=form.errors)
    settings = current_app.extensions["settings"]
    now = utc_now()
    email = form.email.data.strip().lower()
    # An address is typed, not proved: this keeps it from being filled with our mails.
    _limit("help-ask-ip", request.remote_addr or "", REQUESTS_AN_HOUR_BY_ADDRESS)
    _limit("help-ask-mail", email, REQUESTS_AN_HOUR_FOR_MAIL)
    visit = record_help_events(source, events=[], settings=settings, now=now)
    owner = f"session:{source.session_key}"

    def make() -> dict[str, Any]:
        ticket = _open(form, email=email, owner=owner, visit_id=visit.id)
        return {"ticket_id": ticket.id}

    answer = answer_once(
        scope=f"help:{source.session_key}",
        key=form.key.data or secrets.token_urlsafe(16),
        request_payload={
            "subject": form.subject.data,
            "body": form.body.data,
            "email": email,
            "name": form.name.data,
        },
        make=make,
        now=now,
    )
    return create_request_link(ticket_by_id(answer["ticket_id"]), now=now)


def _open(form: AskForm, *, email: str, owner: str, visit_id: int) -> Ticket:
    now = utc_now()
    locale = get_locale()
    article = _article(form.article.data)
    incident = _incident(form.incident.data)
    ticket = open_ticket(
        subject=form.subject.data,
        body=form.body.data,
        channel=Channel.HELP,
        actor=visitor_actor(),
        now=now,
        requester_name=form.name.data,
        requester_email=email,
        context={"article": url_for("help.article", slug=article.slug)} if article else {},
        locale=locale.language if locale else "",
        help_session_id=visit_id,
        attachment_keys=keep_uploads(form.files.data, owner=owner),
        attachment_owner=owner,
    )
    if incident is not None:
        link_asked(incident.number, ticket, now=now)
    return ticket


def _form_again(form: AskForm, error: PortalError) -> Response:
    """Show the form with what was typed and what is wrong with it."""
    show_errors(form, error)
    if isinstance(error, KeyReused) or not form.key.data:
        # Sent before and changed since: sending it once more makes a request of its own.
        form.key.data = secrets.token_urlsafe(16)
    subject = " ".join((form.subject.data or "").split())
    return page(
        "help/ask.html",
        status=error.status,
        form=form,
        subject=subject or " ",
        found=_found(subject),
        **_context(form),
    )


def _context(form: AskForm) -> dict[str, Any]:
    return {
        "article": _article(form.article.data),
        "incident": _incident(form.incident.data),
        "max_bytes": current_app.extensions["settings"].max_upload_mb * 1024 * 1024,
    }


def _found(subject: str) -> FoundArticles:
    if not subject:
        return FoundArticles("")
    return find_articles(subject, audiences=audiences(), limit=SUGGESTED)


def _article(slug: str | None) -> Article | None:
    return readable_article(slug, audiences=audiences()) if slug else None


def _incident(number: int | None) -> KnownIncident | None:
    shown = known_incidents(language=current_language())
    return next((each for each in shown if each.number == number), None)


def _limit(kind: str, who: str, an_hour: int) -> None:
    if who:
        secret = current_app.extensions["settings"].secret_key
        hit(
            limit_key(kind, who, secret=secret),
            limit=an_hour,
            window_seconds=3600,
            now=utc_now(),
        )
