"""Accepting a ticket."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from app.customers.models import Customer
from app.db import db
from app.errors import Invalid, NotFound
from app.events.actor import Actor, ActorKind
from app.events.catalogue.tickets import MessageAdded, TicketOpened
from app.events.services import record
from app.tickets.models import Channel, MessageKind, Priority, Ticket, TicketState
from app.tickets.services.mails import confirm_ticket
from app.tickets.services.messages import (
    MailFacts,
    append_message,
    author_of_actor,
    uploads_of,
)
from app.tickets.services.texts import checked_request

#: Any number: names the lock under which PostgreSQL gives out ticket numbers.
NUMBER_LOCK = 7_161_204


def open_ticket(  # noqa: PLR0913 - a request has this many facts, and each caller names them
    *,
    subject: str,
    body: str,
    channel: Channel | str,
    actor: Actor,
    now: datetime,
    site_id: int | None = None,
    customer_id: int | None = None,
    visitor_id: int | None = None,
    requester_name: str = "",
    requester_email: str = "",
    requester_verified: bool = False,
    context: dict[str, Any] | None = None,
    locale: str = "",
    help_session_id: int | None = None,
    attachment_keys: Sequence[str] = (),
    attachment_owner: str | None = None,
    priority: Priority | str = Priority.NORMAL,
    mail: MailFacts | None = None,
) -> Ticket:
    """Accept a ticket: number, first message, event and mail in the caller's transaction.

    Neither mail nor search can keep a ticket from being accepted.

    :param customer_id: the identified customer; name and address are taken from there if missing.
    :param requester_verified: the address is vouched for; then answers are mailed in full.
    :param attachment_keys: waiting uploads that go with the first message.
    :param attachment_owner: who uploaded them, such as ``session:42``; None for staff's own.
    :param mail: what the first message came in, if it came by mail.
    :raises Invalid: a field cannot be accepted; `fields` says which.
    :raises NotFound: the customer does not exist.
    """
    if customer_id is not None:
        customer = _customer(customer_id)
        requester_name = requester_name or customer.name
        if not requester_email and customer.email:
            requester_email = customer.email
            requester_verified = requester_verified or customer.email_verified
    subject, body, requester_name, requester_email = checked_request(
        subject=subject, body=body, name=requester_name, email=requester_email
    )
    if priority not in set(Priority):
        raise Invalid(fields={"priority": ["There is no such priority."]})
    by_staff = actor.kind is ActorKind.STAFF
    ticket = Ticket(
        site_id=site_id,
        channel=Channel(channel),
        subject=subject,
        # Staff who open a ticket have spoken to the customer: nobody waits for a first look.
        state=TicketState.OPEN if by_staff else TicketState.NEW,
        priority=Priority(priority),
        assignee_id=actor.id if by_staff else None,
        customer_id=customer_id,
        visitor_id=visitor_id,
        requester_name=requester_name,
        requester_email=requester_email,
        requester_verified=requester_verified and bool(requester_email),
        locale=locale,
        context=context or {},
        help_session_id=help_session_id,
        updated_at=now,
        created_at=now,
    )
    add_ticket(ticket)
    author = author_of_actor(actor, requester_name=requester_name or requester_email)
    message = append_message(
        ticket,
        author=author,
        body=body,
        kind=MessageKind.MESSAGE,
        uploads=uploads_of(attachment_keys, actor=actor, owner_key=attachment_owner),
        now=now,
        mail=mail,
    )
    note_opened(ticket, actor=actor, now=now)
    record(MessageAdded(ticket.id, message.id, author.kind), actor=actor, at=now)
    confirm_ticket(ticket, now=now)
    return ticket


def add_ticket(ticket: Ticket) -> None:
    """Add a ticket under the next number."""
    ticket.number = _next_number()
    db.session.add(ticket)
    db.session.flush()  # messages and events name it by its key


def note_opened(ticket: Ticket, *, actor: Actor, now: datetime) -> None:
    """Record that a ticket was accepted."""
    event = TicketOpened(
        ticket.id,
        ticket.number,
        ticket.channel,
        ticket.help_session_id,
        ticket.customer_id,
        ticket.visitor_id,
        ticket.priority,
        ticket.site_id,
    )
    record(event, actor=actor, at=now)


def _customer(customer_id: int) -> Customer:
    customer = db.session.get(Customer, customer_id)
    if customer is None:
        raise NotFound
    return customer


def _next_number() -> int:
    """Return the next number without a gap.

    SQLite writers hold the database's one write lock already; PostgreSQL's queue up here until
    the ticket before is committed.
    """
    if db.session.get_bind().dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(NUMBER_LOCK)))
    return (db.session.scalar(select(func.max(Ticket.number))) or 0) + 1
