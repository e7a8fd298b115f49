"""Which mails a ticket causes, and what they may say.

Mail must never cost a ticket: whatever goes wrong while one is written is logged and left.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from app.db import db
from app.files.queries import attachments_of_message
from app.knowledge.markdown import render_message, render_plain_text
from app.notifications.models import MailKind
from app.notifications.queries import mails_in_thread, mails_to_since
from app.notifications.rendering import MailText, render_mail
from app.notifications.services.outbox import queue_mail
from app.notifications.settings import mail_settings
from app.sites.models import Site
from app.sites.senders import sender_of
from app.tickets.models import Channel, Message, Ticket, TicketState
from app.tickets.queries.arrivals import message_answered_by, received_ids
from app.tickets.services.links import create_request_link, request_path

log = logging.getLogger(__name__)

#: Anybody can type anybody's address, so an address nobody vouches for gets few mails a day.
MAILS_A_DAY_UNVERIFIED = 3
DAY = timedelta(hours=24)
#: Two machines that take each other for people must not go on for ever by mail.
CONFIRMATIONS_AN_HOUR = 3
HOUR = timedelta(hours=1)
#: Files of an answer that go along, all together; what is larger stays behind the link.
MOST_FILE_BYTES = 10 * 1024 * 1024
#: How much of the customer's words an answer quotes.
LONGEST_QUOTE = 2_000


def confirm_ticket(ticket: Ticket, *, now: datetime) -> None:
    """Queue the confirmation: a fixed text with number and link.

    No word of the requester's is in it unless their address is vouched for.
    """

    def write() -> MailText:
        return render_mail(
            "ticket_received",
            locale=ticket.locale,
            number=ticket.number,
            from_name=_from_name(ticket),
            **_usual(ticket, now),
        )

    _queue(ticket, write, kind=MailKind.AUTOMATIC, now=now)


def announce_reply(ticket: Ticket, message: Message, *, now: datetime) -> None:
    """Queue the mail about an answer; it holds the answer only if the address is vouched for."""
    files = attachments_of_message(message.id) if ticket.requester_verified else ()
    fit = sum(file.size_bytes for file in files) <= MOST_FILE_BYTES

    def write() -> MailText:
        body = message.body if ticket.requester_verified else None
        earlier = message_answered_by(message) if ticket.requester_verified else None
        return render_mail(
            "answer",
            locale=ticket.locale,
            number=ticket.number,
            from_name=_from_name(ticket),
            author=message.author_name,
            body=body,
            body_html=None if body is None else render_message(body),
            quoted=None if earlier is None else _quote(earlier),
            is_solved=ticket.state == TicketState.SOLVED,
            left_files=[] if fit else [file.filename for file in files],
            **_usual(ticket, now),
        )

    _queue(ticket, write, kind=MailKind.ANSWER, now=now, message=message, files=bool(files) and fit)


def tell_of_merging(ticket: Ticket, *, old_number: int, now: datetime) -> None:
    """Queue the mail that another request of the same person goes on in this one.

    :param old_number: of the other.
    """

    def write() -> MailText:
        return render_mail(
            "merged",
            locale=ticket.locale,
            number=ticket.number,
            old=old_number,
            from_name=_from_name(ticket),
            **_usual(ticket, now),
        )

    _queue(ticket, write, kind=MailKind.AUTOMATIC, now=now)


def ask_for_rating(ticket: Ticket, *, path: str, again: bool, now: datetime) -> None:
    """Queue the question how satisfied somebody is.

    :param path: where it is answered, below the installation's own address.
    :param again: it is the one reminder.
    """

    def write() -> MailText:
        return render_mail(
            "rating",
            locale=ticket.locale,
            number=ticket.number,
            from_name=_from_name(ticket),
            answer_link=mail_settings().base_url + path,
            again=again,
            **_usual(ticket, now),
        )

    _queue(ticket, write, kind=MailKind.AUTOMATIC, now=now)


def _usual(ticket: Ticket, now: datetime) -> dict[str, Any]:
    """Return what every mail about a ticket says.

    :returns: with `subject` None where the requester's own words would reach a stranger.
    """
    return {
        "subject": ticket.subject if ticket.requester_verified else None,
        "link": mail_settings().base_url + request_path(create_request_link(ticket, now=now)),
        "can_reply": bool(mail_settings().reply_address),
    }


def _quote(earlier: Message) -> dict[str, Any]:
    text = earlier.body
    if len(text) > LONGEST_QUOTE:
        text = text[:LONGEST_QUOTE].rsplit(" ", 1)[0] + " …"
    return {
        "author": earlier.author_name,
        "day": earlier.sent_at,
        "lines": text.split("\n"),
        "html": render_plain_text(text),
    }


def _queue(
    ticket: Ticket,
    write: Callable[[], MailText],
    *,
    kind: MailKind,
    now: datetime,
    message: Message | None = None,
    files: bool = False,
) -> None:
    if not ticket.requester_email:
        return
    db.session.flush()  # what is wrong with the ticket itself must not be taken for mail trouble
    try:
        with db.session.begin_nested():
            if _may_mail(ticket, kind, now):
                queue_mail(
                    write(),
                    to=ticket.requester_email,
                    kind=kind,
                    ticket_id=ticket.id,
                    ticket_message_id=message.id if message else None,
                    sender=sender_of(_site(ticket)),
                    thread=_thread(ticket),
                    with_files=files,
                    now=now,
                )
    except Exception:
        # Whatever it is, the ticket stands; the person has its number on the screen.
        log.exception("no mail for ticket %s", ticket.number)


def _thread(ticket: Ticket) -> list[str]:
    """Return the Message-IDs of the conversation by mail, theirs and ours, oldest first."""
    known = [*received_ids(ticket.id), *mails_in_thread(ticket.id, ticket.requester_email)]
    return [message_id for _at, message_id in sorted(known, key=lambda each: each[0])]


def _may_mail(ticket: Ticket, kind: MailKind, now: datetime) -> bool:
    address = ticket.requester_email
    if not ticket.requester_verified:
        return mails_to_since(address, now - DAY) < MAILS_A_DAY_UNVERIFIED
    if kind is MailKind.ANSWER or ticket.channel != Channel.MAIL:
        return True
    return mails_to_since(address, now - HOUR, kind=kind) < CONFIRMATIONS_AN_HOUR


def _site(ticket: Ticket) -> Site | None:
    return db.session.get(Site, ticket.site_id) if ticket.site_id is not None else None


def _from_name(ticket: Ticket) -> str:
    site = _site(ticket)
    return site.name if site is not None else "Foreword"
