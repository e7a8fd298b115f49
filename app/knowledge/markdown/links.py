"""Which addresses written text may point to."""

from __future__ import annotations

import re
from urllib.parse import unquote

SCHEMES = frozenset({"http", "https", "mailto", "tel"})

#: Where stored files are given out; an article's images live nowhere else.
FILE_PATH = re.compile(r"/files/([A-Za-z0-9_-]{16,40})")

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_ARTICLE_PATH = re.compile(r"/help/articles/([^\s)\"'>#?]+)")
# Browsers drop tabs and line breaks inside addresses and read "\" as "/".
_TRICKS = re.compile(r"[\x00-\x20\x7f\\]")


def is_allowed_link(address: str) -> bool:
    """Say whether a link may be drawn: web, mail, telephone, or a place on this site."""
    address = address.strip()
    if not address or _TRICKS.search(address):
        return False
    scheme = _SCHEME.match(address)
    if scheme:
        return scheme.group(1).lower() in SCHEMES
    return address.startswith("#") or (address.startswith("/") and not address.startswith("//"))


def is_own_image(address: str) -> bool:
    """Say whether an image is one of our stored files: readers load nothing from elsewhere."""
    return FILE_PATH.fullmatch(address) is not None


def is_external(address: str) -> bool:
    """Say whether a link leaves this site for another web page."""
    return address.lower().startswith(("http:", "https:"))


def file_keys_in(body: str) -> set[str]:
    """Return the public keys of the stored files that a text names."""
    return {match.group(1) for match in FILE_PATH.finditer(body)}


def article_slugs_in(body: str) -> set[str]:
    """Return the slugs of the articles that a text links to."""
    return {unquote(match.group(1)) for match in _ARTICLE_PATH.finditer(body)}
