"""Table of releases: what changed in the product, and when."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class Release(Base):
    """A version that went out, or a flag that was switched.

    :ivar version: as the team names it.
    :ivar released_at: when customers got it.
    :ivar flags: what was switched on or off with it, as people write it.
    :ivar area_id: what it is about, in the categories of the knowledge base; None for all.
    """

    __tablename__ = "releases"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[str]
    released_at: Mapped[datetime] = mapped_column(index=True)
    flags: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    area_id: Mapped[int | None] = mapped_column(ForeignKey("categories.id", ondelete="SET NULL"))
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
