"""Whether two texts are about the same, by the words they have in common."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Set as AbstractSet
from math import ceil

#: Shorter words tell little; so do these.
SHORTEST = 4
#: Words that begin alike for this share of the longer one are the same word.
ENOUGH_OF_A_WORD = 0.75
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
    return sum(any(_is_same(word, each) for each in other) for word in one)


def _is_same(one: str, other: str) -> bool:
    """Say whether two words differ in their endings alone."""
    enough = max(SHORTEST, ceil(ENOUGH_OF_A_WORD * max(len(one), len(other))))
    return one[:enough] == other[:enough]
