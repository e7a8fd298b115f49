"""What time and other parts of Foreword do to promises."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, select

from app.db import db
from app.events.actor import SYSTEM, Actor
from app.events.catalogue.base import Event
from app.events.catalogue.promises import (
    PromiseBroken,
    PromiseCarriedOver,
    PromiseHandedOver,
    PromiseSetAside,
)
from app.events.services import record
from app.promises.models import OWED, PENDING, Promise, PromiseState
from app.promises.services.making import iso

#: So many at once, so that the write lock is soon free again; the next run goes on.
BATCH = 200


def break_due_promises(*, now: datetime, limit: int = BATCH) -> Sequence[Promise]:
    """Note as broken what was promised for before now; what is due this moment can still be kept.

    Two workers at once do it once: each takes rows that no other has, and a row that was taken
    is pending no more.

    :param limit: at most so many.
    :returns: those that are broken by this.
    """
    passed = _locked(
        Promise.state.in_(PENDING),
        Promise.due_at < now,
        Promise.set_aside_at.is_(None),
        limit=limit,
    )
    for promise in passed:
        old, promise.state = promise.state, PromiseState.BROKEN
        promise.broken_at = promise.due_at
        event = PromiseBroken(
            promise.ticket_id, promise.id, old, promise.state, iso(promise.due_at)
        )
        _changed(promise, event, actor=SYSTEM, now=now)
    return passed


def give_promises_to_team(*, owner_id: int, actor: Actor, now: datetime) -> int:
    """Let the team keep what a member of staff who is leaving still owes.

    :returns: how many promises that are.
    """
    owed = _locked(Promise.owner_id == owner_id, Promise.state.in_(OWED))
    for promise in owed:
        promise.owner_id = None
        event = PromiseHandedOver(promise.ticket_id, promise.id, owner_id, None)
        _changed(promise, event, actor=actor, now=now)
    return len(owed)


def set_promises_aside(ticket_id: int, *, aside: bool, actor: Actor, now: datetime) -> None:
    """Stop waiting for what is owed on a ticket that is spam or deleted, or wait for it again."""
    promises = _locked(
        Promise.ticket_id == ticket_id,
        Promise.state.in_(OWED),
        Promise.set_aside_at.is_(None) if aside else Promise.set_aside_at.is_not(None),
    )
    for promise in promises:
        promise.set_aside_at = now if aside else None
        event = PromiseSetAside(ticket_id, promise.id, not aside, aside)
        _changed(promise, event, actor=actor, now=now)


def carry_promises_over(ticket_id: int, *, into_id: int, actor: Actor, now: datetime) -> None:
    """Owe on another ticket what was promised on one that ends in it.

    :param into_id: key of the ticket that goes on.
    """
    for promise in _locked(Promise.ticket_id == ticket_id, Promise.state.in_(OWED)):
        promise.ticket_id = into_id
        event = PromiseCarriedOver(into_id, promise.id, ticket_id, into_id)
        _changed(promise, event, actor=actor, now=now)


def _locked(*conditions: ColumnElement[bool], limit: int | None = None) -> Sequence[Promise]:
    """Return promises that nobody else is changing, locked."""
    found = select(Promise).where(*conditions).order_by(Promise.id).limit(limit)
    locked = found.with_for_update(skip_locked=limit is not None)
    return db.session.scalars(locked, execution_options={"populate_existing": True}).all()


def _changed(promise: Promise, event: Event, *, actor: Actor, now: datetime) -> None:
    promise.sequence += 1
    promise.changed_at = now
    record(event, actor=actor, at=now)
