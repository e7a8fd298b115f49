"""The pretend customer product at /demo: what a host does to embed the widget, and nothing more.

It exists only while the demo's site does. Signing a token is what a real host's server does with
its own copy of the secret.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from flask import (
    Blueprint,
    Response,
    abort,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from joserfc import jwt
from joserfc.jwk import OctKey
from werkzeug.wrappers import Response as BaseResponse

from app.clock import utc_now
from app.customers.queries import known_customers
from app.events.actor import SYSTEM
from app.sites.models import DEMO_KEY, Site
from app.sites.queries import active_keys_of, site_by_key
from app.sites.services import create_shared_key, key_secret
from app.sites.tokens import audience
from app.web.access import AccessRule, Forgery
from app.widget.access import settings

blueprint = Blueprint("demo", __name__, url_prefix="/demo")

COOKIE = "marlow_user"
TOKEN_SECONDS = 300
MOST_PEOPLE = 4

#: Page to its title and the address it has in the real product, by which articles are suggested.
PAGES = {
    "calendar": ("Calendar", "/calendar/week"),
    "classes": ("Classes", "/classes"),
    "clients": ("Clients", "/clients"),
    "invoices": ("Invoices", "/sales/invoices"),
    "settings": ("Reminders", "/settings/reminders"),
}


@dataclass(frozen=True)
class Person:
    """Somebody the pretend product knows."""

    id: str
    name: str
    email: str
    org: str
    org_name: str


#: Who can be chosen while the demo has no customers of its own.
NOBODY_ELSE = (Person("u-1", "Mira Holt", "mira@kilnhouse.example", "kiln-house", "Kiln House"),)


def _check_demo() -> None:
    if site_by_key(DEMO_KEY) is None:
        abort(404)


#: The pretend product: there while the demo is loaded.
demo_only = AccessRule("demo", _check_demo, Forgery.ORIGIN)


def _site() -> Site:
    site = site_by_key(DEMO_KEY)
    assert site is not None, "the access rule found it"
    return site


def _people() -> list[Person]:
    known = [
        Person(
            customer.external_id or "",
            customer.name,
            customer.email,
            (customer.account.external_id or "") if customer.account else "",
            customer.account.name if customer.account else "",
        )
        for customer in known_customers(_site().id, limit=MOST_PEOPLE)
    ]
    return known or list(NOBODY_ELSE)


def _signed_in(people: list[Person]) -> Person | None:
    chosen = request.cookies.get(COOKIE)
    return next((person for person in people if person.id == chosen), None)


@blueprint.get("")
@demo_only
def index() -> BaseResponse:
    """Open the product where its users spend their day."""
    return redirect(url_for("demo.show", page="calendar"))


@blueprint.get("/<any(calendar, classes, clients, invoices, settings):page>")
@demo_only
def show(page: str) -> Response:
    """Show a page of the pretend product."""
    people = _people()
    title, path = PAGES[page]
    monday = _monday(utc_now())
    return make_response(
        render_template(
            f"demo/{page}.html",
            pages=PAGES,
            page=page,
            title=title,
            path=path,
            site=_site(),
            people=people,
            person=_signed_in(people),
            days=[monday + timedelta(days=day) for day in range(6)],
        )
    )


def _monday(now: datetime) -> date:
    return now.date() - timedelta(days=now.weekday())


@blueprint.post("/user")
@demo_only
def switch_user() -> BaseResponse:
    """Sign in to the pretend product as one of its users, or out."""
    chosen = request.form.get("user", "")
    page = request.form.get("page", "")
    response = redirect(url_for("demo.show", page=page if page in PAGES else "calendar"), code=303)
    if any(person.id == chosen for person in _people()):
        response.set_cookie(COOKIE, chosen, httponly=True, samesite="Lax", path="/demo")
    else:
        response.delete_cookie(COOKIE, path="/demo")
    return response


@blueprint.post("/help-token")
@demo_only
def help_token() -> Response:
    """Sign who is using the product, as a host's server does; empty for nobody."""
    person = _signed_in(_people())
    text = sign_person(person, now=utc_now()) if person else ""
    response = Response(text, mimetype="text/plain")
    response.headers["Cache-Control"] = "no-store"
    return response


def sign_person(person: Person, *, now: datetime) -> str:
    """Return a token for the widget: short-lived, used once, naming the person by the own id."""
    site, secret_key = _site(), settings().secret_key
    shared = [key for key in active_keys_of(site) if key.algorithm == "HS256"]
    key = shared[-1] if shared else None
    if key is None:
        key, _ = create_shared_key(site, secret_key=secret_key, actor=SYSTEM, now=now)
    issued = int(now.timestamp())
    claims = {
        "iss": site.key,
        "aud": audience(site),
        "sub": person.id,
        "iat": issued,
        "exp": issued + TOKEN_SECONDS,
        "jti": secrets.token_urlsafe(16),
        "email": person.email,
        "email_verified": True,
        "name": person.name,
        "org": person.org,
        "org_name": person.org_name,
    }
    secret = OctKey.import_key(key_secret(key, secret_key=secret_key))
    return jwt.encode({"alg": "HS256", "kid": key.kid}, claims, secret)
