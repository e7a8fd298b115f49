"""Bearer tokens of the JSON API."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.db import db
from app.errors import Invalid, NotFound
from app.events.actor import Actor
from app.events.catalogue.people import ApiTokenChanged
from app.events.services import record
from app.staff.models import ApiToken
from app.staff.tokens import hash_token, new_token

#: Starts every API token, so that leak scanners and people recognise one.
PREFIX = "fw_"

TICKETS_WRITE = "tickets:write"
SEARCH_CUSTOMERS = "search:customers"
SEARCH_STAFF = "search:staff"
SCOPES = (TICKETS_WRITE, SEARCH_CUSTOMERS, SEARCH_STAFF)


def create_api_token(*, name: str, scopes: tuple[str, ...], actor: Actor, now: datetime) -> str:
    """Make a token.

    :param name: tells tokens apart; unique.
    :param scopes: what it may do, out of `SCOPES`.
    :param actor: who makes it.
    :param now: the current time.
    :returns: the secret, kept nowhere else.
    :raises Invalid: the name is taken or a scope is unknown.
    """
    unknown = [scope for scope in scopes if scope not in SCOPES]
    if unknown:
        raise Invalid(f"Unknown scope {unknown[0]}. Known are {', '.join(SCOPES)}.")
    if db.session.scalar(select(ApiToken.id).where(ApiToken.name == name)) is not None:
        raise Invalid(f"There is a token named {name} already.")
    secret = PREFIX + new_token()
    token = ApiToken(name=name, token_hash=hash_token(secret), scope=" ".join(sorted(set(scopes))))
    db.session.add(token)
    db.session.flush()  # the event names the key
    _record(token, "active", actor, now)
    return secret


def revoke_api_token(name: str, *, actor: Actor, now: datetime) -> ApiToken:
    """End a token at once.

    :param name: which.
    :param actor: who revokes it.
    :param now: the current time.
    :raises NotFound: there is no token of that name.
    """
    token = db.session.scalar(select(ApiToken).where(ApiToken.name == name))
    if token is None:
        raise NotFound(f"There is no token named {name}.")
    if token.revoked_at is None:
        token.revoked_at = now
        _record(token, "revoked", actor, now)
    return token


def _record(token: ApiToken, state: str, actor: Actor, now: datetime) -> None:
    event = ApiTokenChanged(api_token_id=token.id, name=token.name, state=state)
    record(event, actor=actor, at=now)
