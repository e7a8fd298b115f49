"""The access rule of the JSON API: a bearer token, never a cookie."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache, partial

from flask import g, request
from sqlalchemy import select, update

from app.clock import utc_now
from app.db import db
from app.errors import Forbidden, SignInNeeded
from app.knowledge.models import Audience
from app.staff.models import ApiToken
from app.staff.services.tokens import SEARCH_CUSTOMERS, SEARCH_STAFF
from app.staff.tokens import hash_token
from app.web.access import AccessRule, Forgery
from app.web.transactions import after_response_write

#: Scope to the audiences that search may answer with beside the public.
SEARCH_SCOPES = {
    SEARCH_CUSTOMERS: frozenset({Audience.PUBLIC, Audience.CUSTOMERS}),
    SEARCH_STAFF: frozenset(Audience),
}
#: The time of last use is for people who tidy up: a minute's precision saves a write per call.
USE_NOTED_EVERY = timedelta(minutes=1)


def current_token() -> ApiToken | None:
    """Return the token of this request, or None if none was sent.

    :raises SignInNeeded: one was sent, and it is not valid.
    """
    header = request.headers.get("Authorization")
    if header is None:
        return None
    if "api_token" not in g:
        scheme, _, value = header.partition(" ")
        token = _find(value.strip()) if scheme.lower() == "bearer" else None
        if token is None:
            raise SignInNeeded("This token is not valid.")
        g.api_token = token
        _note_use(token)
    token = g.api_token
    assert isinstance(token, ApiToken)
    return token


def required_token() -> ApiToken:
    """Return the token of this request.

    :raises SignInNeeded: none was sent, or it is not valid.
    """
    token = current_token()
    if token is None:
        raise SignInNeeded("Send a token: Authorization: Bearer <token>.")
    return token


def scopes_of(token: ApiToken) -> frozenset[str]:
    """Return what a token may do."""
    return frozenset(token.scope.split())


def search_audiences() -> frozenset[Audience]:
    """Return whose articles this request may find: the public's, unless its token says more."""
    token = current_token()
    found = frozenset({Audience.PUBLIC})
    if token is not None:
        for scope in scopes_of(token):
            found |= SEARCH_SCOPES.get(scope, frozenset())
    return found


@cache
def bearer(scope: str) -> AccessRule:
    """Return the rule that a token with a scope must be sent."""

    def check() -> None:
        if scope not in scopes_of(required_token()):
            raise Forbidden(f"This token lacks the scope {scope}.")

    return AccessRule(f"token: {scope}", check, Forgery.BEARER)


def _check_sent_token() -> None:
    current_token()


#: Anybody may call; a token that is sent must be valid, or its owner would wonder at the answer.
public_or_bearer = AccessRule("public, token optional", _check_sent_token, Forgery.BEARER)


def _find(value: str) -> ApiToken | None:
    return db.session.scalar(
        select(ApiToken).where(
            ApiToken.token_hash == hash_token(value), ApiToken.revoked_at.is_(None)
        )
    )


def _note_use(token: ApiToken) -> None:
    now = utc_now()
    if token.last_used_at is None or now - token.last_used_at >= USE_NOTED_EVERY:
        after_response_write(partial(_used, token.id, now))


def _used(token_id: int, now: datetime) -> None:
    db.session.execute(update(ApiToken).where(ApiToken.id == token_id).values(last_used_at=now))
