"""Tables beside the index: what waits to be indexed, and the synonyms staff keep."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import JSON, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class IndexOutbox(Base):
    """A document whose index entry is older than its row; written with the change itself.

    :ivar kind: document type, such as ``"article"``.
    :ivar version: the row's version at that change.
    """

    __tablename__ = "index_outbox"
    __table_args__ = (Index("ix_index_outbox_object", "kind", "object_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str]
    object_id: Mapped[int]
    version: Mapped[int]


class SynonymSet(Base):
    """Words that mean the same to the people who search.

    :ivar words: two or more words or short phrases, as staff typed them.
    """

    __tablename__ = "synonym_sets"

    id: Mapped[int] = mapped_column(primary_key=True)
    words: Mapped[list[str]] = mapped_column(JSON)
    updated_at: Mapped[datetime]
