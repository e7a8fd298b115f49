"""The parts of a mail: its text, its HTML and its files, within limits."""

from __future__ import annotations

import mimetypes
from dataclasses import dataclass, field
from email.message import Message

from app.mailbox.limits import MAX_DEPTH, MAX_FILES, MAX_HTML_BYTES, MAX_PARTS, MAX_TEXT
from app.mailbox.parsing.headers import decoded, storable
from app.mailbox.parsing.html_text import html_to_text, is_too_deep

#: Signatures of machines; they say nothing to a person.
_UNTOLD = {"application/pgp-signature", "application/pkcs7-signature",
           "application/x-pkcs7-signature", "application/pgp-encrypted"}  # fmt: skip


@dataclass(frozen=True)
class FilePart:
    """A file in a mail, with the name it claims."""

    name: str
    content: bytes


@dataclass
class Contents:
    """What the parts of a mail hold.

    :ivar blocks: pieces of text in their order.
    :ivar html: pieces of HTML as they came, for the look at the original.
    :ivar refused: name and reason of what was left out.
    """

    blocks: list[str] = field(default_factory=list)
    html: list[str] = field(default_factory=list)
    files: list[FilePart] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)
    parts: int = 0


def collect(message: Message) -> Contents:
    """Walk through a mail."""
    contents = Contents()
    _visit(message, contents, depth=0)
    return contents


def _visit(part: Message, contents: Contents, *, depth: int) -> None:
    contents.parts += 1
    if depth > MAX_DEPTH or contents.parts > MAX_PARTS:
        if contents.parts <= MAX_PARTS + 1:
            contents.refused.append(("…", "This mail has more parts than are read."))
        return
    kind = part.get_content_type()
    if kind == "message/rfc822":
        _take_forwarded(part, contents)
    elif part.is_multipart():
        children = [child for child in part.get_payload() if isinstance(child, Message)]
        if kind == "multipart/alternative":
            _visit_best(children, contents, depth=depth + 1)
        else:
            for child in children:
                _visit(child, contents, depth=depth + 1)
    elif kind in ("text/plain", "text/html") and not _is_file(part):
        _take_text(part, kind, contents)
    elif kind not in _UNTOLD:
        _take_file(part, contents)


def _visit_best(children: list[Message], contents: Contents, *, depth: int) -> None:
    """Take the plain text of several forms of the same; without one, the HTML's words."""
    before = len(contents.blocks)
    for child in children:
        known = len(contents.blocks)
        _visit(child, contents, depth=depth)
        if known > before:
            del contents.blocks[known:]


def _take_text(part: Message, kind: str, contents: Contents) -> None:
    if kind == "text/html":
        html = text_of(part, MAX_HTML_BYTES)
        if not is_too_deep(html):
            contents.html.append(html)
        text = html_to_text(html)
    else:
        text = text_of(part, MAX_TEXT)
        if str(part.get_param("format", "")).lower() == "flowed":
            text = _unfold(text)
    if text.strip():
        contents.blocks.append(text.strip("\n"))


def text_of(part: Message, most_bytes: int) -> str:
    """Return a part's text; what no charset explains is replaced and never refused."""
    payload = payload_of(part)[:most_bytes]
    for charset in (_charset(part), "utf-8"):
        try:
            return storable(payload.decode(charset)).replace("\r\n", "\n")
        except (LookupError, UnicodeError, ValueError):
            continue
    return storable(payload.decode("utf-8", "replace")).replace("\r\n", "\n")


def payload_of(part: Message) -> bytes:
    """Return the bytes of a part; a transfer encoding that is wrong gives what there is."""
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _charset(part: Message) -> str:
    try:
        return part.get_content_charset() or "utf-8"
    except (LookupError, UnicodeError, ValueError):
        return "utf-8"


def _is_file(part: Message) -> bool:
    return bool(_name(part)) or part.get_content_disposition() == "attachment"


def _name(part: Message) -> str:
    try:
        return decoded(part.get_filename() or "")[:200]
    except (LookupError, UnicodeError, ValueError, TypeError):
        return ""


def _take_file(part: Message, contents: Contents) -> None:
    ending = mimetypes.guess_extension(part.get_content_type()) or ""
    _keep(_name(part) or f"file{ending}", payload_of(part), contents)


def _take_forwarded(part: Message, contents: Contents) -> None:
    inner = part.get_payload()
    if isinstance(inner, list) and inner and isinstance(inner[0], Message):
        _keep(_name(part) or "forwarded.eml", inner[0].as_bytes(), contents)


def _keep(name: str, content: bytes, contents: Contents) -> None:
    if len(contents.files) >= MAX_FILES:
        contents.refused.append((name, f"A mail can carry {MAX_FILES} files."))
    elif content:
        contents.files.append(FilePart(name, content))


def _unfold(text: str) -> str:
    """Put lines together again that were broken for the way. Source: RFC 3676, section 4."""
    lines: list[str] = []
    is_open = False
    for raw in text.split("\n"):
        is_quote = raw.startswith(">")
        line = raw.removeprefix(" ")
        if is_open and not is_quote and line != "-- ":
            lines[-1] += line
        else:
            lines.append(line)
        is_open = line.endswith(" ") and line != "-- " and not is_quote
    return "\n".join(lines)
