"""What happens to knowledge."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.events.catalogue.base import Event


@dataclass(frozen=True)
class ArticleCreated(Event):
    """An article was created as a draft or by an import."""

    kind: ClassVar[str] = "article:created"
    article_id: int
    title: str


@dataclass(frozen=True)
class ArticleRevised(Event):
    """A new revision of an article was saved.

    :ivar revision_number: from 1, per article.
    """

    kind: ClassVar[str] = "article:revised"
    article_id: int
    revision_id: int
    revision_number: int


@dataclass(frozen=True)
class ArticleStateChanged(Event):
    """An article was published, taken back to draft, or archived."""

    kind: ClassVar[str] = "article:state_changed"
    article_id: int
    old: str
    new: str


@dataclass(frozen=True)
class ArticleChanged(Event):
    """A property beside the text changed: slug, audience, category, tags, owner, patterns."""

    kind: ClassVar[str] = "article:changed"
    article_id: int
    field: str
    old: str | None
    new: str | None


@dataclass(frozen=True)
class ArticlePublished(Event):
    """Readers got another revision of an article, the first or a later one."""

    kind: ClassVar[str] = "article:published"
    article_id: int
    revision_id: int


@dataclass(frozen=True)
class CategoryCreated(Event):
    """A category of articles was created."""

    kind: ClassVar[str] = "category:created"
    category_id: int
    name: str


@dataclass(frozen=True)
class CategoryChanged(Event):
    """A category was renamed or moved; for a move the values are ids of the parents."""

    kind: ClassVar[str] = "category:changed"
    category_id: int
    field: str
    old: str
    new: str


@dataclass(frozen=True)
class ArticleFeedbackGiven(Event):
    """A reader said whether a revision of an article helped.

    :ivar helped: True for yes.
    :ivar help_session_id: the session it was given in, if one was recorded.
    """

    kind: ClassVar[str] = "article:feedback_given"
    article_id: int
    revision_id: int
    helped: bool
    help_session_id: int | None
