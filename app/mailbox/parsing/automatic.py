"""Whether a machine wrote a mail.

Source: RFC 3834, sections 2 and 5; RFC 2919 (List-Id); RFC 5321, section 4.5.5 (null sender).
"""

from __future__ import annotations

from collections.abc import Collection

from app.mailbox.models import Reason
from app.mailbox.parsing.headers import raw_header
from app.mailbox.parsing.reading import ReadMail

_MACHINES = ("mailer-daemon@", "postmaster@")
_ANSWERING = ("X-Autoreply", "X-Autorespond", "X-Autoresponder", "X-Auto-Reply")
_LISTS = ("List-Id", "List-Post")


def why_automatic(mail: ReadMail, *, own_addresses: Collection[str]) -> Reason | None:
    """Return why no person waits for an answer to a mail, or None if one may.

    :param own_addresses: addresses this installation writes from, lower case.
    """
    message = mail.message
    submitted = raw_header(message, "Auto-Submitted").partition(";")[0].strip().lower()
    if submitted not in ("", "no"):
        return Reason.AUTOMATIC
    precedence = raw_header(message, "Precedence").strip().lower()
    if precedence in ("bulk", "list", "junk") or any(name in message for name in _LISTS):
        return Reason.BULK
    if precedence == "auto_reply" or any(name in message for name in _ANSWERING):
        return Reason.AUTOMATIC
    if mail.return_path == "" or mail.heading.from_address.startswith(_MACHINES):
        return Reason.AUTOMATIC
    if _without_plus(mail.heading.from_address) in own_addresses:
        return Reason.OWN
    return None


def _without_plus(address: str) -> str:
    local, _, domain = address.rpartition("@")
    return f"{local.partition('+')[0]}@{domain}"
