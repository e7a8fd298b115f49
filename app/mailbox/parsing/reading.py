"""A mail as a value: everything that is ever asked of it, read once."""

from __future__ import annotations

import email
import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import Message
from email.policy import compat32

from app.mailbox.limits import MAX_TEXT
from app.mailbox.parsing.headers import (
    decoded,
    message_id_of,
    raw_header,
    recipients_of,
    return_path_of,
    sender_of,
)
from app.mailbox.parsing.parts import FilePart, collect
from app.mailbox.parsing.quotes import cut_quotes
from app.tickets.services.texts import NAME_MAX, SUBJECT_MAX


@dataclass(frozen=True)
class Heading:
    """The head of a mail.

    :ivar message_id: with brackets; empty if it has none.
    :ivar from_address: lower case; empty unless From holds exactly one.
    :ivar recipients: every address it says it is for.
    """

    message_id: str
    from_name: str
    from_address: str
    subject: str
    recipients: Sequence[str]


@dataclass(frozen=True)
class ReadMail:
    """A mail that was read.

    :ivar text: what was written anew, without quote and signature.
    :ivar full_text: all of its words.
    :ivar html: as it came; empty if it had none.
    :ivar refused: name and reason of what was left out.
    :ivar message: the parsed mail, for what machines say in it.
    """

    heading: Heading
    text: str
    full_text: str
    html: str
    files: Sequence[FilePart]
    refused: Sequence[tuple[str, str]]
    message: Message

    @property
    def return_path(self) -> str | None:
        """Return the envelope's sender; None if nobody noted it."""
        return return_path_of(self.message)


def parsed(raw: bytes) -> Message:
    """Parse bytes with the policy that refuses nothing."""
    return email.message_from_bytes(raw, policy=compat32)


def heading_of(message: Message) -> Heading:
    """Read the head of a mail."""
    name, address = sender_of(message)
    return Heading(
        message_id=message_id_of(message),
        from_name=name[:NAME_MAX],
        from_address=address,
        subject=decoded(raw_header(message, "Subject"))[:SUBJECT_MAX],
        recipients=recipients_of(message),
    )


def read_mail(raw: bytes, *, is_cut: bool = False) -> ReadMail:
    """Read a mail.

    :param is_cut: only its beginning was kept: text counts, files do not.
    """
    message = parsed(raw)
    contents = collect(message)
    files, refused = contents.files, contents.refused
    if is_cut:
        files, refused = [], [("…", "The mail was larger than 25 MB, so its files were left out.")]
    full_text = "\n\n".join(contents.blocks)[:MAX_TEXT].strip()
    return ReadMail(
        heading=heading_of(message),
        text=cut_quotes(full_text),
        full_text=full_text,
        html="\n".join(contents.html),
        files=files,
        refused=refused,
        message=message,
    )


def identity_of(raw: bytes, message: Message) -> str:
    """Return what a mail that arrives again has in common with the first: its id and its text.

    The lines that servers add on the way do not count.
    """
    head, _, body = raw.replace(b"\r\n", b"\n").partition(b"\n\n")
    name = message_id_of(message).encode() or b"\n".join(
        raw_header(message, header).encode() for header in ("From", "Date", "Subject")
    )
    return hashlib.sha256(name + b"\0" + (body.rstrip() or head)).hexdigest()
