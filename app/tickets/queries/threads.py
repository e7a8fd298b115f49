"""A ticket as staff see it: its conversation, its changes and what stands beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Integer, bindparam, func, or_, select
from sqlalchemy.orm.attributes import set_committed_value

from app.db import db, fetch
from app.files.models import Attachment
from app.notifications.models import OutgoingMail
from app.notifications.queries import newest_undelivered, undelivered_mails
from app.tickets.errors import Change
from app.tickets.models import Disposition, Message, Ticket, TicketRead
from app.tickets.queries.history import all_changes, told_changes
from app.tickets.queries.merged import in_family

EARLIER_TICKETS = 8
#: What tells nothing about a person.
OUT_OF_SIGHT = (Disposition.SPAM, Disposition.DELETED)


@dataclass(frozen=True)
class ThreadEntry:
    """One thing in a conversation: a message (or note), or a change of a property.

    :ivar is_new: a message by somebody else that the viewer has not seen.
    :ivar is_reopening: the change with which the customer opened a solved ticket again, if
        nothing came after it.
    """

    at: datetime
    message: Message | None = None
    change: Change | None = None
    is_new: bool = False
    is_reopening: bool = False


@dataclass(frozen=True)
class Thread:
    """A conversation.

    :ivar last_message_id: of the newest public message.
    :ivar mark: changes whenever the conversation, a property or the fate of a mail does.
    :ivar undelivered: its newest mails that did not arrive.
    :ivar is_read: the viewer has seen all of it before.
    :ivar numbers: of the tickets that were merged into it, by their keys.
    """

    entries: list[ThreadEntry]
    last_message_id: int
    mark: str
    undelivered: list[OutgoingMail]
    is_read: bool
    numbers: Mapping[int, int]


def thread_mark(ticket: Ticket) -> str:
    """Return a text that changes whenever what the conversation shows does; one query."""
    message = select(func.max(Message.id)).where(in_family(Message.__table__.c.ticket_id))
    newest, failed = db.session.execute(
        select(message.scalar_subquery(), newest_undelivered(ticket.id)), {"ticket_id": ticket.id}
    ).one()
    return f"{ticket.version}-{newest or 0}-{failed or 0}"


def thread_for_staff(ticket: Ticket, *, viewer_id: int) -> Thread:
    """Return messages, notes and changes of a ticket in order of time.

    :param viewer_id: member of staff whose unread messages are marked.
    """
    messages = messages_with_files(ticket.id)
    read = fetch(_READ, ticket_id=ticket.id, staff_id=viewer_id).scalar()
    entries = [
        ThreadEntry(
            message.sent_at,
            message=message,
            is_new=read is not None and message.id > read and message.staff_id != viewer_id,
        )
        for message in messages
    ]
    changes = all_changes(ticket)
    reopening = _reopening(changes)
    entries += [
        ThreadEntry(change.at, change=change, is_reopening=change is reopening)
        for change in told_changes(changes)
    ]
    # Stable: at the same moment a message comes before the change it caused.
    entries.sort(key=lambda entry: (entry.at, entry.message is None))
    public = max((message.id for message in messages if message.kind == "message"), default=0)
    newest = max((message.id for message in messages), default=0)
    failed = undelivered_mails(ticket.id)
    mark = f"{ticket.version}-{newest}-{failed[-1].id if failed else 0}"
    return Thread(
        entries, public, mark, failed, is_read=read == newest, numbers=_origins(messages, ticket)
    )


def _origins(messages: Sequence[Message], ticket: Ticket) -> Mapping[int, int]:
    """Return the numbers of the other tickets that messages came in; mostly there are none."""
    if all(message.ticket_id == ticket.id for message in messages):
        return {}
    return {row.id: row.number for row in fetch(_NUMBERS, ticket_id=ticket.id)}


def messages_with_files(ticket_id: int) -> Sequence[Message]:
    """Return the messages and notes of a ticket with their attachments, oldest first.

    Those of tickets that were merged into it are among them.
    """
    messages = db.session.scalars(_MESSAGES, {"ticket_id": ticket_id}).all()
    files: dict[int | None, list[Attachment]] = {}
    for file in db.session.scalars(_FILES, {"ticket_id": ticket_id}):
        files.setdefault(file.message_id, []).append(file)
    for message in messages:
        set_committed_value(message, "attachments", files.get(message.id, []))
    return messages


#: Every look at a ticket asks these; built once.
_MESSAGES = (
    select(Message)
    .where(in_family(Message.__table__.c.ticket_id))
    .order_by(Message.sent_at, Message.id)
)
_NUMBERS = select(Ticket.id, Ticket.number).where(in_family(Ticket.__table__.c.id))
_FILES = (
    select(Attachment)
    .join(Message, Message.id == Attachment.message_id)
    .where(in_family(Message.__table__.c.ticket_id))
    .order_by(Attachment.id)
)
_READ = select(TicketRead.last_message_id).where(
    TicketRead.ticket_id == bindparam("ticket_id", type_=Integer),
    TicketRead.staff_id == bindparam("staff_id", type_=Integer),
)


def _reopening(changes: Sequence[Change]) -> Change | None:
    """Return the last move of a ticket if with it the customer opened a solved one again."""
    last = next((change for change in reversed(changes) if change.field == "state"), None)
    if last is None or last.who or (last.old, last.new) != ("solved", "open"):
        return None
    return last


@dataclass(frozen=True)
class TicketLine:
    """A ticket in a short list."""

    number: int
    subject: str
    state: str
    created_at: datetime


def earlier_tickets(ticket: Ticket) -> list[TicketLine]:
    """Return other tickets of the same requester, newest first, without spam and the bin.

    By an address that nobody vouches for, only tickets under the same claim are joined: staff
    see them as such.
    """
    same = []
    if ticket.customer_id is not None:
        same.append(Ticket.customer_id == ticket.customer_id)
    if ticket.visitor_id is not None:
        same.append(Ticket.visitor_id == ticket.visitor_id)
    if ticket.requester_email:
        same.append(Ticket.requester_email == ticket.requester_email)
    if not same:
        return []
    kept = or_(Ticket.disposition.is_(None), Ticket.disposition.not_in(OUT_OF_SIGHT))
    return _lines(or_(*same), kept, Ticket.id != ticket.id, limit=EARLIER_TICKETS)


def tickets_of_customers(customer_ids: list[int], *, limit: int = 30) -> list[TicketLine]:
    """Return the tickets of some customers, newest first."""
    if not customer_ids:
        return []
    return _lines(Ticket.customer_id.in_(customer_ids), limit=limit)


def _lines(*conditions: object, limit: int) -> list[TicketLine]:
    rows = db.session.execute(
        select(Ticket.number, Ticket.subject, Ticket.state, Ticket.created_at)
        .where(*conditions)  # type: ignore[arg-type]
        .order_by(Ticket.id.desc())
        .limit(limit)
    )
    return [TicketLine(**row._mapping) for row in rows]
