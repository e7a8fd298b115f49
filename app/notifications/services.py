"""Putting mail into the outbox: a row and a job in the caller's transaction."""

from __future__ import annotations

import re
import secrets
from datetime import datetime

from app.db import db
from app.errors import Invalid
from app.jobs.services import enqueue_job
from app.notifications.models import MailState, OutgoingMail
from app.notifications.settings import mail_settings

SEND_JOB = "mail.send"

#: What would let a value end its header and begin another.
CONTROL = re.compile(r"[\x00-\x1f\x7f]")


def queue_mail(
    *, to: str, subject: str, text: str, html: str, ticket_id: int | None, now: datetime
) -> OutgoingMail:
    """Add a mail to the outbox with its final Message-ID, and the job that sends it.

    Without a mail server the mail is held: staff can still read it in the outbox.

    :param to: one address, without a name.
    :raises Invalid: address or subject hold control characters.
    """
    if CONTROL.search(to) or CONTROL.search(subject) or "@" not in to:
        raise Invalid("This mail cannot be addressed.")
    settings = mail_settings()
    mail = OutgoingMail(
        message_id=f"<{secrets.token_hex(16)}@{settings.domain}>",
        to_address=to,
        subject=subject,
        text_body=text,
        html_body=html,
        ticket_id=ticket_id,
        state=MailState.WAITING if settings.mail_url else MailState.HELD,
        created_at=now,
    )
    db.session.add(mail)
    if settings.mail_url:
        db.session.flush()  # the job names the row by its key
        enqueue_job(SEND_JOB, {"mail_id": mail.id}, now=now)
    return mail
