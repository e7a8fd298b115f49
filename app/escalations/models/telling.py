"""Tables of what customers are told, and who has been told it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class EscalationUpdate(Base):
    """Words of the communicator to everybody who is affected.

    :ivar texts: language to text; the key ``""`` holds what goes where there is no translation.
    :ivar next_update_at: by when customers will hear again, as they are told.
    :ivar asks: it also asks whether the matter is solved for them.
    """

    __tablename__ = "escalation_updates"

    id: Mapped[int] = mapped_column(primary_key=True)
    escalation_id: Mapped[int] = mapped_column(
        ForeignKey("escalations.id", ondelete="CASCADE"), index=True
    )
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    texts: Mapped[dict[str, Any]]
    next_update_at: Mapped[datetime | None]
    asks: Mapped[bool] = mapped_column(default=False)
    sent_at: Mapped[datetime]


class UpdateDelivery(Base):
    """That an update is for one ticket; the worker tells each exactly once.

    :ivar message_id: the message it became.
    :ivar skipped: why its customer was not told, such as ``closed``; empty otherwise.
    """

    __tablename__ = "escalation_deliveries"
    __table_args__ = (
        UniqueConstraint("update_id", "ticket_id"),
        Index("ix_escalation_deliveries_waiting", "update_id", "delivered_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    update_id: Mapped[int] = mapped_column(ForeignKey("escalation_updates.id", ondelete="CASCADE"))
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"), index=True)
    message_id: Mapped[int | None] = mapped_column(ForeignKey("messages.id", ondelete="SET NULL"))
    delivered_at: Mapped[datetime | None]
    skipped: Mapped[str] = mapped_column(default="")
