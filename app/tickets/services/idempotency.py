"""Answering a repeated write as the first time.

Source: draft-ietf-httpapi-idempotency-key-header-07, section 2.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, delete, select
from sqlalchemy.exc import IntegrityError

from app.db import db
from app.texts import Sentence
from app.tickets.errors import KeyReused
from app.tickets.models import IdempotencyKey

#: How long a repeat is recognised.
KEY_LIFE = timedelta(hours=48)
KEY_MAX = 255


def answer_once(
    *,
    scope: str,
    key: str,
    request_payload: dict[str, Any],
    make: Callable[[], dict[str, Any]],
    now: datetime,
) -> dict[str, Any]:
    """Do something once under a key, and answer every repeat with the first answer.

    The key's row goes in first: a second request with the key at the same moment waits for the
    first one's end, then finds its answer. If `make` raises, the row goes with the transaction.

    :param scope: who asks: ``token:<id>``, ``session:<id>``, ``staff:<id>``.
    :param request_payload: everything that makes it this request, JSON values.
    :param make: does the work and returns the answer, JSON values without secrets.
    :raises KeyReused: the key was used for another request.
    """
    digest = _hash(request_payload)
    db.session.execute(_FORGOTTEN, {"before": now - KEY_LIFE})
    answered = _find(scope, key)
    if answered is None:
        row = IdempotencyKey(scope=scope, key=key, request_hash=digest, response={}, created_at=now)
        try:
            with db.session.begin_nested():
                db.session.add(row)
        except IntegrityError:
            answered = _find(scope, key)
            if answered is None:
                raise
        else:
            row.response = make()
            return row.response
    if answered.request_hash != digest:
        raise KeyReused(Sentence("This was sent before with other words, so nothing was sent now."))
    return answered.response


def _find(scope: str, key: str) -> IdempotencyKey | None:
    return db.session.scalar(_KEPT, {"scope": scope, "key": key})


#: Every submission asks these; built once.
_KEPT = select(IdempotencyKey).where(
    IdempotencyKey.scope == bindparam("scope"), IdempotencyKey.key == bindparam("key")
)
_FORGOTTEN = delete(IdempotencyKey).where(IdempotencyKey.created_at < bindparam("before"))


def _hash(payload: dict[str, Any]) -> str:
    text = json.dumps(payload, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
