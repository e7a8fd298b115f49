"""Signed addresses: what comes back under one of them belongs to a ticket or a mail of ours.

``reply+12.<mac>@…`` takes answers to the ticket with key 12, ``reply+b34.<mac>@…`` what mail
servers send back about outgoing mail 34. The code proves that a mail of ours was read; it says
nothing about who read it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from enum import StrEnum

from app.notifications.settings import mail_settings

#: 80 bits, in letters and digits that survive servers that change the case.
MAC_BYTES = 10

_ADDRESS = re.compile(r"[^@\s]*\+(b?)(\d{1,12})\.([a-z2-7]{16})@[^@\s]+", re.IGNORECASE)
_LOOKS_SIGNED = re.compile(r"[^@\s]*\+b?\d+\.[^@\s]*@[^@\s]+", re.IGNORECASE)


class Purpose(StrEnum):
    """What a code is good for; one for another purpose is worth nothing."""

    REPLY = "reply"
    BOUNCE = "bounce"
    UNSUBSCRIBE = "unsubscribe"


@dataclass(frozen=True)
class SignedAddress:
    """What an address with a valid code names.

    :ivar key: of the ticket (reply) or the outgoing mail (bounce).
    """

    purpose: Purpose
    key: int


class WrongCode(ValueError):
    """An address looks like one of ours, and its code is not."""


def code_for(purpose: Purpose, key: int) -> str:
    """Return the code that signs a key for one purpose."""
    digest = hmac.new(mail_settings().key, f"{purpose}:{key}".encode(), hashlib.sha256).digest()
    return base64.b32encode(digest[:MAC_BYTES]).decode().lower()


def is_code(code: str, purpose: Purpose, key: int) -> bool:
    """Say whether a code signs a key for a purpose, in a time that does not depend on it."""
    return hmac.compare_digest(code.lower().encode(), code_for(purpose, key).encode())


def signed_address(purpose: Purpose, key: int) -> str:
    """Return the address that takes answers or bounces, or an empty text if none is set up."""
    local, at, domain = mail_settings().reply_address.rpartition("@")
    if not at:
        return ""
    mark = "b" if purpose is Purpose.BOUNCE else ""
    return f"{local}+{mark}{key}.{code_for(purpose, key)}@{domain}"


def read_address(address: str) -> SignedAddress | None:
    """Return what a recipient's address names, or None for an ordinary one.

    The code alone counts, so that answers to older mails arrive after the domain has changed.

    :raises WrongCode: it is made like a signed one, with another code.
    """
    match = _ADDRESS.fullmatch(address.strip())
    if match is None:
        if _LOOKS_SIGNED.fullmatch(address.strip()):
            raise WrongCode(address)
        return None
    purpose = Purpose.BOUNCE if match[1] else Purpose.REPLY
    key = int(match[2])
    if not is_code(match[3], purpose, key):
        raise WrongCode(address)
    return SignedAddress(purpose, key)
