"""Table of stored files."""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class Attachment(Base):
    """A file of a message or an article, or an upload that waits to be sent with one.

    :ivar key: 128 random bits; the public name.
    :ivar storage_name: random name below the files directory.
    :ivar media_type: found from the content, never taken from the upload.
    :ivar inline: a re-encoded raster image that may be shown in place.
    :ivar owner_key: who uploaded it (``staff:<id>``, ``session:<id>``), until it is attached.
    """

    __tablename__ = "attachments"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id"), index=True)
    article_id: Mapped[int | None] = mapped_column(
        ForeignKey("articles.id", ondelete="CASCADE"), index=True
    )
    owner_key: Mapped[str]
    filename: Mapped[str]
    media_type: Mapped[str]
    size_bytes: Mapped[int]
    sha256: Mapped[str]
    storage_name: Mapped[str]
    inline: Mapped[bool] = mapped_column(default=False)
