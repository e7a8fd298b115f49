"""Connect Flask-Login to the session table: the cookie holds a session's token, not a user id."""

from __future__ import annotations

from functools import partial

from flask import Flask, g
from flask import session as browser_session

from app.clock import utc_now
from app.extensions import login
from app.staff.models import Staff
from app.staff.services.sessions import SEEN_EVERY, session_of_token, touch_session
from app.web.transactions import after_response_write

#: Where the signed cookie keeps the session token.
TOKEN_KEY = "staff_token"  # noqa: S105 - the name of a place


def init_app(app: Flask) -> None:
    """Load the signed-in member of staff from the session table on each request."""
    login.init_app(app)
    # There is no remember-me cookie; looking for one would mark every answer, static files
    # included, as depending on the session cookie and keep shared caches from storing it.
    app.after_request_funcs[None].remove(login._update_remember_cookie)
    # The session table already ends sessions; Flask-Login's own marks would only disagree.
    login.session_protection = None

    @login.request_loader  # type: ignore[untyped-decorator]
    def load(_request: object) -> Staff | None:
        token = browser_session.get(TOKEN_KEY)
        now = utc_now()
        session = session_of_token(token, now=now) if token else None
        if session is None:
            return None
        g.staff_session_id = session.id
        g.staff_id = session.staff_id
        if now - session.seen_at > SEEN_EVERY:
            after_response_write(partial(touch_session, session.id, now=now))
        return session.staff
