"""Keeping, moving, handing over and taking back promises, without overwriting anybody."""

from __future__ import annotations

from datetime import datetime

from app.db import db
from app.errors import Invalid
from app.events.actor import Actor
from app.events.catalogue.base import Event
from app.events.catalogue.promises import (
    PromiseHandedOver,
    PromiseKept,
    PromiseMoved,
    PromiseReopened,
    PromiseWithdrawn,
)
from app.events.services import record
from app.promises.dates import checked_due
from app.promises.errors import PromiseChanged, PromiseSettled
from app.promises.models import OWED, Promise, PromiseMove, PromiseState
from app.promises.services.making import REASON_MAX, checked_line, checked_owner, iso


def keep_promise(
    promise: Promise,
    *,
    actor: Actor,
    now: datetime,
    kept_at: datetime | None = None,
    message_id: int | None = None,
    expected_sequence: int | None = None,
) -> Promise:
    """Note that what was promised happened.

    If its date had passed, that stays on record, and the promise is kept late.

    :param kept_at: when it happened, such as the moment of an answer; None is now.
    :param message_id: the answer that kept it.
    :param expected_sequence: the promise's sequence that the person saw; None accepts any.
    :raises PromiseChanged: somebody changed it since.
    :raises PromiseSettled: it is kept or withdrawn already.
    """
    _lock_owed(promise, expected_sequence)
    old, promise.state = promise.state, PromiseState.KEPT
    promise.kept_at = max(min(kept_at or now, now), promise.created_at)
    promise.kept_message_id = message_id
    late = max(int((promise.kept_at - promise.due_at).total_seconds()), 0)
    event = PromiseKept(
        promise.ticket_id, promise.id, old, promise.state, iso(promise.kept_at), late, message_id
    )
    return _changed(promise, event, actor=actor, now=now)


def move_promise(
    promise: Promise,
    *,
    due_at: datetime,
    reason: str,
    actor: Actor,
    now: datetime,
    expected_sequence: int | None = None,
) -> Promise:
    """Give a promise another date; the old one is remembered.

    :param due_at: the new date.
    :param reason: why, for the team.
    :param expected_sequence: see :func:`keep_promise`.
    :raises Invalid: the reason is missing, or the date cannot be promised or is the present one.
    :raises PromiseChanged: somebody changed it since.
    :raises PromiseSettled: it is kept or withdrawn already.
    """
    _lock_owed(promise, expected_sequence)
    due_at = checked_due(due_at, now=now, field="promise_due")
    if due_at == promise.due_at:
        raise Invalid(fields={"promise_due": ["This is the present date."]})
    why = checked_line(
        reason, field="reason", most=REASON_MAX, needed="Please say why it needs another date."
    )
    old_state, old_due_at = promise.state, promise.due_at
    db.session.add(
        PromiseMove(
            promise_id=promise.id,
            old_due_at=old_due_at,
            new_due_at=due_at,
            was_broken=old_state == PromiseState.BROKEN,
            reason=why,
            moved_by_id=actor.id,
            created_at=now,
        )
    )
    promise.due_at, promise.state = due_at, PromiseState.MOVED
    promise.moves += 1
    promise.day_notice_at = promise.hour_notice_at = None
    event = PromiseMoved(
        promise.ticket_id, promise.id, iso(old_due_at), iso(due_at), old_state, why
    )
    return _changed(promise, event, actor=actor, now=now)


def withdraw_promise(
    promise: Promise,
    *,
    reason: str,
    actor: Actor,
    now: datetime,
    expected_sequence: int | None = None,
) -> Promise:
    """Take a promise back.

    :param reason: why, for the team.
    :param expected_sequence: see :func:`keep_promise`.
    :raises Invalid: the reason is missing.
    :raises PromiseChanged: somebody changed it since.
    :raises PromiseSettled: it is kept or withdrawn already.
    """
    _lock_owed(promise, expected_sequence)
    promise.reason = checked_line(
        reason, field="reason", most=REASON_MAX, needed="Please say why it is taken back."
    )
    old, promise.state = promise.state, PromiseState.WITHDRAWN
    event = PromiseWithdrawn(promise.ticket_id, promise.id, old, promise.state, promise.reason)
    return _changed(promise, event, actor=actor, now=now)


def reopen_promise(
    promise: Promise, *, actor: Actor, now: datetime, expected_sequence: int | None = None
) -> Promise:
    """Owe a promise again that counted as kept or withdrawn by mistake.

    :param expected_sequence: see :func:`keep_promise`.
    :raises PromiseChanged: somebody changed it since, or it is owed already.
    """
    _lock(promise, expected_sequence)
    if promise.state in OWED:
        raise PromiseChanged
    old, promise.state = promise.state, _state_when_owed(promise)
    promise.kept_at = promise.kept_message_id = None
    promise.reason = ""
    event = PromiseReopened(promise.ticket_id, promise.id, old, promise.state)
    return _changed(promise, event, actor=actor, now=now)


def hand_over_promise(
    promise: Promise,
    *,
    owner_id: int | None,
    actor: Actor,
    now: datetime,
    expected_sequence: int | None = None,
) -> Promise:
    """Let somebody else keep a promise.

    :param owner_id: an active member of staff, or None for the team.
    :param expected_sequence: see :func:`keep_promise`.
    :raises Invalid: there is no such active member of staff.
    :raises PromiseChanged: somebody changed it since.
    :raises PromiseSettled: it is kept or withdrawn already.
    """
    _lock_owed(promise, expected_sequence)
    if checked_owner(owner_id) == promise.owner_id:
        return promise
    old, promise.owner_id = promise.owner_id, owner_id
    event = PromiseHandedOver(promise.ticket_id, promise.id, old, owner_id)
    return _changed(promise, event, actor=actor, now=now)


def _state_when_owed(promise: Promise) -> PromiseState:
    """Return the state of an owed promise; a date that was noted as broken stays so."""
    if promise.broken_at == promise.due_at:
        return PromiseState.BROKEN
    return PromiseState.MOVED if promise.moves else PromiseState.OPEN


def _lock(promise: Promise, expected_sequence: int | None) -> None:
    """Read a promise again under a lock, and refuse if it moved on."""
    db.session.flush()  # a refresh would throw pending changes away
    db.session.refresh(promise, with_for_update=True)
    if expected_sequence is not None and expected_sequence != promise.sequence:
        raise PromiseChanged


def _lock_owed(promise: Promise, expected_sequence: int | None) -> None:
    _lock(promise, expected_sequence)
    if promise.state not in OWED:
        raise PromiseSettled


def _changed(promise: Promise, event: Event, *, actor: Actor, now: datetime) -> Promise:
    promise.sequence += 1
    promise.changed_at = now
    record(event, actor=actor, at=now)
    return promise
