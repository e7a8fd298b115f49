"""Speak with a mailbox: what is new in it, its bytes, and that we have them.

Source: RFC 3501; RFC 5092 for the address.
"""

from __future__ import annotations

import contextlib
import imaplib
import re
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import unquote, urlsplit

from app.mailbox.limits import KEPT_OF_LARGER, MAX_BYTES

#: A server that stalls must not hold the worker: seconds for each step of the conversation.
TIMEOUT_SECONDS = 20
DEFAULT_PORTS = {"imap": 143, "imap+starttls": 143, "imaps": 993}

_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")


class MailboxTrouble(Exception):
    """The mailbox cannot be read at the moment.

    :param reason: without the server's words, which may quote addresses.
    """


@dataclass(frozen=True)
class MailboxAddress:
    """Where a mailbox is and who may read it.

    :ivar scheme: ``imaps`` starts with TLS, ``imap+starttls`` insists on it, ``imap`` upgrades
        where the server offers it.
    """

    scheme: str
    host: str
    port: int
    user: str
    password: str = field(repr=False)
    folder: str

    @property
    def name(self) -> str:
        """Return what tells mailboxes apart; without the password."""
        return f"{self.user}@{self.host}:{self.port}/{self.folder}"


def mailbox_address(url: str) -> MailboxAddress:
    """Read ``imaps://user:password@host:port/folder``; the folder is INBOX unless it is named.

    :raises ValueError: it is no such address.
    """
    parts = urlsplit(url)
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname or not parts.username:
        raise ValueError("IMAP_URL must look like imaps://user:password@host/INBOX")
    return MailboxAddress(
        scheme=parts.scheme,
        host=parts.hostname,
        port=parts.port or DEFAULT_PORTS[parts.scheme],
        user=unquote(parts.username),
        password=unquote(parts.password or ""),
        folder=unquote(parts.path.strip("/")) or "INBOX",
    )


@dataclass(frozen=True)
class Mailbox:
    """An open mailbox.

    :ivar uidvalidity: as long as it stays, a uid names the same mail.
    """

    name: str
    uidvalidity: int
    server: imaplib.IMAP4

    def unseen(self) -> list[int]:
        """Return the uids of mails that nobody has read, oldest first."""
        answer = _ok(self.server.uid("SEARCH", "UNSEEN"))
        lines = [line for line in answer if isinstance(line, bytes)]
        return sorted(int(uid) for uid in b" ".join(lines).split())

    def fetch(self, uid: int) -> tuple[bytes, int] | None:
        """Return a mail's bytes and its size, or None if it is gone.

        Of a mail that is too large only the beginning is fetched.
        """
        answer = _ok(self.server.uid("FETCH", str(uid), "(RFC822.SIZE)"))
        match = _SIZE.search(b" ".join(line for line in answer if isinstance(line, bytes)))
        if match is None:
            return None
        size = int(match[1])
        part = f"<0.{KEPT_OF_LARGER}>" if size > MAX_BYTES else ""
        # PEEK leaves it unread: only what is kept may count as read.
        answer = _ok(self.server.uid("FETCH", str(uid), f"(BODY.PEEK[]{part})"))
        bodies = [piece[1] for piece in answer if isinstance(piece, tuple)]
        return (bodies[0], max(size, len(bodies[0]))) if bodies else None

    def mark_read(self, uid: int) -> None:
        """Tell the mailbox that we have a mail."""
        _ok(self.server.uid("STORE", str(uid), "+FLAGS.SILENT", r"(\Seen)"))


@contextmanager
def open_mailbox(address: MailboxAddress) -> Iterator[Mailbox]:
    """Open a mailbox for reading and marking.

    :raises MailboxTrouble: it cannot be reached or read.
    """
    try:
        server = _connect(address)
        try:
            _log_in(server, address)
            validity = _select(server, address)
            yield Mailbox(address.name, validity, server)
            with contextlib.suppress(imaplib.IMAP4.error, OSError):
                server.logout()
        finally:
            with contextlib.suppress(OSError):
                server.shutdown()
    except imaplib.IMAP4.error as error:
        raise MailboxTrouble("the server's answer made no sense") from error
    except OSError as error:
        raise MailboxTrouble(f"no connection ({type(error).__name__})") from error


def _connect(address: MailboxAddress) -> imaplib.IMAP4:
    context = ssl.create_default_context()
    if address.scheme == "imaps":
        return imaplib.IMAP4_SSL(
            address.host, address.port, ssl_context=context, timeout=TIMEOUT_SECONDS
        )
    server = imaplib.IMAP4(address.host, address.port, timeout=TIMEOUT_SECONDS)
    try:
        if address.scheme == "imap+starttls" or "STARTTLS" in server.capabilities:
            server.starttls(ssl_context=context)
    except BaseException:
        server.shutdown()
        raise
    return server


def _log_in(server: imaplib.IMAP4, address: MailboxAddress) -> None:
    try:
        server.login(address.user, address.password)
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error:
        raise MailboxTrouble("the server refused user or password") from None


def _select(server: imaplib.IMAP4, address: MailboxAddress) -> int:
    folder = address.folder.replace("\\", "\\\\").replace('"', '\\"')
    status, _count = server.select(f'"{folder}"')
    if status != "OK":
        raise MailboxTrouble("there is no such folder")
    _name, answer = server.response("UIDVALIDITY")
    if not answer or not isinstance(answer[0], bytes):
        raise MailboxTrouble("the server names no UIDVALIDITY")
    return int(answer[0])


def _ok(answer: tuple[str, list[object]]) -> list[object]:
    status, data = answer
    if status != "OK":
        raise MailboxTrouble("the server refused to show a mail")
    return data
