"""Tables of what staff keep beside tickets: views of the list, tags, who follows which."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index
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


class TicketTag(Base):
    """A word that groups tickets. Only staff see it; articles have tags of their own.

    :ivar name: as :func:`app.tickets.tag_names.clean_tag` writes it.
    :ivar used_at: when it was last put on a ticket; what is in use is offered first.
    """

    __tablename__ = "ticket_tags"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    used_at: Mapped[datetime] = mapped_column(index=True)


class Tagging(Base):
    """Which ticket has which tag."""

    __tablename__ = "taggings"
    __table_args__ = (Index("ix_taggings_tag", "tag_id", "ticket_id"),)

    ticket_id: Mapped[int] = mapped_column(
        ForeignKey("tickets.id", ondelete="CASCADE"), primary_key=True
    )
    tag_id: Mapped[int] = mapped_column(
        ForeignKey("ticket_tags.id", ondelete="CASCADE"), primary_key=True
    )


class Watching(Base):
    """Who wants to hear of a ticket. Whoever it is given to hears of it without a row."""

    __tablename__ = "watchings"

    ticket_id: Mapped[int] = mapped_column(
        ForeignKey("tickets.id", ondelete="CASCADE"), primary_key=True
    )
    staff_id: Mapped[int] = mapped_column(
        ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class BulkChange(Base):
    """One change that somebody made to several tickets at once, kept to be taken back.

    :ivar act: a name in :data:`app.tickets.services.acts.ACTS`.
    :ivar value: what was chosen, as its act reads it.
    :ivar skipped: number, subject and reason of each ticket that was left alone.
    :ivar same: how many were so already.
    :ivar undone_at: when it was taken back; None while it holds.
    """

    __tablename__ = "bulk_changes"

    id: Mapped[int] = mapped_column(primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id", ondelete="CASCADE"), index=True)
    act: Mapped[str]
    value: Mapped[dict[str, Any]]
    skipped: Mapped[dict[str, Any]] = mapped_column(default=dict)
    same: Mapped[int] = mapped_column(default=0)
    undone_at: Mapped[datetime | None]


class BulkChanged(Base):
    """One ticket of such a change.

    :ivar former: what it had before, as far as its act changes it.
    :ivar version: of the ticket after the change; whatever has another one has moved on.
    """

    __tablename__ = "bulk_changed"

    change_id: Mapped[int] = mapped_column(
        ForeignKey("bulk_changes.id", ondelete="CASCADE"), primary_key=True
    )
    ticket_id: Mapped[int] = mapped_column(
        ForeignKey("tickets.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    former: Mapped[dict[str, Any]]
    version: Mapped[int]


class TimeSpent(Base):
    """Time that somebody spent on a ticket. Pages show the sum of a ticket, never a person's part.

    :ivar minutes: what they said.
    :ivar active_seconds: for how long they had the ticket before them and were active since then;
        proposed to them, and to nobody else.
    :ivar beat_at: when their browser last said so.
    """

    __tablename__ = "time_spent"

    ticket_id: Mapped[int] = mapped_column(
        ForeignKey("tickets.id", ondelete="CASCADE"), primary_key=True
    )
    staff_id: Mapped[int] = mapped_column(
        ForeignKey("staff.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    minutes: Mapped[int] = mapped_column(default=0)
    active_seconds: Mapped[int] = mapped_column(default=0)
    beat_at: Mapped[datetime | None]
