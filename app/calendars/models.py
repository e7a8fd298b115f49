"""Tables of opening hours; versions are only ever added."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base, PortableJSON


class BusinessCalendar(Base):
    """Opening hours under a name; what they are stands in its versions."""

    __tablename__ = "calendars"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)


class CalendarVersion(Base):
    """The hours of a calendar from an instant on.

    Holidays are dates, not rules: a newer list of holidays cannot rewrite what was promised.

    :ivar number: counts up; of those in force at an instant the highest holds.
    :ivar effective_from: in the past only for a correction, which says why.
    :ivar zone: IANA name.
    :ivar week: for each weekday from Monday a list of ``[opens, closes]`` in minutes.
    :ivar exceptions: ISO dates with the intervals they have instead.
    :ivar holidays: ISO dates with their names.
    :ivar country: whose holidays they were taken from, or empty.
    :ivar reason: of a correction.
    :ivar staff_id: who made it; None for the one that was delivered.
    """

    __tablename__ = "calendar_versions"
    __table_args__ = (UniqueConstraint("calendar_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    calendar_id: Mapped[int] = mapped_column(ForeignKey("calendars.id"))
    number: Mapped[int]
    effective_from: Mapped[datetime]
    zone: Mapped[str]
    week: Mapped[list[Any]] = mapped_column(PortableJSON)
    exceptions: Mapped[dict[str, Any]] = mapped_column(default=dict)
    holidays: Mapped[dict[str, Any]] = mapped_column(default=dict)
    country: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
