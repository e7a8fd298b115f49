"""Refusals of the knowledge base."""

from __future__ import annotations

from dataclasses import dataclass

from app.errors import Conflict


@dataclass(frozen=True)
class TextVersion:
    """One side of a conflict."""

    title: str
    body: str


class ArticleConflict(Conflict):
    """Somebody else saved another text of the article in the meantime.

    :param theirs: what is stored now.
    :param yours: what was about to be stored.
    :param version: the article's version now; sending it along says "I have seen theirs".
    :param revision_id: the newest revision now.
    """

    def __init__(
        self, *, theirs: TextVersion, yours: TextVersion, version: int, revision_id: int | None
    ) -> None:
        super().__init__("Somebody else changed this article while you were writing.")
        self.theirs = theirs
        self.yours = yours
        self.version = version
        self.revision_id = revision_id
