"""How tags of tickets are written: in addresses, in the table, and as people type them."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

TAG_MAX = 40


def clean_tag(text: str) -> str:
    """Return a tag as it is stored and compared: one lower-case word, parts joined by dashes.

    A comma separates tags, a leading # is how people write one; neither is part of it.
    """
    folded = unicodedata.normalize("NFKC", text).casefold().replace(",", " ")
    printed = "".join(each if each.isprintable() else " " for each in folded)
    return "-".join(printed.lstrip("# ").split())


def clean_tags(names: Iterable[str]) -> set[str]:
    """Return the tags that are meant, each once."""
    return {name for given in names if (name := clean_tag(given))}
