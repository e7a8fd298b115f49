"""Recording events and handing them to their handlers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import partial

from app.db import after_commit, db
from app.events.actor import Actor
from app.events.catalogue.base import Event
from app.events.models import EventRecord

Handler = Callable[[Event, Actor, datetime], None]


@dataclass(frozen=True)
class Handlers:
    """Who hears of an event class.

    :ivar in_transaction: run inside the caller's transaction and may fail it.
    :ivar after_commit: run once it is saved and may not.
    """

    in_transaction: tuple[Handler, ...] = ()
    after_commit: tuple[Handler, ...] = ()


@dataclass
class _Table:
    handlers: Mapping[type[Event], Handlers] = field(default_factory=dict)


_table = _Table()


def use_subscriptions(table: Mapping[type[Event], Handlers]) -> None:
    """Take the one table of subscriptions (the factory hands it down at start)."""
    _table.handlers = table


def record(event: Event, *, actor: Actor, at: datetime) -> EventRecord:
    """Append an event in the caller's transaction and call its handlers.

    :param event: an instance from :mod:`app.events.catalogue`.
    :param actor: who did it.
    :param at: when, aware.
    :returns: the added row.
    """
    data = asdict(event)
    subject_kind = event.kind.split(":", 1)[0]
    subject_id = data.pop(f"{subject_kind}_id")
    row = EventRecord(
        kind=event.kind,
        at=at,
        actor_kind=actor.kind.value,
        actor_id=actor.id,
        subject_kind=subject_kind,
        subject_id=subject_id,
        data=data,
    )
    db.session.add(row)
    handlers = _table.handlers.get(type(event), Handlers())
    for handler in handlers.in_transaction:
        handler(event, actor, at)
    for handler in handlers.after_commit:
        after_commit(partial(handler, event, actor, at))
    return row
