"""Build messages and hand them to the mail server."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import parseaddr
from urllib.parse import unquote, urlsplit

#: A server that stalls must not hold the worker: seconds for each step of the conversation.
TIMEOUT_SECONDS = 20
DEFAULT_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


class RefusedForGood(Exception):
    """The server said no and will say no again.

    :param reason: without the server's words, which may quote addresses.
    """


@dataclass(frozen=True)
class Envelope:
    """What goes into the headers and parts of one mail, read from its outbox row."""

    message_id: str
    in_reply_to: str | None
    sender: str
    to: str
    subject: str
    text: str
    html: str
    queued_at: datetime


def address_of(value: str) -> Address:
    """Return ``Name <local@domain>`` as a header address.

    :raises ValueError: there is no address in it.
    """
    name, spec = parseaddr(value)
    local, _, domain = spec.rpartition("@")
    if not local or not domain:
        raise ValueError("not a mail address")
    return Address(name, local, domain)


def build_message(envelope: Envelope) -> EmailMessage:
    """Return the message, marked as sent by a machine so that no machine answers it.

    Source: RFC 3834, section 5.
    """
    message = EmailMessage()
    message["From"] = address_of(envelope.sender)
    message["To"] = address_of(envelope.to)
    message["Subject"] = envelope.subject
    message["Date"] = envelope.queued_at
    message["Message-ID"] = envelope.message_id
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    if envelope.in_reply_to:
        message["In-Reply-To"] = envelope.in_reply_to
        message["References"] = envelope.in_reply_to
    message.set_content(envelope.text)
    message.add_alternative(envelope.html, subtype="html")
    return message


def deliver(message: EmailMessage, *, mail_url: str) -> None:
    """Give a message to the server.

    :param mail_url: ``smtp://user:password@host:port``; ``smtp`` upgrades to TLS where offered,
        ``smtp+starttls`` insists on it, ``smtps`` starts with it.
    :raises RefusedForGood: the server refused sender, recipient or content with a 5xx code.
    :raises OSError: connection or temporary trouble; worth another try.
    """
    try:
        with _connect(mail_url) as server:
            server.send_message(message)
    except smtplib.SMTPRecipientsRefused as error:
        codes = {code for code, _text in error.recipients.values()}
        _raise_if_final(max(codes, default=0))
        raise
    except smtplib.SMTPResponseException as error:
        # Wrong credentials are ours to mend, not the mail's fault: they stay worth a retry.
        if not isinstance(error, smtplib.SMTPAuthenticationError):
            _raise_if_final(error.smtp_code)
        raise


def _raise_if_final(code: int) -> None:
    if 500 <= code < 600:
        raise RefusedForGood(f"refused with code {code}") from None


def _connect(mail_url: str) -> smtplib.SMTP:
    parts = urlsplit(mail_url)
    host, port = parts.hostname or "localhost", parts.port or DEFAULT_PORTS[parts.scheme]
    context = ssl.create_default_context()
    server: smtplib.SMTP
    if parts.scheme == "smtps":
        server = smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_SECONDS, context=context)
    else:
        server = smtplib.SMTP(host, port, timeout=TIMEOUT_SECONDS)
    try:
        if parts.scheme != "smtps":
            server.ehlo()
            if parts.scheme == "smtp+starttls" or server.has_extn("starttls"):
                server.starttls(context=context)
                server.ehlo()
        if parts.username:
            server.login(unquote(parts.username), unquote(parts.password or ""))
    except BaseException:
        server.close()
        raise
    return server
