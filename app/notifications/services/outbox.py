"""Putting mail into the outbox, and out of it again: rows and jobs in the caller's transaction."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, update

from app.db import db
from app.errors import Conflict, Invalid
from app.jobs.services import enqueue_job
from app.notifications.models import FAILED_STATES, MailKind, MailState, OutgoingMail
from app.notifications.queries import suppression_of
from app.notifications.rendering import MailText
from app.notifications.services.outcomes import give_up
from app.notifications.settings import mail_settings

SEND_JOB = "mail.send"

#: What would let a value end its header and begin another.
CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]")
#: How many of the conversation's Message-IDs a mail names; the first always stays.
LONGEST_THREAD = 20
#: Mail held for longer says nothing new: it leaves only if somebody wants it to.
HELD_FOR = timedelta(days=7)
#: A waiting mail whose job is gone this long after its time gets another.
LOST_AFTER = timedelta(minutes=10)
_AT_ONCE = 500


def queue_mail(
    text: MailText,
    *,
    to: str,
    kind: MailKind,
    now: datetime,
    ticket_id: int | None = None,
    ticket_message_id: int | None = None,
    sender: str = "",
    thread: Sequence[str] = (),
    with_files: bool = False,
) -> OutgoingMail:
    """Add a mail to the outbox with its final Message-ID, and the job that sends it.

    Without a mail server the mail is held: staff can still read it in the outbox. To an address
    that gets no mail it is kept as suppressed, so that everybody can see why nothing came.

    :param to: one address, without a name.
    :param ticket_message_id: the answer it carries.
    :param sender: ``Name <address>``; empty means the installation's.
    :param thread: Message-IDs of the conversation before it, oldest first.
    :param with_files: send the answer's files along.
    :raises Invalid: address, sender or subject hold control characters.
    """
    if CONTROL.search(to + sender + text.subject) or "@" not in to:
        raise Invalid("This mail cannot be addressed.")
    settings = mail_settings()
    mail = OutgoingMail(
        message_id=f"<{secrets.token_hex(16)}@{settings.domain}>",
        kind=kind,
        sender=sender,
        to_address=to,
        subject=text.subject,
        text_body=text.text,
        html_body=text.html,
        thread=[*thread[:1], *thread[1:][-(LONGEST_THREAD - 1) :]],
        ticket_id=ticket_id,
        ticket_message_id=ticket_message_id,
        with_files=with_files,
        state=MailState.WAITING if settings.mail_url else MailState.HELD,
        created_at=now,
    )
    db.session.add(mail)
    db.session.flush()  # job and event name the row by its key
    stop = suppression_of(to, kind=kind)
    if stop is not None:
        give_up(mail, state=MailState.SUPPRESSED, error=stop.reason, now=now)
    elif settings.mail_url:
        _enqueue(mail.id, now=now)
    return mail


def send_again(mail: OutgoingMail, *, now: datetime) -> None:
    """Offer a mail to the server once more, from the first try on.

    :raises Conflict: no server is set, the mail is sent or under way, or its address gets none.
    """
    if not mail_settings().mail_url:
        raise Conflict("No mail server is set (MAIL_URL), so nothing can be sent.")
    if mail.state not in (*FAILED_STATES, MailState.HELD):
        raise Conflict("This mail is sent already, or about to be.")
    if suppression_of(mail.to_address, kind=mail.kind) is not None:
        raise Conflict("This address gets no mail. Allow it first, under “Addresses”.")
    mail.state = MailState.WAITING
    mail.tries = 0
    mail.next_try_at = None
    mail.error = ""
    _enqueue(mail.id, now=now)


def release_held(*, now: datetime, held_for: timedelta | None = HELD_FOR) -> int:
    """Send what was held while no server was set.

    :param held_for: leave mail that was held for longer; None takes all.
    :returns: how many are on their way now.
    """
    if not mail_settings().mail_url:
        return 0
    query = select(OutgoingMail.id).where(OutgoingMail.state == MailState.HELD)
    if held_for is not None:
        query = query.where(OutgoingMail.created_at >= now - held_for)
    keys = list(db.session.scalars(query.order_by(OutgoingMail.id).limit(_AT_ONCE)))
    if keys:
        db.session.execute(
            update(OutgoingMail)
            .where(OutgoingMail.id.in_(keys))
            .values(state=MailState.WAITING, next_try_at=None)
        )
    for key in keys:
        _enqueue(key, now=now)
    return len(keys)


def recover_lost(*, now: datetime) -> int:
    """Give waiting mail a job again whose own was given up or deleted.

    :returns: how many waiting mails were looked at.
    """
    due = now - LOST_AFTER
    keys = list(
        db.session.scalars(
            select(OutgoingMail.id)
            .where(
                OutgoingMail.state == MailState.WAITING,
                OutgoingMail.created_at < due,
                OutgoingMail.next_try_at.is_(None) | (OutgoingMail.next_try_at < due),
            )
            .order_by(OutgoingMail.id)
            .limit(_AT_ONCE)
        )
    )
    for key in keys:
        _enqueue(key, now=now)
    return len(keys)


def _enqueue(mail_id: int, *, now: datetime) -> None:
    enqueue_job(SEND_JOB, {"mail_id": mail_id}, now=now, dedupe_key=f"mail:{mail_id}")
