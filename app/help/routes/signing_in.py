"""Coming to all of one's requests with a mailed link."""

from __future__ import annotations

from flask import Response, current_app, request
from flask_babel import get_locale

from app.clock import utc_now
from app.customers.services.sessions import end_session
from app.customers.services.sign_in import live_sign_in_link, sign_in_by_link
from app.errors import Invalid
from app.help.access import forget_reader, needed_reader, reader_only, remember_reader
from app.help.forms import SignInForm
from app.help.routes.blueprint import blueprint
from app.help.uploads import show_errors
from app.limits.services import hit, limit_key
from app.tickets.services.signing_in import checked_address, offer_sign_in
from app.web.access import public, public_with_token
from app.web.responses import page, see_other

HOUR_SECONDS = 3600
#: Links an hour for one address, and askings from one line.
#: Source: docs/tickets.md, "Own requests".
LINKS_AN_HOUR = 3
ASKINGS_AN_HOUR = 20


@blueprint.post("/help/my-requests")
@public
def ask_for_link() -> Response:
    """Mail a link to whoever has requests; the answer is the same for everybody."""
    form, now = SignInForm(), utc_now()
    try:
        address = checked_address(form.email.data or "")
    except Invalid as error:
        show_errors(form, error)
        return page("help/sign_in.html", status=error.status, form=form, sent_to="")
    secret = current_app.extensions["settings"].secret_key
    for kind, who, most in (
        ("help-link-line", request.remote_addr or "", ASKINGS_AN_HOUR),
        ("help-link-mail", address, LINKS_AN_HOUR),
    ):
        hit(limit_key(kind, who, secret=secret), limit=most, window_seconds=HOUR_SECONDS, now=now)
    locale = get_locale()
    offer_sign_in(address, locale=locale.language if locale else "", now=now)
    return page("help/sign_in.html", form=form, sent_to=address)


@blueprint.get("/help/sign-in/<token>")
@public
def sign_in(token: str) -> Response:
    """Ask to press a button: programs that check mail follow links, and a link works once."""
    link = live_sign_in_link(token, now=utc_now())
    return _private(page("help/sign_in_go.html", address=link.address, token=token))


@blueprint.post("/help/sign-in/<token>")
@public_with_token
def use_link(token: str) -> Response:
    """Sign in, and go to the requests."""
    _session, key = sign_in_by_link(token, now=utc_now())
    return remember_reader(see_other("help.my_requests"), key)


@blueprint.post("/help/sign-out")
@reader_only
def sign_out() -> Response:
    """End the session here and now."""
    end_session(needed_reader())
    return forget_reader(see_other("help.my_requests"))


def _private(response: Response) -> Response:
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "private, no-store"
    return response
