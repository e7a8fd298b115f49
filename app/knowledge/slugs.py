"""Addresses of articles and categories, made from their names."""

from __future__ import annotations

import re
import unicodedata

LONGEST_SLUG = 80

_NOT_WORD = re.compile(r"[^\w]+")
_VALID = re.compile(r"[\w](?:[\w-]{0,78}[\w])?")
_LETTERS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "o"})


def slugify(text: str, *, fallback: str = "article") -> str:
    """Return an address made from a title: Latin letters without accents, other scripts as is."""
    lowered = unicodedata.normalize("NFC", text).casefold().translate(_LETTERS)
    decomposed = unicodedata.normalize("NFKD", lowered)
    plain = "".join(
        char for char in decomposed if not (unicodedata.combining(char) and ord(char) < 0x370)
    )
    plain = unicodedata.normalize("NFC", plain)
    slug = _NOT_WORD.sub("-", plain).replace("_", "-").strip("-")
    return slug[:LONGEST_SLUG].strip("-") or fallback


def is_valid_slug(slug: str) -> bool:
    """Say whether a text can be an address as it is: letters, digits and inner dashes."""
    return _VALID.fullmatch(slug) is not None and slug == slug.lower()
