"""Answering as the customer where nothing is sent: to try out what a real answer does."""

from __future__ import annotations

import secrets
from datetime import datetime
from email.message import EmailMessage

from app.errors import Invalid
from app.mailbox.models import ReceivedMail
from app.mailbox.parsing.reading import read_mail
from app.mailbox.services.processing import FileRoom, process_mail
from app.mailbox.services.receiving import Place, keep_mail
from app.notifications.models import OutgoingMail
from app.notifications.smtp import POLICY, address_of
from app.notifications.tokens import Purpose, signed_address

#: Tells such mails apart from those that really came.
PLAYED = "try-out"


def answer_as_customer(
    mail: OutgoingMail, *, sender: str, body: str, room: FileRoom, now: datetime
) -> ReceivedMail:
    """Write the answer a mail program would send, and take it in the way the pipe does.

    :param mail: of a ticket; the answer goes to its Reply-To, with thread and quote.
    :param sender: what the answer claims in From.
    :raises Invalid: `sender` is no address.
    """
    assert mail.ticket_id is not None, "only mails of tickets are answered"
    to = signed_address(Purpose.REPLY, mail.ticket_id)
    message = EmailMessage(policy=POLICY)
    try:
        message["From"] = address_of(sender)
        message["To"] = address_of(to)
    except ValueError:
        raise Invalid(fields={"sender": ["This is not a mail address."]}) from None
    message["Subject"] = mail.subject if mail.subject.startswith("Re: ") else f"Re: {mail.subject}"
    message["Date"] = now
    message["Message-ID"] = f"<{secrets.token_hex(12)}@{sender.rpartition('@')[2].strip('>')}>"
    message["In-Reply-To"] = mail.message_id
    message["References"] = " ".join([*mail.thread, mail.message_id])
    quote = "".join(f"> {line}\n" for line in mail.text_body.splitlines())
    written = f"{mail.created_at:%d.%m.%Y %H:%M}"
    message.set_content(f"{body}\n\nOn {written}, {mail.sender or to} wrote:\n{quote}")
    raw = message.as_bytes()
    row = keep_mail(raw, now=now, place=Place(mailbox=PLAYED, envelope_to=to))
    # At once, so that whoever plays sees what became of it; the job finds it done.
    process_mail(row, read_mail(raw), room=room, now=now)
    return row
