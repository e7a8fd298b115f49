"""Table of counted attempts."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class Throttle(Base):
    """One counted attempt.

    :ivar key: what is limited, made by `limit_key`; holds no address in the clear.
    """

    __tablename__ = "throttles"
    __table_args__ = (Index("ix_throttles_key_at", "key", "at"), Index("ix_throttles_at", "at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]
    at: Mapped[datetime]
