"""Text that people typed, made fit to keep: cleaned, without addresses and numbers, folded."""

from __future__ import annotations

import re
import unicodedata

#: Stands where something personal was.
SCRUBBED = "…"

_EMAIL = re.compile(r"[^\s@<>()\[\],;:]+@[^\s@<>()\[\],;:]+")
#: Six or more digits, also grouped as in telephone, card and account numbers.
_DIGITS = re.compile(r"\+?\d(?:[ \-./()]{0,2}\d){5,}")
_SPACE = re.compile(r"\s+")
_NOT_WORD = re.compile(r"\W+")


def clean_text(text: str) -> str:
    """Return text without what no database stores or no reader sees, in one line.

    Control characters, halves of surrogate pairs and runs of space go; compatibility forms
    (full width, ligatures) become the usual ones.
    """
    text = text.encode("utf-8", "ignore").decode("utf-8")
    text = unicodedata.normalize("NFKC", text)
    text = "".join(" " if unicodedata.category(char) == "Cc" else char for char in text)
    return _SPACE.sub(" ", text).strip()


def scrub(text: str) -> str:
    """Replace e-mail addresses and digit strings of six or more by an ellipsis."""
    return _DIGITS.sub(SCRUBBED, _EMAIL.sub(SCRUBBED, text))


def fold_query(query: str) -> str:
    """Return the form under which searches count as the same: no case, accents, punctuation."""
    decomposed = unicodedata.normalize("NFKD", query.casefold())
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return _NOT_WORD.sub(" ", bare.replace("_", " ")).strip() or SCRUBBED
