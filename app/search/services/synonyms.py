"""The synonyms staff keep."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from app.db import db
from app.errors import Invalid, NotFound
from app.search.models import SynonymSet

_MOST_WORDS = 20
_LONGEST_PHRASE = 60


def create_synonyms(words: Sequence[str], *, now: datetime) -> SynonymSet:
    """Add a set of words and phrases that mean the same.

    :raises Invalid: fewer than two, too many, or one too long.
    """
    entry = SynonymSet(words=_clean(words), updated_at=now)
    db.session.add(entry)
    return entry


def change_synonyms(id_: int, words: Sequence[str], *, now: datetime) -> SynonymSet:
    """Replace the words of a set.

    :raises NotFound: there is no such set.
    :raises Invalid: fewer than two, too many, or one too long.
    """
    entry = _load(id_)
    entry.words = _clean(words)
    entry.updated_at = now
    return entry


def delete_synonyms(id_: int) -> None:
    """Remove a set.

    :raises NotFound: there is no such set.
    """
    db.session.delete(_load(id_))


def _load(id_: int) -> SynonymSet:
    entry = db.session.get(SynonymSet, id_)
    if entry is None:
        raise NotFound
    return entry


def _clean(words: Sequence[str]) -> list[str]:
    cleaned = list(dict.fromkeys(" ".join(word.split()) for word in words if word.strip()))
    if len(cleaned) < 2:
        raise Invalid(fields={"words": ["Give at least two different words or phrases."]})
    if len(cleaned) > _MOST_WORDS:
        raise Invalid(fields={"words": [f"Give at most {_MOST_WORDS} words or phrases."]})
    if any(len(word) > _LONGEST_PHRASE for word in cleaned):
        raise Invalid(fields={"words": [f"A phrase has at most {_LONGEST_PHRASE} letters."]})
    return cleaned
