"""The job that sends one mail of the outbox."""

from __future__ import annotations

from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.clock import utc_now
from app.db import db, read_only
from app.notifications.models import MailState, OutgoingMail
from app.notifications.queries import thread_root
from app.notifications.settings import mail_settings
from app.notifications.smtp import Envelope, RefusedForGood, build_message, deliver


def send_mail(payload: dict[str, Any]) -> None:
    """Send a waiting mail and note what became of it.

    Temporary trouble raises, and the job table tries again with the same Message-ID.

    :param payload: ``mail_id``.
    """
    mail_id = int(payload["mail_id"])
    # Read and let go before the conversation: the job's own transaction holds the write lock
    # from its first statement on, and a slow mail server must not stop everybody's writing.
    with read_only(), Session(db.engine) as session:
        mail = session.get(OutgoingMail, mail_id)
        if mail is None or mail.state != MailState.WAITING:
            return
        envelope = Envelope(
            message_id=mail.message_id,
            in_reply_to=thread_root(session, mail),
            sender=mail_settings().mail_from,
            to=mail.to_address,
            subject=mail.subject,
            text=mail.text_body,
            html=mail.html_body,
            queued_at=mail.created_at,
        )
    changes: dict[str, Any]
    try:
        deliver(build_message(envelope), mail_url=mail_settings().mail_url)
        changes = {"state": MailState.SENT, "sent_at": utc_now()}
    except (RefusedForGood, ValueError) as refusal:
        # ValueError: an address or header that no server will ever take.
        changes = {"state": MailState.DEAD, "error": str(refusal)}
    db.session.execute(update(OutgoingMail).where(OutgoingMail.id == mail_id).values(**changes))
