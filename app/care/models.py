"""Table of flags: what tickets showed that should be mended."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base


class FlagKind(StrEnum):
    """What somebody outside this conversation should mend."""

    DOCS_FIX = "docs_fix"
    BUG = "bug"
    FEATURE_REQUEST = "feature_request"


class DocsGap(StrEnum):
    """What is wrong with the documentation."""

    MISSING = "missing"
    WRONG = "wrong"
    NOT_FINDABLE = "not_findable"


class Flag(Base):
    """Something about the documentation or the product that a ticket showed.

    :ivar gap: a :class:`DocsGap`, for documentation only.
    :ivar looked_for: the words with which the customer searched, for documentation only.
    :ivar article_id: the article that is wrong, or that could not be found.
    :ivar settled_note: what was done about it.
    """

    __tablename__ = "flags"
    __table_args__ = (Index("ix_flags_kind_settled", "kind", "settled_at", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), index=True)
    kind: Mapped[str]
    gap: Mapped[str | None]
    note: Mapped[str]
    looked_for: Mapped[str] = mapped_column(default="")
    article_id: Mapped[int | None] = mapped_column(ForeignKey("articles.id", ondelete="SET NULL"))
    raised_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    settled_at: Mapped[datetime | None]
    settled_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    settled_note: Mapped[str] = mapped_column(default="")
    article: Mapped[Article | None] = relationship("Article", lazy="raise_on_sql")  # type: ignore[name-defined]  # noqa: F821


class Verdict(StrEnum):
    """Whether an article would have answered what a ticket asked."""

    LINKED = "linked"
    UNWRITTEN = "unwritten"
    NEW = "new"
    NOTHING = "nothing"


class KnowledgeNote(Base):
    """What a ticket says about the knowledge base; at most one a ticket.

    :ivar verdict: a :class:`Verdict`.
    :ivar article_id: the article that answers it, or that was drafted from it.
    :ivar noted_at: when that was last said.
    """

    __tablename__ = "knowledge_notes"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), unique=True)
    verdict: Mapped[str] = mapped_column(index=True)
    article_id: Mapped[int | None] = mapped_column(
        ForeignKey("articles.id", ondelete="SET NULL"), index=True
    )
    noted_at: Mapped[datetime]
    article: Mapped[Article | None] = relationship("Article", lazy="raise_on_sql")  # type: ignore[name-defined]  # noqa: F821


class Win(Base):
    """What a customer wrote when something went well, in their own words.

    :ivar message_id: the message that holds the words.
    :ivar words: a part of it, or all of it.
    :ivar note: what went well, for the team.
    :ivar taken_back_at: since when it is shown no longer.
    """

    __tablename__ = "wins"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), index=True)
    message_id: Mapped[int] = mapped_column(
        ForeignKey("messages.id", ondelete="CASCADE"), index=True
    )
    words: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    kept_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    taken_back_at: Mapped[datetime | None]
