"""Reading received mail."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from email.utils import parseaddr

from sqlalchemy import func, select

from app.db import db
from app.errors import NotFound
from app.mailbox.models import NEED_A_PERSON, MailboxLook, RawMail, ReceivedMail, ReceivedState
from app.notifications.settings import mail_settings
from app.sites.models import Site
from app.tickets.models import Message, Ticket
from app.web.pagination import Page, paginate


def own_addresses() -> set[str]:
    """Return the addresses this installation writes from and takes answers under, lower case."""
    settings = mail_settings()
    sites = db.session.scalars(select(Site.mail_address).where(Site.mail_address != ""))
    usual = parseaddr(settings.mail_from)[1].lower()
    return {usual, settings.reply_address, *(address.lower() for address in sites)} - {""}


def site_of_address(addresses: Collection[str]) -> Site | None:
    """Return the site whose mail goes to one of some addresses."""
    if not addresses:
        return None
    return db.session.scalar(
        select(Site)
        .where(Site.mail_address.in_(list(addresses)[:50]), Site.is_active)
        .order_by(Site.id)
        .limit(1)
    )


def wrote_before(ticket_id: int, address: str) -> bool:
    """Say whether somebody decided already that an address speaks on a ticket."""
    rows = db.session.scalars(
        select(Message.mail).where(Message.ticket_id == ticket_id, Message.mail.is_not(None))
    )
    return any((facts or {}).get("sender") == address for facts in rows)


def received_by_id(received_id: int) -> ReceivedMail:
    """Return a received mail.

    :raises NotFound: there is none with that key.
    """
    row = db.session.get(ReceivedMail, received_id)
    if row is None:
        raise NotFound
    return row


def raw_of(received_id: int) -> bytes | None:
    """Return the bytes of a mail, or None once they were let go."""
    return db.session.scalar(select(RawMail.content).where(RawMail.received_id == received_id))


def received_page(*, states: Collection[str], number: int) -> Page[ReceivedMail]:
    """Return one page of received mail, newest first.

    :param states: only these; empty means all.
    :param number: page, from 1.
    """
    query = select(ReceivedMail).order_by(ReceivedMail.id.desc())
    if states:
        query = query.where(ReceivedMail.state.in_(states))
    return paginate(db.session(), query, number=number, per_page=50)


def received_counts() -> dict[str, int]:
    """Return how many received mails are in each state."""
    rows = db.session.execute(select(ReceivedMail.state, func.count()).group_by(ReceivedMail.state))
    found = {row[0]: row[1] for row in rows}
    return {state.value: found.get(state.value, 0) for state in ReceivedState}


def looks() -> Sequence[MailboxLook]:
    """Return how the last look into each mailbox went."""
    return db.session.scalars(select(MailboxLook).order_by(MailboxLook.name)).all()


def number_of_ticket(ticket_id: int | None) -> int | None:
    """Return a ticket's number, or None if there is no such ticket."""
    return db.session.scalar(select(Ticket.number).where(Ticket.id == ticket_id))


def waiting_mails() -> int:
    """Return how many received mails wait for a person."""
    query = select(func.count()).select_from(ReceivedMail)
    return db.session.scalar(query.where(ReceivedMail.state.in_(NEED_A_PERSON))) or 0


def oldest_unread() -> datetime | None:
    """Return since when the longest waiting mail has not been read by the worker."""
    return db.session.scalar(
        select(func.min(ReceivedMail.created_at)).where(
            ReceivedMail.state == ReceivedState.RECEIVED
        )
    )
