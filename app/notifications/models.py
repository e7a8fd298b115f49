"""Table of outgoing mail."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class MailState(StrEnum):
    """Life of an outgoing mail."""

    WAITING = "waiting"
    SENT = "sent"
    DEAD = "dead"  # refused for good
    HELD = "held"  # no mail server is configured


class OutgoingMail(Base):
    """A mail to be sent, with its final Message-ID so that a repeat is recognisable.

    :ivar state: see :class:`MailState`.
    :ivar error: why it is dead, without quoting the server: its answers may hold addresses.
    """

    __tablename__ = "outgoing_mail"

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[str] = mapped_column(unique=True)
    to_address: Mapped[str] = mapped_column(index=True)
    subject: Mapped[str]
    text_body: Mapped[str]
    html_body: Mapped[str]
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"), index=True)
    state: Mapped[str] = mapped_column(default=MailState.WAITING, index=True)
    error: Mapped[str] = mapped_column(default="")
    sent_at: Mapped[datetime | None]
