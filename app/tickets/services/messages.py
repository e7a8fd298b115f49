"""Adding a public message or a note to a ticket."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.db import db
from app.errors import NotFound
from app.events.actor import Actor, ActorKind
from app.files.services import attach_to_message
from app.staff.models import Staff
from app.tickets.models import Message, MessageKind, Ticket


@dataclass(frozen=True)
class Author:
    """Whose words a message holds.

    :ivar kind: staff, customer, visitor or api.
    :ivar name: as it is shown, kept with the message even if the person goes.
    """

    kind: str
    name: str
    staff_id: int | None = None


@dataclass(frozen=True)
class Uploads:
    """Waiting uploads that a message takes along.

    :ivar owner_key: who uploaded them, ``staff:<id>`` or ``session:<id>``; others' are passed over.
    """

    keys: Sequence[str] = ()
    owner_key: str = ""


def author_of_staff(staff: Staff) -> Author:
    """Return the author for a member of staff."""
    return Author(ActorKind.STAFF.value, staff.name, staff.id)


def author_of_actor(actor: Actor, *, requester_name: str) -> Author:
    """Return whose words a new ticket holds.

    :param requester_name: shown for everybody but staff.
    :raises NotFound: the member of staff does not exist.
    """
    if actor.kind is ActorKind.STAFF:
        staff = db.session.get(Staff, actor.id)
        if staff is None:
            raise NotFound
        return author_of_staff(staff)
    return Author(actor.kind.value, requester_name or "Visitor")


def uploads_of(keys: Sequence[str], *, actor: Actor, owner_key: str | None) -> Uploads:
    """Return the uploads to take along.

    :param owner_key: None for staff, whose uploads carry their own key.
    """
    return Uploads(keys, owner_key or f"{actor.kind.value}:{actor.id}")


def append_message(
    ticket: Ticket, *, author: Author, body: str, kind: MessageKind, uploads: Uploads, now: datetime
) -> Message:
    """Write one message and its effect on the ticket's times; the caller records the event.

    :param body: checked already.
    """
    message = Message(
        ticket_id=ticket.id,
        kind=kind,
        author_kind=author.kind,
        staff_id=author.staff_id,
        author_name=author.name,
        body=body,
        sent_at=now,
        created_at=now,
    )
    db.session.add(message)
    db.session.flush()  # events and uploads name it by its key
    attach_to_message(message.id, keys=uploads.keys, owner_key=uploads.owner_key)
    ticket.updated_at = now
    if kind is MessageKind.MESSAGE:
        if author.staff_id is None:
            ticket.last_customer_message_at = now
            ticket.customer_seen_at = now
        else:
            ticket.last_staff_message_at = now
    return message
