"""Build messages and hand them to the mail server."""

from __future__ import annotations

import contextlib
import smtplib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
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
class MailFile:
    """A file that goes along.

    :ivar media_type: such as ``image/png``.
    """

    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True)
class Envelope:
    """What goes into the headers and parts of one mail, read from its outbox row.

    :ivar thread: Message-IDs before it, oldest first.
    :ivar reply_to: address that takes answers; empty for the sender's.
    :ivar return_path: address that takes bounces; empty for the sender's.
    :ivar is_automatic: no person wrote it.
    :ivar unsubscribe_url: where one click ends automatic mail; empty if there is none.
    """

    message_id: str
    sender: str
    to: str
    subject: str
    text: str
    html: str
    queued_at: datetime
    thread: Sequence[str] = ()
    reply_to: str = ""
    return_path: str = ""
    is_automatic: bool = False
    unsubscribe_url: str = ""
    files: Sequence[MailFile] = ()


class _Policy(EmailPolicy):
    """The library's rules, but for headers that machines compare: those are never encoded.

    A Message-ID longer than a line, as some servers make them, would become an encoded word and
    no longer be the same id to anybody. These headers break between their values only.
    """

    _UNENCODED = frozenset({"references", "in-reply-to", "list-unsubscribe"})

    def fold(self, name: str, value: str) -> str:
        """Return a header in lines."""
        if name.lower() in self._UNENCODED:
            lines: list[str] = str(value).split()
            return f"{name}: " + f"{self.linesep} ".join(lines) + str(self.linesep)
        return str(super().fold(name, value))

    def fold_binary(self, name: str, value: str) -> bytes:
        """Return a header in lines, as bytes."""
        if name.lower() in self._UNENCODED:
            return self.fold(name, value).encode("ascii", "replace")
        return super().fold_binary(name, value)


POLICY = _Policy(linesep="\r\n")


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
    """Return the message; what no person wrote is marked so that no machine answers it.

    Source: RFC 3834, section 5; RFC 5322, section 3.6.4; RFC 8058, section 3.
    """
    message = EmailMessage(policy=POLICY)
    message["From"] = address_of(envelope.sender)
    message["To"] = address_of(envelope.to)
    if envelope.reply_to:
        message["Reply-To"] = address_of(envelope.reply_to)
    message["Subject"] = envelope.subject
    message["Date"] = envelope.queued_at
    message["Message-ID"] = envelope.message_id
    if envelope.thread:
        message["In-Reply-To"] = envelope.thread[-1]
        message["References"] = " ".join(envelope.thread)
    if envelope.is_automatic:
        message["Auto-Submitted"] = "auto-generated"
        message["X-Auto-Response-Suppress"] = "All"
    if envelope.unsubscribe_url:
        message["List-Unsubscribe"] = f"<{envelope.unsubscribe_url}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(envelope.text)
    message.add_alternative(envelope.html, subtype="html")
    for file in envelope.files:
        main, _, sub = file.media_type.partition("/")
        message.add_attachment(file.content, maintype=main, subtype=sub, filename=file.name)
    return message


def deliver(message: EmailMessage, *, mail_url: str, return_path: str = "") -> None:
    """Give a message to the server.

    Once the server has taken it, nothing that follows makes it unsent: a bad answer to the
    goodbye is no reason to send it again.

    :param mail_url: ``smtp://user:password@host:port``; ``smtp`` upgrades to TLS where offered,
        ``smtp+starttls`` insists on it, ``smtps`` starts with it.
    :param return_path: envelope sender; empty takes the address in From.
    :raises RefusedForGood: the server refused sender, recipient or content with a 5xx code.
    :raises OSError: connection or temporary trouble; worth another try.
    """
    try:
        server = _connect(mail_url)
        try:
            server.send_message(message, from_addr=return_path or None)
            with contextlib.suppress(smtplib.SMTPException, OSError):
                server.quit()
        finally:
            server.close()
    except smtplib.SMTPRecipientsRefused as error:
        codes = {code for code, _text in error.recipients.values()}
        _raise_if_final(max(codes, default=0))
        raise
    except smtplib.SMTPNotSupportedError:
        raise RefusedForGood("the server takes no international addresses") from None
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
