"""Who reads the help centre: their audiences, and the help session of their visit."""

from __future__ import annotations

import re
import secrets

from flask import Response, current_app, g, request
from flask_babel import get_locale
from flask_login import current_user

from app.deflection.models import Surface
from app.deflection.services.recording import HelpSource
from app.knowledge.models import Audience

SESSION_COOKIE = "fw_hs"
#: A visit ends after half an hour without an act.
SESSION_SECONDS = 30 * 60

_KEY = re.compile(r"[A-Za-z0-9_-]{22}")

ANYONE = (Audience.PUBLIC.value,)
STAFF = tuple(audience.value for audience in Audience)


def audiences() -> tuple[str, ...]:
    """Return what the reader of this request may see: staff everything, others what is public."""
    return STAFF if is_staff() else ANYONE


def is_staff() -> bool:
    """Say whether a signed-in member of staff asks."""
    return bool(current_user.is_authenticated)


def known_session_key() -> str | None:
    """Return the key of the visit under way, if the browser carries one."""
    key = request.cookies.get(SESSION_COOKIE, "")
    return key if _KEY.fullmatch(key) else None


def session_key() -> str:
    """Return the key of the visit, a new one at its first act of intent."""
    if "help_session_key" not in g:
        g.help_session_key = known_session_key() or secrets.token_urlsafe(16)
    return str(g.help_session_key)


def remember_session(response: Response, key: str) -> Response:
    """Let the browser carry the visit's key for the next half hour."""
    response.set_cookie(
        SESSION_COOKIE,
        key,
        max_age=SESSION_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
        path="/",
    )
    return response


def help_source(key: str, *, from_script: bool = False) -> HelpSource:
    """Return where the events of this request come from.

    :param key: the visit's key.
    :param from_script: the page's script reports, not the server.
    """
    locale = get_locale()
    return HelpSource(
        session_key=key,
        surface=Surface.HELP,
        user_agent=request.headers.get("User-Agent", "")[:300],
        locale=locale.language if locale else "",
        is_staff=is_staff(),
        from_script=from_script,
    )
