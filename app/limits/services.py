"""Counting attempts and refusing too many."""

from __future__ import annotations

import hashlib
import hmac
import logging
import threading
from collections import deque
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import delete, func, select
from sqlalchemy.exc import SQLAlchemyError

from app.db import after_rollback, db
from app.errors import TooMany
from app.limits.models import Throttle

log = logging.getLogger(__name__)

#: Longer than every window in use; what is older can be forgotten.
KEEP = timedelta(days=1)


def limit_key(kind: str, *parts: str, secret: str) -> str:
    """Return the key of a limit.

    :param kind: what is limited, such as ``"sign-in"``.
    :param parts: who: an address, an IP address. Only a keyed hash of them is stored.
    :param secret: the installation's key.
    """
    who = "\x1f".join(parts).encode()
    digest = hmac.new(secret.encode(), who, hashlib.sha256).hexdigest()[:32]
    return f"{kind}:{digest}"


def hit(key: str, *, limit: int, window_seconds: int, now: datetime) -> None:
    """Count an attempt in the caller's transaction, or refuse it.

    The attempt counts even if the caller's transaction is rolled back. Refused attempts do not
    count, so nobody can keep somebody else out for ever. If the count cannot be stored, this
    process counts in its own memory: a limit is never off.

    :param key: made by `limit_key`.
    :param limit: attempts allowed in the window.
    :param window_seconds: length of the sliding window.
    :raises TooMany: the limit is reached.
    """
    try:
        # A savepoint: a failure here must not take the caller's transaction with it.
        with db.session.begin_nested():
            wait = _seconds_to_wait(key, limit, window_seconds, now)
            if wait is None:
                db.session.add(Throttle(key=key, at=now))
    except SQLAlchemyError:
        log.exception("attempts cannot be counted in the database, counting in memory")
        hit_in_memory(key, limit=limit, window_seconds=window_seconds, now=now)
        return
    if wait is not None:
        raise TooMany(retry_after_seconds=wait)
    after_rollback(partial(_count, key, now))


def _count(key: str, now: datetime) -> None:
    db.session.add(Throttle(key=key, at=now))


def _seconds_to_wait(key: str, limit: int, window_seconds: int, now: datetime) -> int | None:
    start = now - timedelta(seconds=window_seconds)
    recent = select(Throttle.at).where(Throttle.key == key, Throttle.at > start).subquery()
    count, oldest = db.session.execute(select(func.count(), func.min(recent.c.at))).one()
    if count < limit:
        return None
    return max(1, int((oldest + timedelta(seconds=window_seconds) - now).total_seconds()) + 1)


def forget_hits(key: str) -> None:
    """Start counting anew, after a success that shows who it was."""
    db.session.execute(delete(Throttle).where(Throttle.key == key))


def prune_hits(*, now: datetime) -> int:
    """Remove what no window reaches any more.

    :returns: the number of rows removed.
    """
    result = db.session.execute(delete(Throttle).where(Throttle.at < now - KEEP))
    return int(result.rowcount)  # type: ignore[attr-defined]


class _Memory:
    """Attempts counted in this process; the oldest keys give way when there are too many."""

    LARGEST = 10_000

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.attempts: dict[str, deque[datetime]] = {}

    def hit(self, key: str, limit: int, window_seconds: int, now: datetime) -> None:
        with self.lock:
            times = self.attempts.pop(key, deque())
            while times and times[0] <= now - timedelta(seconds=window_seconds):
                times.popleft()
            self.attempts[key] = times  # at the end again: least recently used goes first
            if len(self.attempts) > self.LARGEST:
                self.attempts.pop(next(iter(self.attempts)))
            if len(times) >= limit:
                wait = (times[0] + timedelta(seconds=window_seconds) - now).total_seconds()
                raise TooMany(retry_after_seconds=max(1, int(wait) + 1))
            times.append(now)

    def clear(self) -> None:
        with self.lock:
            self.attempts.clear()


_memory = _Memory()


def hit_in_memory(key: str, *, limit: int, window_seconds: int, now: datetime) -> None:
    """Count an attempt in this process only, or refuse it.

    For reads, which may not write to the database and need no exact limit: with several web
    processes the limit is that many times higher.

    :raises TooMany: the limit is reached.
    """
    _memory.hit(key, limit, window_seconds, now)


def forget_memory() -> None:
    """Forget what this process counted in memory (between tests)."""
    _memory.clear()
