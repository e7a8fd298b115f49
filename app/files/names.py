"""File names as people may see them: no paths, no control characters, no tricks of direction."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath

LONGEST_NAME = 120
#: What is longer behind the last dot is no file extension but part of the name.
LONGEST_SUFFIX = 12

_SPACES = re.compile(r"\s+")
_SEPARATORS = re.compile(r"[\\/]")
_FORBIDDEN = frozenset('<>:"|?*')


def clean_filename(name: str | None) -> str:
    """Return a harmless version of the name a browser gave.

    :param name: untrusted; may hold path parts, line breaks or characters that reorder text.
    :returns: at most 120 characters, never empty, never starting with a dot.
    """
    text = unicodedata.normalize("NFC", (name or "").encode("utf-8", "replace").decode())
    text = _SEPARATORS.split(text)[-1]
    # Categories C*: control, format (bidi overrides, zero width), surrogates, private use.
    text = "".join(
        " " if char.isspace() else char
        for char in text
        if char not in _FORBIDDEN and (char.isspace() or unicodedata.category(char)[0] != "C")
    )
    text = _SPACES.sub(" ", text).strip().lstrip(". ").rstrip(". ")
    if not text:
        return "file"
    suffix = PurePosixPath(text).suffix
    if len(suffix) > LONGEST_SUFFIX:
        suffix = ""
    stem = text.removesuffix(suffix)[: LONGEST_NAME - len(suffix)]
    return f"{stem}{suffix}".rstrip(". ")


def extension_of(name: str) -> str:
    """Return the extension in lower case without its dot, or an empty text."""
    return PurePosixPath(name).suffix[1:].lower()
