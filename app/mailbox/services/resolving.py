"""What staff decide about a mail that waits, was left alone, or could not be read."""

from __future__ import annotations

from datetime import datetime

from app.db import db
from app.errors import Conflict
from app.events.actor import Actor
from app.mailbox.limits import MAX_BYTES
from app.mailbox.models import Reason, ReceivedMail, ReceivedState
from app.mailbox.parsing.reading import ReadMail, read_mail
from app.mailbox.queries import raw_of
from app.mailbox.services.processing import FileRoom, make_ticket, put_on_ticket
from app.mailbox.services.receiving import enqueue_processing
from app.mailbox.services.settling import settle
from app.tickets.models import Ticket

#: Nothing came of these yet, so something still may.
UNDECIDED = (ReceivedState.QUARANTINED, ReceivedState.IGNORED, ReceivedState.UNPROCESSABLE)


def read_again(row: ReceivedMail, *, actor: Actor, now: datetime) -> None:
    """Let the worker read a mail once more, by the rules of now.

    :raises Conflict: something came of it already, or its bytes were let go.
    """
    _refuse_if_decided(row)
    if raw_of(row.id) is None:
        raise Conflict("This mail was kept for 90 days and is gone now.")
    row.ticket_id = None
    settle(row, ReceivedState.RECEIVED, actor=actor, now=now)
    enqueue_processing(row, now=now)


def make_ticket_of(row: ReceivedMail, *, actor: Actor, room: FileRoom, now: datetime) -> Ticket:
    """Make a mail a new ticket. Its sender stays a claim.

    :raises Conflict: something came of it already, or it cannot be read.
    """
    return make_ticket(row, _read(row), room=room, now=now, actor=actor)


def add_to_ticket(row: ReceivedMail, *, actor: Actor, room: FileRoom, now: datetime) -> Ticket:
    """Put a mail on the ticket its code names, under its sender's own address.

    Further mails of that address with that code need no decision any more.

    :raises Conflict: it names no ticket, something came of it already, or it cannot be read.
    """
    if row.ticket_id is None:
        raise Conflict("This mail names no ticket.")
    ticket = db.session.get_one(Ticket, row.ticket_id)
    message = put_on_ticket(row, _read(row), ticket, room=room, now=now, actor=actor)
    return db.session.get_one(Ticket, message.ticket_id)


def discard(row: ReceivedMail, *, actor: Actor, now: datetime) -> None:
    """Decide that nothing comes of a mail. It stays in the list.

    :raises Conflict: something came of it already.
    """
    _refuse_if_decided(row)
    settle(row, ReceivedState.IGNORED, Reason.DISCARDED, actor=actor, now=now)


def mail_as_read(row: ReceivedMail) -> ReadMail | None:
    """Return a mail for the look at it, or None if it cannot be read or is gone."""
    raw = raw_of(row.id)
    if raw is None:
        return None
    try:
        return read_mail(raw, is_cut=row.size_bytes > MAX_BYTES)
    except Exception:  # noqa: BLE001 - whatever is wrong with it, its bytes can still be had
        return None


def _read(row: ReceivedMail) -> ReadMail:
    _refuse_if_decided(row)
    mail = mail_as_read(row)
    if mail is None:
        raise Conflict("This mail cannot be read.")
    return mail


def _refuse_if_decided(row: ReceivedMail) -> None:
    db.session.refresh(row, with_for_update=True)
    if row.state not in UNDECIDED:
        raise Conflict("Somebody has decided about this mail already.")
