"""Who may call the panel's routes, and who is calling.

A cookie alone is not trusted: a form on the host page could post into the frame and would carry
it. Every unsafe request must come from the panel's own page, by what the browser says
(`Sec-Fetch-Site`), and bring the token that only that page was given.
"""

from __future__ import annotations

from typing import Any, cast

from flask import Response, abort, current_app, g, request

from app.clock import utc_now
from app.config import Settings
from app.customers.models import PersonSession
from app.customers.services.sessions import session_of_token
from app.errors import Forbidden, SignInNeeded
from app.limits.services import hit_in_memory, limit_key
from app.sites.models import Site
from app.sites.queries import site_by_key
from app.texts import Sentence
from app.web.access import AccessRule, Forgery, same_origin
from app.web.locales import use_locale
from app.widget.signing import is_page_token

COOKIE = "__Host-fw_person"
CSRF_HEADER = "X-Widget-CSRF"

READS_A_MINUTE = 300


class StalePage(Forbidden):
    """The panel's page is older than its token lives; it fetches a new one and repeats."""

    code = "stale_page"
    user_message = Sentence("This panel has been open for long. Please send that again.")


def settings() -> Settings:
    """Return the settings of the running application."""
    return cast(Settings, current_app.extensions["settings"])


def current_site() -> Site:
    """Return the site in the address."""
    return cast(Site, g.site)


def current_person() -> PersonSession | None:
    """Return the session of who is calling, or None for somebody unknown."""
    if "person" not in g:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer":
            token = request.cookies.get(COOKIE, "")
        g.person = session_of_token(token, site_id=current_site().id, now=utc_now())
    return cast("PersonSession | None", g.person)


def needed_person() -> PersonSession:
    """Return the session of who is calling.

    :raises SignInNeeded: there is none; the panel asks the host to vouch anew or starts one.
    """
    person = current_person()
    if person is None:
        raise SignInNeeded(Sentence("Your session has ended."))
    return person


def scope_of(person: PersonSession) -> dict[str, Any]:
    """Return whose requests somebody may see: their own, and colleagues' who share theirs.

    Their own are also those under an address that their site vouches for, wherever they asked.
    """
    customer = person.customer
    account = customer.account if customer else None
    return {
        "customer_id": person.customer_id,
        "visitor_id": person.visitor_id,
        "address": customer.email if customer is not None and customer.email_verified else "",
        "account_id": account.id if account is not None and account.shares_requests else None,
    }


def own_scope_of(person: PersonSession) -> dict[str, Any]:
    """Return whose requests are somebody's own."""
    return {name: value for name, value in scope_of(person).items() if name != "account_id"}


def client_address() -> str:
    """Return the caller's IP address, an IPv6 one cut to its /64: one customer's line."""
    address = request.remote_addr or ""
    return ":".join(address.split(":")[:4]) if ":" in address else address


def _check_site() -> None:
    site = site_by_key(g.site_key)
    if site is None:
        # Nothing to read and nothing to frame: the default policy allows no ancestors.
        abort(Response(status=404))
    g.site = site
    use_locale(request.args.get("locale"), *request.accept_languages.values(), site.locale)
    hit_in_memory(
        limit_key("widget-read", client_address(), secret=settings().secret_key),
        limit=READS_A_MINUTE,
        window_seconds=60,
        now=utc_now(),
    )
    if request.method not in ("GET", "HEAD"):
        _check_own_page(site)


def _check_own_page(site: Site) -> None:
    told = request.headers.get("Sec-Fetch-Site")
    if told not in (None, "same-origin") or not same_origin():
        raise Forbidden(Sentence("This request came from another site."))
    token = request.headers.get(CSRF_HEADER, "")
    if not is_page_token(token, site.key, secret_key=settings().secret_key):
        raise StalePage


#: The panel of an active site; a person is loaded where the route asks for one.
widget = AccessRule("widget", _check_site, Forgery.ORIGIN)
