"""Reading the outbox."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.db import db
from app.errors import NotFound
from app.notifications.models import MailState, OutgoingMail
from app.web.pagination import Page, paginate


def mails_to_since(address: str, since: datetime) -> int:
    """Return how many mails were queued to an address since a moment."""
    return (
        db.session.scalar(
            select(func.count())
            .select_from(OutgoingMail)
            .where(OutgoingMail.to_address == address, OutgoingMail.created_at >= since)
        )
        or 0
    )


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
    """Return the mails of a ticket that were refused for good, oldest first."""
    return list(
        db.session.scalars(
            select(OutgoingMail)
            .where(OutgoingMail.ticket_id == ticket_id, OutgoingMail.state == MailState.DEAD)
            .order_by(OutgoingMail.id)
        )
    )


def thread_root(session: Session, mail: OutgoingMail) -> str | None:
    """Return the Message-ID of the first mail about the same ticket to the same address.

    :param session: the sender reads in a session of its own.
    """
    if mail.ticket_id is None:
        return None
    return session.scalar(
        select(OutgoingMail.message_id)
        .where(
            OutgoingMail.ticket_id == mail.ticket_id,
            OutgoingMail.to_address == mail.to_address,
            OutgoingMail.id < mail.id,
        )
        .order_by(OutgoingMail.id)
        .limit(1)
    )
