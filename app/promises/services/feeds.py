"""Secret addresses of calendar feeds: made, made anew, revoked."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import delete, select

from app.db import db
from app.errors import NotFound
from app.events.actor import staff_actor
from app.events.catalogue.promises import PromiseFeedChanged
from app.events.services import record
from app.promises.models import FeedScope, PromiseFeed
from app.staff.models import Staff
from app.staff.tokens import hash_token, new_token


def open_feed(staff_id: int, scope: FeedScope, *, now: datetime) -> str:
    """Make a feed's address; one that was there before opens nothing any more.

    :returns: the token in the address, kept nowhere else.
    """
    _remove(staff_id, scope)
    token = new_token()
    db.session.add(
        PromiseFeed(staff_id=staff_id, scope=scope, token_hash=hash_token(token), created_at=now)
    )
    _record(staff_id, scope, "open", now)
    return token


def close_feed(staff_id: int, scope: FeedScope, *, now: datetime) -> None:
    """Revoke a feed's address."""
    if _remove(staff_id, scope):
        _record(staff_id, scope, "closed", now)


def open_feeds(staff_id: int) -> Collection[str]:
    """Return the scopes for which a person has an address."""
    return set(
        db.session.scalars(select(PromiseFeed.scope).where(PromiseFeed.staff_id == staff_id))
    )


def feed_of_token(token: str) -> PromiseFeed:
    """Return the feed of an address.

    :raises NotFound: there is none, it was revoked, or its owner's account is closed.
    """
    feed = db.session.scalar(
        select(PromiseFeed)
        .join(Staff, Staff.id == PromiseFeed.staff_id)
        .where(PromiseFeed.token_hash == hash_token(token), Staff.disabled_at.is_(None))
    )
    if feed is None:
        raise NotFound
    return feed


def _remove(staff_id: int, scope: FeedScope) -> bool:
    gone = db.session.execute(
        delete(PromiseFeed).where(PromiseFeed.staff_id == staff_id, PromiseFeed.scope == scope)
    )
    return bool(gone.rowcount)  # type: ignore[attr-defined]


def _record(staff_id: int, scope: FeedScope, new: str, now: datetime) -> None:
    event = PromiseFeedChanged(staff_id, scope.value, new)
    record(event, actor=staff_actor(staff_id), at=now)
