"""Table of the views that staff keep of the list."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class SavedView(Base):
    """A filter of the list under a name.

    :ivar owner_id: who made it and may change it.
    :ivar shared: everybody sees it.
    :ivar position: order among its owner's views, smallest first.
    :ivar query: what the address of the list holds, columns and order too.
    """

    __tablename__ = "saved_views"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    owner_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    shared: Mapped[bool] = mapped_column(default=False, index=True)
    position: Mapped[int] = mapped_column(default=0)
    query: Mapped[dict[str, Any]] = mapped_column(default=dict)
