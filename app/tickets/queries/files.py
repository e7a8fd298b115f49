"""Files of a ticket, found through the ticket they belong to and never by their key alone."""

from __future__ import annotations

from sqlalchemy import select

from app.db import db
from app.errors import NotFound
from app.files.models import Attachment
from app.tickets.models import Message, MessageKind, Ticket
from app.tickets.queries.merged import in_family


def file_of_ticket(ticket: Ticket, key: str, *, notes: bool = False) -> Attachment:
    """Return a file of one of a ticket's messages.

    :param ticket: loaded in the scope of whoever asks.
    :param notes: files of internal notes too; for staff only.
    :raises NotFound: the ticket has no such file that the asker may see.
    """
    query = (
        select(Attachment)
        .join(Message, Message.id == Attachment.message_id)
        .where(in_family(Message.__table__.c.ticket_id), Attachment.key == key)
    )
    if not notes:
        query = query.where(Message.kind == MessageKind.MESSAGE)
    attachment = db.session.scalar(query, {"ticket_id": ticket.id})
    if attachment is None:
        raise NotFound
    return attachment
