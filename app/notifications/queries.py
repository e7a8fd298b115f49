"""Reading the outbox and the addresses that get nothing."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ScalarSelect, bindparam, func, select
from sqlalchemy.orm import Session

from app.db import db, fetch
from app.errors import NotFound
from app.notifications.models import (
    FAILED_STATES,
    MailKind,
    MailState,
    OutgoingMail,
    Suppression,
    SuppressionReason,
)
from app.web.pagination import Page, paginate

#: Failed mails shown with a conversation; older ones are in the outbox.
_SHOWN_FAILURES = 5


def mails_to_since(address: str, since: datetime, *, kind: MailKind | None = None) -> int:
    """Return how many mails were queued to an address since a moment.

    :param kind: only these; None counts all.
    """
    query = (
        select(func.count())
        .select_from(OutgoingMail)
        .where(OutgoingMail.to_address == address, OutgoingMail.created_at >= since)
    )
    if kind is not None:
        query = query.where(OutgoingMail.kind == kind)
    return db.session.scalar(query) or 0


def outbox_page(*, states: Collection[str], number: int) -> Page[OutgoingMail]:
    """Return one page of the outbox, newest first.

    :param states: only these states; empty means all.
    :param number: page, from 1.
    """
    query = select(OutgoingMail).order_by(OutgoingMail.id.desc())
    if states:
        query = query.where(OutgoingMail.state.in_(states))
    return paginate(db.session(), query, number=number, per_page=50)


def mail_counts() -> dict[str, int]:
    """Return how many mails are in each state."""
    rows = db.session.execute(select(OutgoingMail.state, func.count()).group_by(OutgoingMail.state))
    found = {row[0]: row[1] for row in rows}
    return {state.value: found.get(state.value, 0) for state in MailState}


def mail_by_id(mail_id: int) -> OutgoingMail:
    """Return a mail of the outbox.

    :raises NotFound: there is none with that key.
    """
    mail = db.session.get(OutgoingMail, mail_id)
    if mail is None:
        raise NotFound
    return mail


def undelivered_mails(ticket_id: int) -> list[OutgoingMail]:
    """Return the newest mails of a ticket that did not arrive, oldest first."""
    return list(reversed(db.session.scalars(_UNDELIVERED, {"ticket_id": ticket_id}).all()))


#: Every look at a ticket asks this; built once.
_UNDELIVERED = (
    select(OutgoingMail)
    .where(OutgoingMail.ticket_id == bindparam("ticket_id"), OutgoingMail.state.in_(FAILED_STATES))
    .order_by(OutgoingMail.id.desc())
    .limit(_SHOWN_FAILURES)
)


def newest_undelivered(ticket_id: int) -> ScalarSelect[int | None]:
    """Return the key of a ticket's newest mail that did not arrive, as a part of a query."""
    return (
        select(func.max(OutgoingMail.id))
        .where(OutgoingMail.ticket_id == ticket_id, OutgoingMail.state.in_(FAILED_STATES))
        .scalar_subquery()
    )


def mails_in_thread(ticket_id: int, address: str) -> list[tuple[datetime, str]]:
    """Return time and Message-ID of the mails to one address about a ticket, oldest first."""
    rows = fetch(_IN_THREAD, ticket_id=ticket_id, address=address)
    return [(row.created_at, row.message_id) for row in rows]


#: Every mail asks this; built once.
_IN_THREAD = (
    select(OutgoingMail.created_at, OutgoingMail.message_id)
    .where(
        OutgoingMail.ticket_id == bindparam("ticket_id"),
        OutgoingMail.to_address == bindparam("address"),
    )
    .order_by(OutgoingMail.id)
)


def suppression_of(
    address: str, *, kind: MailKind | str, session: Session | None = None
) -> Suppression | None:
    """Return why an address gets no mail of a kind, or None if it does.

    Who unsubscribed still gets answers to what they ask.

    :param session: the sender reads in a session of its own.
    """
    query = select(Suppression).where(Suppression.address == address.lower())
    if kind == MailKind.ANSWER:
        query = query.where(Suppression.reason != SuppressionReason.UNSUBSCRIBED)
    return (session or db.session()).scalar(query.order_by(Suppression.id).limit(1))


def unsubscription_of(address: str) -> Suppression | None:
    """Return the row by which an address gets no automatic mail, if its owner asked for that."""
    return db.session.scalar(
        select(Suppression).where(
            Suppression.address == address.lower(),
            Suppression.reason == SuppressionReason.UNSUBSCRIBED,
        )
    )


def suppression_page(*, number: int) -> Page[Suppression]:
    """Return one page of the addresses that get no mail, newest first."""
    query = select(Suppression).order_by(Suppression.id.desc())
    return paginate(db.session(), query, number=number, per_page=50)


def suppression_by_id(suppression_id: int) -> Suppression:
    """Return one of them.

    :raises NotFound: there is none with that key.
    """
    row = db.session.get(Suppression, suppression_id)
    if row is None:
        raise NotFound
    return row
