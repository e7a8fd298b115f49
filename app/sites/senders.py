"""Under which name and address a site writes mail."""

from __future__ import annotations

import re
import unicodedata
from email.headerregistry import Address

from app.errors import Invalid
from app.sites.models import Site

LONGEST_NAME = 80
#: Source: RFC 5321, section 4.5.3.1.3, less the angle brackets.
LONGEST_ADDRESS = 254

#: What every mail server takes: no quoted local parts, no bare host names.
_ADDRESS = re.compile(
    r"[a-z0-9!#$%&'*/=?^_`{|}~-]+(\.[a-z0-9!#$%&'*/=?^_`{|}~-]+)*@([a-z0-9-]+\.)+[a-z0-9-]{2,}"
)


def sender_of(site: Site | None) -> str:
    """Return ``Name <address>`` of a site, or an empty text if it has none of its own."""
    if site is None or not site.mail_address:
        return ""
    return str(Address(site.mail_name or site.name, addr_spec=site.mail_address))


def checked_sender_name(value: object) -> str:
    """Return a sender's name as it is stored.

    :raises Invalid: it is too long, or holds what could end its header.
    """
    name = str(value or "").strip(" ")
    if any(unicodedata.category(char) in ("Cc", "Zl", "Zp") for char in name):
        raise Invalid(fields={"mail_name": ["Use one line of ordinary characters."]})
    if len(name) > LONGEST_NAME:
        raise Invalid(fields={"mail_name": [f"Use at most {LONGEST_NAME} characters."]})
    return name


def checked_sender_address(value: object) -> str:
    """Return a sender's address as it is stored.

    :raises Invalid: mail servers would not take it. A plus is refused as well: what follows one
        in our addresses says which request an answer belongs to.
    """
    address = str(value or "").strip(" ").lower()
    if address and (len(address) > LONGEST_ADDRESS or not _ADDRESS.fullmatch(address)):
        raise Invalid(fields={"mail_address": ["Give an address such as help@example.com."]})
    return address
