"""Tables of how staff work through the list: their views, and what they can still take back."""

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


class BulkChange(Base):
    """A change of many tickets at once, for as long as it can be taken back.

    :ivar staff_id: who made it, and alone may take it back.
    :ivar changes: for each ticket its key, the version the change led to, and the old values.
    """

    __tablename__ = "bulk_changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    changes: Mapped[dict[str, Any]] = mapped_column(default=dict)
