"""Whether two texts are about the same, by the words they have in common."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Set as AbstractSet

#: Shorter words tell little; so do these.
SHORTEST = 4
_LITTLE = (
    "about after again also another because been before being cannot could does doesn from have "
    "help into just more need only other please same since some still than that their them then "
    "there these they this what when where which with without work working would your "
    "aber auch beim bitte dass diese dieser eine einen einer hallo haben hier ihre immer kann "
    "mehr mein nach nicht noch oder sein seit sich sind über und wenn wird"
)
_TELL_NOTHING = frozenset(_LITTLE.split())


def telling_words(text: str) -> frozenset[str]:
    """Return the words that tell what a text is about, folded."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    words = re.findall(r"[^\W_]+", folded)
    return frozenset(word for word in words if len(word) >= SHORTEST and word not in _TELL_NOTHING)


def shared_words(one: AbstractSet[str], other: AbstractSet[str]) -> int:
    """Return how many words of one text the other has too, endings aside.

    :param one: words of a text.
    :param other: words of the other.
    """
    stems = {word[: max(SHORTEST, len(word) - 2)] for word in other}
    return sum(word[: max(SHORTEST, len(word) - 2)] in stems for word in one)
