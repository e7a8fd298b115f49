"""Adding a public message or a note to a ticket."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

from app.db import db
from app.errors import NotFound
from app.events.actor import Actor, ActorKind
from app.files.services import MAX_FILES_PER_MESSAGE, attach_to_message
from app.staff.models import Staff
from app.tickets.models import Message, MessageKind, Ticket

#: Nobody chooses the files of a mail by hand: each picture in it is one.
MAX_FILES_PER_MAIL = 30


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


@dataclass(frozen=True)
class MailFacts:
    """What a message keeps of the mail it came in.

    :ivar message_id: of the mail; empty if it had none.
    :ivar sender: the address in From, if it is not the requester's.
    :ivar sender_name: the name beside it.
    :ivar refused: name and reason of each file that could not be taken.
    :ivar received_id: key of the mail as it came; 0 if it was not kept.
    """

    message_id: str = ""
    sender: str = ""
    sender_name: str = ""
    refused: Sequence[tuple[str, str]] = ()
    received_id: int = 0


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
    ticket: Ticket,
    *,
    author: Author,
    body: str,
    kind: MessageKind,
    uploads: Uploads,
    now: datetime,
    mail: MailFacts | None = None,
) -> Message:
    """Write one message and its effect on the ticket's times; the caller records the event.

    :param body: checked already.
    :param mail: what it came in, if it came by mail; such a message may carry more files.
    """
    message = Message(
        ticket_id=ticket.id,
        kind=kind,
        author_kind=author.kind,
        staff_id=author.staff_id,
        author_name=author.name,
        body=body,
        sent_at=now,
        mail=None if mail is None else asdict(mail),
        created_at=now,
    )
    db.session.add(message)
    db.session.flush()  # events and uploads name it by its key
    most = MAX_FILES_PER_MESSAGE if mail is None else MAX_FILES_PER_MAIL
    attach_to_message(message.id, keys=uploads.keys, owner_key=uploads.owner_key, most=most)
    ticket.updated_at = now
    if kind is MessageKind.MESSAGE:
        if author.staff_id is None:
            ticket.last_customer_message_at = now
            ticket.customer_seen_at = now
        else:
            ticket.last_staff_message_at = now
    return message
