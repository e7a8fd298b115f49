"""What became of a mail: sent, to be tried again, or not to arrive at all."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.db import db
from app.events.actor import SYSTEM
from app.events.catalogue.mail import MailFailed
from app.events.services import record
from app.jobs.services import enqueue_job
from app.notifications.models import MailState, OutgoingMail

#: Wait before each further try. Source: docs/mail.md, "Outgoing mail".
RETRY_AFTER = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 480, 1440))


def note_sent(mail_id: int, *, now: datetime) -> None:
    """Note that the server took a mail."""
    mail = _waiting(mail_id)
    if mail is not None:
        mail.state = MailState.SENT
        mail.tries += 1
        mail.next_try_at = None
        mail.sent_at = now
        mail.error = ""


def note_trouble(mail_id: int, *, error: str, retry_job: str, now: datetime) -> None:
    """Note trouble that may pass: another try later, or the end after the last.

    :param error: without the server's words.
    :param retry_job: kind of the job that tries again.
    """
    mail = _waiting(mail_id)
    if mail is None:
        return
    mail.tries += 1
    if mail.tries > len(RETRY_AFTER):
        give_up(mail, state=MailState.DEAD, error=f"{error}; given up", now=now)
        return
    mail.error = error
    mail.next_try_at = now + RETRY_AFTER[mail.tries - 1]
    # No key: the running job still holds the mail's own until it is done.
    enqueue_job(retry_job, {"mail_id": mail_id}, now=now, run_at=mail.next_try_at)


def note_refused(mail_id: int, *, state: MailState, error: str, now: datetime) -> None:
    """Note that a mail will never be taken.

    :param state: dead, or suppressed if it was not even offered.
    """
    mail = _waiting(mail_id)
    if mail is not None:
        mail.tries += state is MailState.DEAD
        give_up(mail, state=state, error=error, now=now)


def note_returned(mail: OutgoingMail, *, error: str, now: datetime) -> None:
    """Note that a mail came back, or was reported as unwanted, after a server took it.

    :param error: why, a `SuppressionReason`.
    """
    if mail.state != MailState.BOUNCED:
        give_up(mail, state=MailState.BOUNCED, error=error, now=now)


def give_up(mail: OutgoingMail, *, state: MailState, error: str, now: datetime) -> None:
    """Mark a mail as not to arrive, and say so to whoever waits for it.

    :param state: dead, bounced or suppressed.
    """
    mail.state = state
    mail.error = error
    mail.next_try_at = None
    record(MailFailed(mail.id, mail.ticket_id, state), actor=SYSTEM, at=now)


def _waiting(mail_id: int) -> OutgoingMail | None:
    """Return a mail if it still waits; what somebody decided in between stays decided."""
    mail = db.session.get(OutgoingMail, mail_id, with_for_update=True, populate_existing=True)
    return mail if mail is not None and mail.state == MailState.WAITING else None
