"""Reading the values of facets: what an address holds into its one canonical form, or None."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from enum import StrEnum

from app.tickets.tag_names import TAG_MAX, clean_tags

#: Longest mail address. Source: RFC 5321, section 4.5.3.1.3.
ADDRESS_MAX = 254


def read_number(text: str) -> str | None:
    """Return a key as an address holds it, without leading zeros."""
    return str(int(text)) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def number_or(*words: str) -> Callable[[str], str | None]:
    """Return what reads a key or one of some words."""
    return lambda text: text if text in words else read_number(text)


def one_of(*words: str) -> Callable[[str], str | None]:
    """Return what reads one of some words."""
    return lambda text: text if text in words else None


def some_of(kind: type[StrEnum]) -> Callable[[str], str | None]:
    """Read several values, put into the order of their kind."""

    def read(text: str) -> str | None:
        given = set(text.split(","))
        known = [each.value for each in kind if each.value in given]
        return ",".join(known) if known and len(known) == len(given) else None

    return read


def tag_names(text: str) -> str | None:
    """Read several tags; a ticket must have them all."""
    names = clean_tags(text.split(","))
    known = names and all(len(name) <= TAG_MAX for name in names)
    return ",".join(sorted(names)) if known else None


def day(text: str) -> str | None:
    """Read a date, such as 2026-11-30."""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return None


def mail_address(text: str) -> str | None:
    """Read an address, or its beginning: two characters at least, without spaces."""
    known = 2 <= len(text) <= ADDRESS_MAX and not any(c.isspace() for c in text)
    return text.lower() if known else None
