"""Making two tickets of one in which two things are asked."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from app.db import db
from app.errors import Invalid
from app.events.actor import Actor
from app.events.catalogue.merging import TicketSplit, TicketSplitOff
from app.events.catalogue.tickets import MessageAdded
from app.events.services import record
from app.tickets.desk import Tagging
from app.tickets.errors import SetAside, TicketClosed
from app.tickets.models import Message, MessageKind, Ticket, TicketState
from app.tickets.relations import Relation
from app.tickets.services.mails import confirm_ticket
from app.tickets.services.opening import add_ticket, note_opened
from app.tickets.services.properties import lock_ticket, note_change
from app.tickets.services.relating import relate_tickets
from app.tickets.services.texts import checked_subject


def split_ticket(
    ticket: Ticket,
    *,
    message_ids: Collection[int],
    subject: str,
    actor: Actor,
    now: datetime,
    expected_version: int | None = None,
) -> Ticket:
    """Move some messages into a ticket of their own, with their files.

    Its requester, who is told its number by mail, and tags are those of the first; what is owed
    on it counts from now.

    :param message_ids: of the ticket; at least one public one of the requester's. Others of
        theirs must stay behind.
    :returns: the new ticket.
    :raises TicketChanged: somebody changed it since `expected_version`.
    :raises TicketClosed: it is closed.
    :raises SetAside: it is set aside.
    :raises Invalid: the choice or the subject makes no sense; `fields` says which.
    """
    subject = checked_subject(subject)
    lock_ticket(ticket, expected_version=expected_version)
    if ticket.disposition is not None:
        raise SetAside
    if ticket.state == TicketState.CLOSED:
        raise TicketClosed
    moved = _chosen(ticket, message_ids)
    new = Ticket(
        site_id=ticket.site_id,
        channel=ticket.channel,
        subject=subject,
        state=TicketState.OPEN,
        priority=ticket.priority,
        assignee_id=ticket.assignee_id,
        customer_id=ticket.customer_id,
        visitor_id=ticket.visitor_id,
        requester_name=ticket.requester_name,
        requester_email=ticket.requester_email,
        requester_verified=ticket.requester_verified,
        locale=ticket.locale,
        context=dict(ticket.context),
        category_id=ticket.category_id,
        team_id=ticket.team_id,
        updated_at=now,
        created_at=now,
    )
    add_ticket(new)
    for message in moved:
        message.ticket_id = new.id
    tags = db.session.scalars(db.select(Tagging.tag_id).where(Tagging.ticket_id == ticket.id))
    db.session.add_all([Tagging(ticket_id=new.id, tag_id=tag_id) for tag_id in tags.all()])
    note_opened(new, actor=actor, now=now)
    for message in moved:
        if message.kind == MessageKind.MESSAGE:
            record(MessageAdded(new.id, message.id, message.author_kind), actor=actor, at=now)
            if message.staff_id is None:
                new.last_customer_message_at = message.sent_at
            else:
                new.last_staff_message_at = message.sent_at
    keys = [message.id for message in moved]
    note_change(ticket, TicketSplit(ticket.id, new.id, new.number, keys), actor=actor, now=now)
    note_change(new, TicketSplitOff(new.id, ticket.id, ticket.number), actor=actor, now=now)
    relate_tickets(new, other=ticket, kind=Relation.RELATED, actor=actor, now=now)
    confirm_ticket(new, now=now)
    return new


def _chosen(ticket: Ticket, message_ids: Collection[int]) -> list[Message]:
    """Return the chosen messages, oldest first.

    :raises Invalid: see :func:`split_ticket`.
    """
    messages = db.session.scalars(
        db.select(Message).where(Message.ticket_id == ticket.id).order_by(Message.id)
    ).all()
    chosen = [message for message in messages if message.id in message_ids]
    asked = [
        message
        for message in messages
        if message.kind == MessageKind.MESSAGE and message.staff_id is None
    ]
    if not any(message in chosen for message in asked):
        raise Invalid(fields={"message": ["Please choose at least one message of the customer."]})
    if all(message in chosen for message in asked):
        raise Invalid(
            fields={"message": ["Please leave at least one message of the customer here."]}
        )
    return chosen
