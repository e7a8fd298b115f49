"""Sentences for people, said in layers that do not know which language the person reads."""

from __future__ import annotations

import unicodedata
from typing import Any, Self


class Sentence(str):
    """An English sentence that is collected for translation and translated where it is shown.

    It is the English text itself, so logs, the API and the portal need nothing else; pages for
    customers show it through `app.web.locales.translated`.

    :param message: the text, a literal, with places such as ``%(count)s``.
    :param values: what stands in its places; whole numbers are written as the reader writes them.
    """

    __slots__ = ("message", "values")

    message: str
    values: dict[str, Any]

    def __new__(cls, message: str, **values: Any) -> Self:
        """Fill the places in."""
        made = super().__new__(cls, message % values if values else message)
        made.message = message
        made.values = values
        return made


def clean_line(value: str) -> str:
    """Return a text as one line: no control characters, single spaces, no ends."""
    kept = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in value)
    return " ".join(kept.split())
