"""Which mails a ticket causes, and what they may say.

Mail must never cost a ticket: whatever goes wrong while one is written is logged and left.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from app.db import db
from app.knowledge.markdown import render_message
from app.notifications.queries import mails_to_since
from app.notifications.rendering import MailText, render_mail
from app.notifications.services import queue_mail
from app.notifications.settings import mail_settings
from app.sites.models import Site
from app.tickets.models import Message, Ticket
from app.tickets.services.links import create_request_link, request_path

log = logging.getLogger(__name__)

#: Anybody can type anybody's address, so an address nobody vouches for gets few mails a day.
MAILS_A_DAY_UNVERIFIED = 3
DAY = timedelta(hours=24)


def confirm_ticket(ticket: Ticket, *, now: datetime) -> None:
    """Queue the confirmation: a fixed text with number and link, no word of the requester's."""

    def write() -> MailText:
        return render_mail(
            "ticket_received",
            locale=ticket.locale,
            number=ticket.number,
            from_name=_from_name(ticket),
            link=_link(ticket, now),
        )

    _queue(ticket, write, now=now)


def announce_reply(ticket: Ticket, message: Message, *, now: datetime) -> None:
    """Queue the mail about an answer; it holds the answer only if the address is vouched for."""

    def write() -> MailText:
        body = message.body if ticket.requester_verified else None
        return render_mail(
            "answer",
            locale=ticket.locale,
            number=ticket.number,
            from_name=_from_name(ticket),
            link=_link(ticket, now),
            author=message.author_name,
            body=body,
            body_html=None if body is None else render_message(body),
        )

    _queue(ticket, write, now=now)


def _queue(ticket: Ticket, write: Callable[[], MailText], *, now: datetime) -> None:
    if not ticket.requester_email:
        return
    db.session.flush()  # what is wrong with the ticket itself must not be taken for mail trouble
    try:
        with db.session.begin_nested():
            if _may_mail(ticket, now):
                text = write()
                queue_mail(
                    to=ticket.requester_email,
                    subject=text.subject,
                    text=text.text,
                    html=text.html,
                    ticket_id=ticket.id,
                    now=now,
                )
    except Exception:
        # Whatever it is, the ticket stands; the person has its number on the screen.
        log.exception("no mail for ticket %s", ticket.number)


def _may_mail(ticket: Ticket, now: datetime) -> bool:
    if ticket.requester_verified:
        return True
    return mails_to_since(ticket.requester_email, now - DAY) < MAILS_A_DAY_UNVERIFIED


def _from_name(ticket: Ticket) -> str:
    site = db.session.get(Site, ticket.site_id) if ticket.site_id is not None else None
    return site.name if site is not None else "Foreword"


def _link(ticket: Ticket, now: datetime) -> str:
    return mail_settings().base_url + request_path(create_request_link(ticket, now=now))
