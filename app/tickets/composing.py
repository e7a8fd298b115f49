"""Tables of who has a ticket before them, and of what they are writing and have not sent."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, PortableJSON
from app.tickets.models import MessageKind


class Draft(Base):
    """What one person has typed on one ticket: an answer, a note, and what goes with them.

    An emptied row stays for a while, so that a save which was overtaken by the sending of its own
    text is recognised and does not bring the text back.

    :ivar kind: which of the two texts the person last wrote.
    :ivar answer: text of the answer.
    :ivar note: text of the note.
    :ivar fields: the composer's other fields by name, each a list of texts, as the form sends them.
    :ivar older: texts that another window's took the place of, newest first: ``id``, ``kind``,
        ``text`` and ``at``.
    :ivar version: counts saves; a save on top of an old one keeps what it replaces in `older`.
    :ivar writer: the window that saved last.
    :ivar seq: number of that window's last save.
    :ivar is_empty: there is neither text nor file.
    """

    __tablename__ = "drafts"
    __table_args__ = (UniqueConstraint("staff_id", "ticket_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"))
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"), index=True)
    kind: Mapped[str] = mapped_column(default=MessageKind.MESSAGE)
    answer: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    fields: Mapped[dict[str, Any]] = mapped_column(default=dict)
    older: Mapped[list[Any]] = mapped_column(PortableJSON, default=list)
    version: Mapped[int] = mapped_column(default=0)
    writer: Mapped[str] = mapped_column(default="")
    seq: Mapped[int] = mapped_column(default=0)
    is_empty: Mapped[bool] = mapped_column(default=True)
    saved_at: Mapped[datetime]

    def text(self, kind: str) -> str:
        """Return the text of one kind."""
        return self.note if kind == MessageKind.NOTE else self.answer


class Presence(Base):
    """Somebody has a ticket before them. Gone soon after they leave; nothing of it is kept.

    :ivar seen_at: when their page last asked.
    """

    __tablename__ = "presences"

    ticket_id: Mapped[int] = mapped_column(
        ForeignKey("tickets.id", ondelete="CASCADE"), primary_key=True
    )
    staff_id: Mapped[int] = mapped_column(
        ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True
    )
    seen_at: Mapped[datetime]
