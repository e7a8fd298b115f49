"""Tables of the knowledge base."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, Column, ForeignKey, Index, Table, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.clock import utc_now
from app.db import Base, UTCDateTime


class Audience(StrEnum):
    """Who may read an article; each includes the ones before it."""

    PUBLIC = "public"
    CUSTOMERS = "customers"
    STAFF = "staff"


class ArticleState(StrEnum):
    """Life of an article."""

    DRAFT = "draft"
    PUBLISHED = "published"
    ARCHIVED = "archived"


article_tags = Table(
    "article_tags",
    Base.metadata,
    Column("article_id", ForeignKey("articles.id", ondelete="CASCADE"), primary_key=True),
    Column("tag_id", ForeignKey("tags.id", ondelete="CASCADE"), primary_key=True, index=True),
    Column("created_at", UTCDateTime, default=utc_now, nullable=False),
)


class Category(Base):
    """A shelf of articles; shelves nest.

    :ivar position: order among its siblings, smallest first.
    """

    __tablename__ = "categories"
    __table_args__ = (UniqueConstraint("parent_id", "slug"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("categories.id"), index=True)
    slug: Mapped[str]
    name: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    icon: Mapped[str] = mapped_column(default="book-open")
    position: Mapped[int] = mapped_column(default=0)


class Tag(Base):
    """A word that groups articles across categories."""

    __tablename__ = "tags"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)


class Article(Base):
    """An article; its text lives in revisions.

    :ivar source: where an import found it, with `external_id` its key there.
    :ivar title: of the newest revision, for lists.
    :ivar version: counts every change of text, state or properties; search and editors compare it.
    :ivar published_revision_id: what readers see; None until first published.
    :ivar latest_revision_id: what editors see; later than the published one until it is published.
    :ivar url_patterns: host pages on which to suggest it, such as ``/calendar/*``.
    """

    __tablename__ = "articles"
    __table_args__ = (
        UniqueConstraint("source", "external_id"),
        Index("ix_articles_state_audience", "state", "audience"),
        Index("ix_articles_updated", "updated_at", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(default="foreword")
    external_id: Mapped[str | None]
    slug: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    summary: Mapped[str] = mapped_column(default="")
    category_id: Mapped[int] = mapped_column(ForeignKey("categories.id"), index=True)
    audience: Mapped[str] = mapped_column(default=Audience.PUBLIC)
    state: Mapped[str] = mapped_column(default=ArticleState.DRAFT)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    version: Mapped[int] = mapped_column(default=1)
    url_patterns: Mapped[list[str]] = mapped_column(JSON, default=list)
    published_at: Mapped[datetime | None]
    updated_at: Mapped[datetime]
    published_revision_id: Mapped[int | None] = mapped_column(
        ForeignKey("revisions.id", use_alter=True)
    )
    latest_revision_id: Mapped[int | None] = mapped_column(
        ForeignKey("revisions.id", use_alter=True)
    )
    category: Mapped[Category] = relationship(lazy="raise_on_sql")
    tags: Mapped[list[Tag]] = relationship(secondary=article_tags, lazy="raise_on_sql")
    published_revision: Mapped[Revision | None] = relationship(
        foreign_keys=[published_revision_id], lazy="raise_on_sql", post_update=True
    )
    latest_revision: Mapped[Revision | None] = relationship(
        foreign_keys=[latest_revision_id], lazy="raise_on_sql", post_update=True
    )
    owner: Mapped[Staff | None] = relationship("Staff", lazy="raise_on_sql")  # type: ignore[name-defined]  # noqa: F821


class Revision(Base):
    """One immutable text of an article.

    :ivar number: from 1, per article.
    :ivar body: Markdown.
    :ivar comment: why it changed, in the editor's words.
    """

    __tablename__ = "revisions"
    __table_args__ = (UniqueConstraint("article_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id", ondelete="CASCADE"))
    number: Mapped[int]
    title: Mapped[str]
    body: Mapped[str]
    comment: Mapped[str] = mapped_column(default="")
    author_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    author: Mapped[Staff | None] = relationship("Staff", lazy="raise_on_sql")  # type: ignore[name-defined]  # noqa: F821


class ArticleSlug(Base):
    """An address an article once had; it redirects to the present one."""

    __tablename__ = "article_slugs"

    slug: Mapped[str] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(
        ForeignKey("articles.id", ondelete="CASCADE"), index=True
    )


class ArticleDraft(Base):
    """Unsaved text of one editor, kept while they type.

    :ivar base_version: the article's version they started from.
    """

    __tablename__ = "article_drafts"
    __table_args__ = (UniqueConstraint("article_id", "staff_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(ForeignKey("articles.id", ondelete="CASCADE"))
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"))
    base_version: Mapped[int]
    title: Mapped[str]
    body: Mapped[str]
    saved_at: Mapped[datetime]


class ArticleFeedback(Base):
    """A reader's word on one revision: did it help, why not, and in their own words.

    :ivar reasons: of the fixed list in ``knowledge.services``.
    :ivar help_session_id: key of the help session, without a constraint: sessions are aggregated
        away after their retention, feedback stays.
    """

    __tablename__ = "article_feedback"
    __table_args__ = (UniqueConstraint("revision_id", "voter_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    article_id: Mapped[int] = mapped_column(
        ForeignKey("articles.id", ondelete="CASCADE"), index=True
    )
    revision_id: Mapped[int] = mapped_column(ForeignKey("revisions.id", ondelete="CASCADE"))
    voter_key: Mapped[str]
    helped: Mapped[bool]
    reasons: Mapped[list[str]] = mapped_column(JSON, default=list)
    comment: Mapped[str] = mapped_column(default="")
    help_session_id: Mapped[int | None]
    given_at: Mapped[datetime]
