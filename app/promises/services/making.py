"""Promising something to a customer."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Protocol

from app.db import db
from app.errors import Invalid
from app.events.actor import Actor
from app.events.catalogue.promises import PromiseMade
from app.events.services import record
from app.promises.dates import checked_due
from app.promises.models import Promise, PromiseState
from app.staff.models import Staff
from app.texts import clean_line

TEXT_MAX = 300
REASON_MAX = 500


class Request(Protocol):
    """A ticket, of which only the key is needed."""

    @property
    def id(self) -> int:
        """Return its key."""


def make_promise(
    ticket: Request,
    *,
    text: str,
    due_at: datetime,
    owner_id: int | None,
    customer_visible: bool,
    actor: Actor,
    now: datetime,
    message_id: int | None = None,
) -> Promise:
    """Promise something to the customer of a ticket.

    :param text: what, in one line, as the customer may read it.
    :param due_at: by when.
    :param owner_id: an active member of staff who keeps it, or None for the team.
    :param customer_visible: whether the customer reads it on their request.
    :param message_id: the answer it is given with.
    :raises Invalid: the text is missing or too long, the date cannot be promised, or there is
        nobody like that.
    """
    promise = Promise(
        ticket_id=ticket.id,
        text=checked_line(text, field="promise_text", most=TEXT_MAX, needed="What do you promise?"),
        due_at=checked_due(due_at, now=now, field="promise_due"),
        first_due_at=due_at.astimezone(UTC),
        owner_id=checked_owner(owner_id),
        customer_visible=customer_visible,
        message_id=message_id,
        state=PromiseState.OPEN,
        changed_at=now,
        created_at=now,
    )
    db.session.add(promise)
    db.session.flush()  # the event names it
    event = PromiseMade(
        ticket.id, promise.id, iso(promise.due_at), owner_id, customer_visible, message_id
    )
    record(event, actor=actor, at=now)
    return promise


def checked_line(value: str, *, field: str, most: int, needed: str) -> str:
    """Return a text as one line.

    :param field: of the form, where an error is shown.
    :param most: its greatest length, in characters.
    :param needed: what to say when nothing was written.
    :raises Invalid: it is missing or too long.
    """
    line = clean_line(value)
    if not line:
        raise Invalid(fields={field: [needed]})
    if len(line) > most:
        raise Invalid(fields={field: [f"Please use at most {most} characters."]})
    return line


def checked_owner(owner_id: int | None) -> int | None:
    """Return who can keep a promise.

    :raises Invalid: there is no such active member of staff.
    """
    if owner_id is not None:
        owner = db.session.get(Staff, owner_id)
        if owner is None or not owner.is_active:
            raise Invalid(fields={"promise_owner": ["There is nobody like that."]})
    return owner_id


def iso(moment: datetime) -> str:
    """Return a moment as events hold it: ISO 8601 in UTC."""
    return moment.astimezone(UTC).isoformat()
