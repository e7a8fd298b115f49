"""Reports of mail servers about mails of ours."""

from __future__ import annotations

from datetime import datetime

from app.db import db
from app.events.actor import SYSTEM
from app.mailbox.models import Reason, ReceivedMail, ReceivedState
from app.mailbox.parsing.reading import ReadMail
from app.mailbox.parsing.reports import verdict_of
from app.mailbox.services.settling import settle
from app.notifications.models import OutgoingMail, SuppressionReason
from app.notifications.services.outcomes import note_returned
from app.notifications.services.suppressions import suppress_address

_SUPPRESSION = {
    Reason.BOUNCED: SuppressionReason.BOUNCE,
    Reason.COMPLAINED: SuppressionReason.COMPLAINT,
}


def take_report(row: ReceivedMail, mail: ReadMail, *, mail_id: int, now: datetime) -> None:
    """Note what a report says: a mail that came back ends mail to its address.

    The code in the address it was sent to proves that it speaks of our mail.

    :param mail_id: of the outgoing mail; one that was erased since is passed over.
    """
    verdict = verdict_of(mail.message)
    sent = db.session.get(OutgoingMail, mail_id)
    if sent is None or verdict is Reason.NO_PROBLEM:
        settle(row, ReceivedState.IGNORED, Reason.NO_PROBLEM, now=now)
        return
    row.mail_id, row.ticket_id = sent.id, sent.ticket_id
    reason = _SUPPRESSION[verdict]
    suppress_address(sent.to_address, reason=reason, mail_id=sent.id, actor=SYSTEM, now=now)
    note_returned(sent, error=reason, now=now)
    settle(row, ReceivedState.PROCESSED, verdict, now=now)
