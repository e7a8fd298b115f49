"""Headers of a mail, whatever state they are in."""

from __future__ import annotations

import contextlib
import re
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from email.utils import getaddresses

from app.mailbox.limits import MAX_HEADER
from app.texts import clean_line
from app.tickets.services.texts import is_email

_ADDRESS = re.compile(r"[^\s<>,;:\"'()\[\]@]{1,64}@[A-Za-z0-9.-]{1,190}")
_MESSAGE_ID = re.compile(r"<[^<>\s]{1,500}>")

#: Where a mail server or the sender says who is to get it, the most telling first.
RECIPIENT_HEADERS = ("Delivered-To", "X-Original-To", "Envelope-To", "To", "Cc")


def storable(text: str) -> str:
    """Return a text without what a database cannot store: halves of characters, NUL."""
    return text.encode("utf-8", "replace").decode("utf-8").replace("\x00", "")


def raw_header(message: Message, name: str) -> str:
    """Return the first header of a name as it came, or an empty text."""
    try:
        value = message.get(name, "")
    except (HeaderParseError, ValueError, LookupError):
        return ""
    return storable(str(value))[:MAX_HEADER]


def decoded(value: str) -> str:
    """Return a header's text as people read it, in one line."""
    # With an unknown charset, what stands there is still better than nothing.
    with contextlib.suppress(HeaderParseError, ValueError, LookupError):
        value = str(make_header(decode_header(value)))
    return clean_line(storable(value))


def sender_of(message: Message) -> tuple[str, str]:
    """Return name and address in From; both empty unless there is exactly one.

    The addresses are split before anything is decoded: an encoded word may hold an address.
    """
    pairs = [pair for pair in getaddresses([raw_header(message, "From")]) if any(pair)]
    if len(pairs) != 1:
        return "", ""
    name, address = decoded(pairs[0][0]), pairs[0][1].strip().lower()
    return (name, address) if is_email(address) else ("", "")


def recipients_of(message: Message) -> list[str]:
    """Return the addresses a mail is for, without repeats."""
    found: list[str] = []
    for name in RECIPIENT_HEADERS:
        for value in message.get_all(name, []):
            found += _ADDRESS.findall(storable(str(value))[:MAX_HEADER])
    return list(dict.fromkeys(address.lower() for address in found))


def message_id_of(message: Message) -> str:
    """Return the Message-ID with its brackets, or an empty text."""
    match = _MESSAGE_ID.search(raw_header(message, "Message-ID"))
    return match[0] if match else ""


def return_path_of(message: Message) -> str | None:
    """Return the envelope's sender; empty for the null one, None if nobody noted it."""
    if "Return-Path" not in message:
        return None
    return raw_header(message, "Return-Path").strip().strip("<>").lower()
