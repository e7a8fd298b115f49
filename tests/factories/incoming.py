"""Mails that come in, as bytes, and what becomes of them."""

from __future__ import annotations

from email.message import EmailMessage
from itertools import count

from app.db import db
from app.mailbox.models import ReceivedMail
from app.mailbox.services.receiving import Place, keep_mail
from app.notifications.tokens import Purpose, signed_address
from tests.factories.mail import run
from tests.factories.tickets import NOW, unit

_numbers = count(1)


def composed(
    *,
    sender="Nora Quist <nora@studio.example>",
    to="help@s.example",
    subject="A question",
    text="How do I move a class?",
    html="",
    files=(),
    message_id="",
    headers=(),
) -> bytes:
    """Write a mail the way a mail program does."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = to
    message["Subject"] = subject
    message["Date"] = "Mon, 02 Mar 2026 09:00:00 +0000"
    message["Message-ID"] = message_id or f"<m{next(_numbers)}@studio.example>"
    for name, value in headers:
        message[name] = value
    if text:
        message.set_content(text)
    if html:
        if text:
            message.add_alternative(html, subtype="html")
        else:
            message.set_content(html, subtype="html")
    for name, content in files:
        message.add_attachment(
            content, maintype="application", subtype="octet-stream", filename=name
        )
    return message.as_bytes()


def answer_address(ticket) -> str:
    """Return the address that takes answers to a ticket."""
    return signed_address(Purpose.REPLY, ticket.id)


def kept(raw: bytes, *, now=NOW, to="") -> int:
    """Keep a mail in a unit of its own; return its key."""
    with unit():
        return keep_mail(raw, now=now, place=Place(envelope_to=to)).id


def arrived(raw: bytes, *, to="") -> ReceivedMail:
    """Keep a mail, let the worker read it, and return what became of it."""
    received_id = kept(raw, to=to)
    run()
    db.session.rollback()
    return db.session.get(ReceivedMail, received_id, populate_existing=True)
