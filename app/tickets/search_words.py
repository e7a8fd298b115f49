"""Words typed to find tickets, as both databases understand them: pure, whatever is typed.

Words are cut where the index cuts them: at everything that is neither letter nor digit. Accents
and case do not count. The last letters of a word may be missing; what stands in quotes is meant
as it stands.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

#: More would be a text, not a search.
MOST_TERMS = 12
#: From this length on a word stands for every word that begins with it.
SHORTEST_BEGINNING = 2

_PART = re.compile(r'(?P<minus>-?)(?:"(?P<quoted>[^"]*)"?|(?P<plain>[^\s"]+))')
#: Letters, digits and what joins letters of some scripts; no underscore.
_WORD = re.compile(r"[^\W_]+")


@dataclass(frozen=True)
class Term:
    """Words that must stand next to each other.

    :ivar words: at least one, folded.
    :ivar open_ended: the last word is a beginning.
    :ivar is_excluded: what holds them is not wanted.
    """

    words: tuple[str, ...]
    open_ended: bool
    is_excluded: bool = False


def read_terms(text: str) -> list[Term]:
    """Read what was typed.

    :returns: empty if there is no word in it.
    """
    terms = []
    for part in _PART.finditer(text):
        quoted = part["quoted"]
        words = tuple(_WORD.findall(_folded(part["plain"] if quoted is None else quoted)))
        if words:
            open_ended = quoted is None and len(words[-1]) >= SHORTEST_BEGINNING
            terms.append(Term(words, open_ended, is_excluded=bool(part["minus"])))
    return terms[:MOST_TERMS]


def _folded(text: str) -> str:
    """Return text as the index holds it: small letters without accents."""
    if text.isascii():
        return text.lower()
    parts = unicodedata.normalize("NFKD", text.lower())
    return unicodedata.normalize("NFC", "".join(c for c in parts if not unicodedata.combining(c)))


def sqlite_query(terms: list[Term], *, joined_by: str = "AND") -> str:
    """Return terms as FTS5 reads them. Every word is quoted, so none is an operator.

    Source: https://www.sqlite.org/fts5.html#full_text_query_syntax
    """
    written = (f'"{" ".join(term.words)}"{"*" if term.open_ended else ""}' for term in terms)
    return f" {joined_by} ".join(written)


def postgres_query(terms: list[Term], *, joined_by: str = "&") -> str:
    """Return terms as `to_tsquery` reads them. Words hold no sign that it would act on.

    Source: https://www.postgresql.org/docs/current/datatype-textsearch.html
    """
    written = (" <-> ".join(term.words) + (":*" if term.open_ended else "") for term in terms)
    return f" {joined_by} ".join(f"({each})" for each in written)
