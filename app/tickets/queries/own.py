"""A person's own requests, as the widget and the help centre show them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import selectinload

from app.db import db
from app.promises.queries import next_shown_due
from app.tickets.models import Message, MessageKind, Ticket
from app.tickets.queries.merged import in_family
from app.tickets.queries.visibility import owned_by


@dataclass(frozen=True)
class OwnTicket:
    """One of a person's requests.

    :ivar unread: answers since its requester last looked.
    :ivar requester: who asked; empty for the person themselves.
    :ivar promised_at: by when something is promised that they may know of.
    """

    number: int
    subject: str
    state: str
    created_at: datetime
    updated_at: datetime
    unread: int
    requester: str = ""
    promised_at: datetime | None = None


def customer_tickets(
    *,
    customer_id: int | None = None,
    visitor_id: int | None = None,
    address: str = "",
    account_id: int | None = None,
    limit: int = 50,
) -> list[OwnTicket]:
    """Return a person's requests with their unread answers, last changed first.

    A person who is neither known nor remembered has none.

    :param address: see :func:`app.tickets.queries.visibility.owned_by`.
    :param account_id: likewise; colleagues' requests are among them.
    """
    if customer_id is None and visitor_id is None and not address:
        return []
    own = owned_by(customer_id=customer_id, visitor_id=visitor_id, address=address)
    unread = (
        select(func.count())
        .select_from(Message)
        .where(_unread())
        .correlate(Ticket)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(
            Ticket.number,
            Ticket.subject,
            Ticket.state,
            Ticket.created_at,
            Ticket.updated_at,
            unread.label("unread"),
            case((own, ""), else_=Ticket.requester_name).label("requester"),
            next_shown_due(Ticket.id).label("promised_at"),
        )
        .where(
            owned_by(
                customer_id=customer_id,
                visitor_id=visitor_id,
                address=address,
                account_id=account_id,
            ),
            Ticket.merged_into_id.is_(None),
        )
        .order_by(Ticket.updated_at.desc(), Ticket.id.desc())
        .limit(limit)
    )
    return [OwnTicket(**row._mapping) for row in rows]


def is_own(
    ticket: Ticket, *, customer_id: int | None, visitor_id: int | None, address: str
) -> bool:
    """Say whether a ticket that a person sees is their own, not a colleague's."""
    return (
        (customer_id is not None and ticket.customer_id == customer_id)
        or (visitor_id is not None and ticket.visitor_id == visitor_id)
        or (bool(address) and ticket.requester_email == address)
    )


def unread_answers(
    *, customer_id: int | None = None, visitor_id: int | None = None, address: str = ""
) -> int:
    """Return how many answers a person has not seen, for the mark on the launcher.

    :param address: see :func:`app.tickets.queries.visibility.owned_by`.
    """
    if customer_id is None and visitor_id is None and not address:
        return 0
    return (
        db.session.scalar(
            select(func.count())
            .select_from(Ticket)
            .join(Message, _unread())
            .where(owned_by(customer_id=customer_id, visitor_id=visitor_id, address=address))
        )
        or 0
    )


def public_thread(ticket: Ticket) -> list[Message]:
    """Return the messages a requester may see, with their files, oldest first. Never notes.

    What they wrote in tickets that were merged into this one is among them.
    """
    return list(
        db.session.scalars(
            select(Message)
            .where(in_family(Message.__table__.c.ticket_id), Message.kind == MessageKind.MESSAGE)
            .order_by(Message.sent_at, Message.id)
            .options(selectinload(Message.attachments)),
            {"ticket_id": ticket.id},
        )
    )


def _unread() -> ColumnElement[bool]:
    """Return the condition that a message is an answer its requester has not seen."""
    return and_(
        Message.ticket_id == Ticket.id,
        Message.kind == MessageKind.MESSAGE,
        Message.staff_id.is_not(None),
        or_(Ticket.customer_seen_at.is_(None), Message.sent_at > Ticket.customer_seen_at),
    )
