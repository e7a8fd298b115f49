"""Table of notices."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class Notice(Base):
    """Something one member of staff should know of.

    :ivar kind: what it is about, such as ``mention``; chooses the icon.
    :ivar path: the page it leads to, below the installation's own address.
    :ivar dedupe_key: while one with it is unread, no second one is added.
    """

    __tablename__ = "notices"
    __table_args__ = (Index("ix_notices_staff_read", "staff_id", "read_at", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"))
    kind: Mapped[str]
    text: Mapped[str]
    path: Mapped[str]
    ticket_id: Mapped[int | None] = mapped_column(
        ForeignKey("tickets.id", ondelete="CASCADE"), index=True
    )
    dedupe_key: Mapped[str | None]
    read_at: Mapped[datetime | None]
