"""Access rules: every route declares exactly one, and none is served without.

A rule says who may call, what kind of caller that is, and how forged requests are kept out.
Domains define their own rules (`app.staff.access`, `app.widget.access`, `app.api.access`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, TypeVar

from flask import Flask, abort, current_app, request

from app.errors import Forbidden
from app.extensions import csrf
from app.texts import Sentence

View = TypeVar("View", bound=Callable[..., Any])

ATTRIBUTE = "access_rule"


class Forgery(StrEnum):
    """How unsafe requests prove that our own page sent them."""

    SESSION = "session"  # token bound to the signed session cookie, and same origin
    ORIGIN = "origin"  # same origin only: no ambient authority to abuse
    BEARER = "bearer"  # an explicit token in a header, which a browser never adds by itself


@dataclass(frozen=True)
class AccessRule:
    """Who may call a route.

    :param name: shown in the route list that tests compare, such as ``"public"``.
    :param check: called without arguments inside the request; raises a PortalError to refuse.
    :param forgery: protection of unsafe methods.
    """

    name: str
    check: Callable[[], None]
    forgery: Forgery = Forgery.SESSION

    def __call__(self, view: View) -> View:
        """Declare this rule on a view function.

        :raises RuntimeError: the view has a rule already; two would leave it unclear which holds.
        """
        if hasattr(view, ATTRIBUTE):
            raise RuntimeError(f"{view.__name__} declares two access rules")
        setattr(view, ATTRIBUTE, self)
        return view


def _anyone() -> None:
    return None


#: Anyone may call; unsafe methods need the same origin, since no identity is involved.
public = AccessRule("public", _anyone, Forgery.ORIGIN)

#: Anyone may call, and unsafe methods need the session's token (sign-in, invites).
public_with_token = AccessRule("public, session token", _anyone, Forgery.SESSION)


def rule_of(endpoint: str | None) -> AccessRule | None:
    """Return the rule of an endpoint, or None where it has none."""
    view = current_app.view_functions.get(endpoint or "")
    return getattr(view, ATTRIBUTE, None)


def same_origin() -> bool:
    """Say whether the browser, as far as it tells, sent this from one of our own pages.

    `Sec-Fetch-Site` comes first because pages cannot set it; the `Origin` header serves
    browsers that lack it. A client that sends neither is not a browser with ambient cookies.
    """
    site = request.headers.get("Sec-Fetch-Site")
    if site is not None:
        return site in ("same-origin", "none")
    origin = request.headers.get("Origin")
    return origin is None or origin == request.host_url.rstrip("/")


def init_app(app: Flask) -> None:
    """Check the rule of the requested route before anything else of it runs."""
    public(app.view_functions["static"])

    @app.before_request
    def check_access() -> None:
        if request.endpoint is None:
            return  # no route: the 404 or 405 answers
        rule = rule_of(request.endpoint)
        if rule is None:
            app.logger.error("route %s has no access rule", request.endpoint)
            abort(500)
        if request.method not in ("GET", "HEAD", "OPTIONS"):
            _refuse_forgery(rule)
        rule.check()


def _refuse_forgery(rule: AccessRule) -> None:
    if rule.forgery is Forgery.BEARER:
        return
    if not same_origin():
        raise Forbidden(Sentence("This request came from another site."))
    if rule.forgery is Forgery.SESSION:
        csrf.protect()
