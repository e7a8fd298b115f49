"""The jobs that send mail: one mail each, and the look at what was left lying."""

from __future__ import annotations

import smtplib
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import utc_now
from app.db import db, read_only
from app.files.models import Attachment
from app.notifications.models import MailKind, MailState, OutgoingMail
from app.notifications.queries import suppression_of
from app.notifications.services.outbox import SEND_JOB, recover_lost, release_held
from app.notifications.services.outcomes import note_refused, note_sent, note_trouble
from app.notifications.settings import mail_settings
from app.notifications.smtp import Envelope, MailFile, RefusedForGood, build_message, deliver
from app.notifications.tokens import Purpose, code_for, signed_address


def send_mail(payload: dict[str, Any]) -> None:
    """Send a waiting mail and note what became of it.

    Trouble that may pass puts another try into the job table, with the same Message-ID.

    :param payload: ``mail_id``.
    """
    mail_id = int(payload["mail_id"])
    # Read and let go before the conversation: the job's own transaction holds the write lock
    # from its first statement on, and a slow mail server must not stop everybody's writing.
    with read_only(), Session(db.engine) as session:
        mail = session.get(OutgoingMail, mail_id)
        if mail is None or mail.state != MailState.WAITING:
            return
        stop = suppression_of(mail.to_address, kind=mail.kind, session=session)
        envelope = _envelope(session, mail)
    if stop is not None:
        note_refused(mail_id, state=MailState.SUPPRESSED, error=stop.reason, now=utc_now())
        return
    try:
        deliver(
            build_message(envelope),
            mail_url=mail_settings().mail_url,
            return_path=envelope.return_path,
        )
    except (RefusedForGood, ValueError) as refusal:
        # ValueError: an address or header that no server will ever take.
        note_refused(mail_id, state=MailState.DEAD, error=str(refusal), now=utc_now())
    except (OSError, smtplib.SMTPException) as trouble:
        note_trouble(mail_id, error=_told(trouble), retry_job=SEND_JOB, now=utc_now())
    else:
        note_sent(mail_id, now=utc_now())


def sweep_outbox(_payload: dict[str, Any]) -> None:
    """Send what was held before there was a server, and what lost its job."""
    release_held(now=utc_now())
    recover_lost(now=utc_now())


def _told(trouble: Exception) -> str:
    if isinstance(trouble, smtplib.SMTPResponseException):
        return f"put off with code {trouble.smtp_code}"
    if isinstance(trouble, smtplib.SMTPRecipientsRefused):
        codes = sorted({code for code, _text in trouble.recipients.values()})
        return f"put off with code {codes[0]}" if codes else "put off"
    return f"no connection ({type(trouble).__name__})"


def _envelope(session: Session, mail: OutgoingMail) -> Envelope:
    settings = mail_settings()
    automatic = mail.kind == MailKind.AUTOMATIC
    stop = f"{mail.id}-{code_for(Purpose.UNSUBSCRIBE, mail.id)}"
    return Envelope(
        message_id=mail.message_id,
        sender=mail.sender or settings.mail_from,
        to=mail.to_address,
        subject=mail.subject,
        text=mail.text_body,
        html=mail.html_body,
        queued_at=mail.created_at,
        thread=mail.thread,
        reply_to=signed_address(Purpose.REPLY, mail.ticket_id) if mail.ticket_id else "",
        return_path=signed_address(Purpose.BOUNCE, mail.id),
        is_automatic=automatic,
        unsubscribe_url=f"{settings.base_url}/help/mail/{stop}" if automatic else "",
        files=_files(session, mail) if mail.with_files else (),
    )


def _files(session: Session, mail: OutgoingMail) -> list[MailFile]:
    """Return the files of the answer; one that is gone from the disk is left out."""
    rows = session.scalars(
        select(Attachment)
        .where(Attachment.message_id == mail.ticket_message_id)
        .order_by(Attachment.id)
    )
    found = []
    for row in rows:
        path = mail_settings().files_dir / row.storage_name
        if path.is_file():
            found.append(MailFile(row.filename, row.media_type, path.read_bytes()))
    return found
