"""Who is signed in to the help centre: a customer whose address a mailed link has shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

from flask import Response, abort, current_app, g, request

from app.clock import utc_now
from app.customers.models import PersonSession
from app.customers.services.sessions import CUSTOMER_LIFE, session_of_token
from app.web.access import AccessRule, Forgery
from app.web.responses import see_other

COOKIE = "fw_me"
PATH = "/help"


@dataclass(frozen=True)
class Scope:
    """Whose requests somebody may see.

    :ivar account_id: whose people share their requests; None if theirs do not.
    """

    customer_id: int | None
    address: str
    account_id: int | None
    visitor_id: None = None


def current_reader() -> PersonSession | None:
    """Return the session of who is signed in to the help centre, or None."""
    if "reader" not in g:
        token = request.cookies.get(COOKIE, "")
        g.reader = session_of_token(token, site_id=None, now=utc_now())
        if g.reader is not None and not g.reader.address:
            g.reader = None  # a session that no link has opened
    return cast("PersonSession | None", g.reader)


def needed_reader() -> PersonSession:
    """Return the session of who is signed in; the access rule has made sure of one."""
    reader = current_reader()
    assert reader is not None
    return reader


def scope_of(reader: PersonSession) -> Scope:
    """Return whose requests a signed-in person may see."""
    account = reader.customer.account if reader.customer else None
    shared = account.id if account is not None and account.shares_requests else None
    return Scope(reader.customer_id, reader.address, shared)


def remember_reader(response: Response, token: str) -> Response:
    """Let the browser carry a session."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(CUSTOMER_LIFE.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
        path=PATH,
    )
    return response


def forget_reader(response: Response) -> Response:
    """Let the browser forget a session."""
    response.delete_cookie(COOKIE, path=PATH)
    return response


def _check() -> None:
    if current_reader() is None:
        abort(see_other("help.my_requests"))


#: A customer who has followed a mailed link.
reader_only = AccessRule("help reader", _check, Forgery.SESSION)
