"""Tables of help sessions, their append-only events, contacts, and daily totals."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base

#: A help session ends after this long without an act.
#: Source: the 30 minutes that web analytics settled on; see docs/deflection.md.
IDLE = timedelta(minutes=30)

#: What a person did this long before belongs to what they do now.
BEFORE = timedelta(hours=24)


class Outcome(StrEnum):
    """How a help session ended. Source: docs/deflection.md."""

    CONFIRMED = "confirmed"
    LIKELY = "likely"
    ABANDONED = "abandoned"
    UNKNOWN = "unknown"
    FAILED = "failed"
    PENDING = "pending"


class Surface(StrEnum):
    """Where the session took place."""

    WIDGET = "widget"
    HELP = "help"


class Exclusion(StrEnum):
    """Why a session is in no rate; every one of them is counted and shown."""

    STAFF = "staff"
    BOT_AGENT = "bot_agent"
    TOO_MANY_SEARCHES = "too_many_searches"
    NO_SCRIPT = "no_script"
    NO_INPUT = "no_input"


def person_key(
    *, customer_id: int | None = None, visitor_id: int | None = None, session_key: str = ""
) -> str:
    """Return the key that joins the sessions and tickets of one person.

    :param session_key: used when nothing else is known, so that the session stands alone.
    """
    if customer_id is not None:
        return f"customer:{customer_id}"
    if visitor_id is not None:
        return f"visitor:{visitor_id}"
    return f"session:{session_key}"


class HelpSession(Base):
    """A visit that may show intent; it ends after 30 minutes without an act.

    The columns from `outcome` on are a cache of what the events say.

    :ivar key: random id that the client sends with its events.
    :ivar number: from 1; a client that comes back after the session ended starts the next.
    :ivar person_key: see :func:`person_key`.
    :ivar last_event_at: of the last act, derived events not counted.
    :ivar scripted: some event came from a script, so a browser was at work.
    :ivar had_input: pointer, touch or keys were seen; None if nobody looked.
    :ivar excluded: an :class:`Exclusion`, or empty if the session counts.
    :ivar outcome: of :func:`app.deflection.outcomes.derive_outcome`.
    :ivar detail: sub-kind of the outcome, such as ``after_no_result``.
    :ivar has_intent: something was searched, read, or the form was opened.
    :ivar has_tried: something was searched or read.
    :ivar longest_read_seconds: active reading of the article read longest.
    :ivar read_to_end: some article was read to its end.
    :ivar ended_looking: the last act was a search or a "no".
    :ivar recheck_at: when the outcome may change by time alone.
    :ivar rule: settings under which the outcome was derived; other settings, other outcome.
    """

    __tablename__ = "help_sessions"
    __table_args__ = (
        UniqueConstraint("key", "number"),
        Index(
            "ix_help_sessions_report",
            "started_at",
            "has_intent",
            "excluded",
            "outcome",
            "site_id",
            "surface",
        ),
        Index("ix_help_sessions_person", "person_key", "last_event_at"),
        Index("ix_help_sessions_recheck_at", "recheck_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]
    number: Mapped[int] = mapped_column(default=1)
    site_id: Mapped[int | None] = mapped_column(ForeignKey("sites.id"), index=True)
    surface: Mapped[str]
    locale: Mapped[str] = mapped_column(default="")
    person_key: Mapped[str]
    visitor_id: Mapped[int | None] = mapped_column(ForeignKey("visitors.id"))
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"), index=True)
    started_at: Mapped[datetime]
    last_event_at: Mapped[datetime]
    scripted: Mapped[bool] = mapped_column(default=False)
    had_input: Mapped[bool | None]
    excluded: Mapped[str] = mapped_column(default="")
    outcome: Mapped[str] = mapped_column(default=Outcome.PENDING)
    detail: Mapped[str] = mapped_column(default="")
    has_intent: Mapped[bool] = mapped_column(default=False)
    has_tried: Mapped[bool] = mapped_column(default=False)
    longest_read_seconds: Mapped[int] = mapped_column(default=0)
    read_to_end: Mapped[bool] = mapped_column(default=False)
    ended_looking: Mapped[bool] = mapped_column(default=False)
    recheck_at: Mapped[datetime | None]
    rule: Mapped[str] = mapped_column(default="", index=True)

    def is_over(self, now: datetime) -> bool:
        """Say whether a further act would belong to a new session."""
        return now - self.last_event_at > IDLE


class HelpEvent(Base):
    """One act in a help session; rows are added, never changed.

    :ivar event_id: random id made by the client, so that a repeat counts once.
    :ivar kind: of :class:`app.deflection.vocabulary.Kind`.
    :ivar query: normalised and scrubbed search text of a ``search``.
    :ivar query_key: folded form under which equal searches are counted.
    :ivar data: what else the kind carries: ranks, seconds, reasons, schema version.
    """

    __tablename__ = "help_events"
    __table_args__ = (
        Index("ix_help_events_session", "help_session_id", "id"),
        Index("ix_help_events_kind_at", "kind", "at"),
        Index("ix_help_events_query_key", "query_key", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[str] = mapped_column(unique=True)
    help_session_id: Mapped[int] = mapped_column(ForeignKey("help_sessions.id", ondelete="CASCADE"))
    kind: Mapped[str]
    at: Mapped[datetime]
    article_id: Mapped[int | None] = mapped_column(
        ForeignKey("articles.id", ondelete="SET NULL"), index=True
    )
    revision_id: Mapped[int | None]
    ticket_id: Mapped[int | None] = mapped_column(ForeignKey("tickets.id"), index=True)
    query: Mapped[str | None]
    query_key: Mapped[str | None]
    n_results: Mapped[int | None]
    data: Mapped[dict[str, Any]] = mapped_column(default=dict)


class HelpContact(Base):
    """Somebody wrote to us: the counterpart that decides how help sessions ended.

    :ivar channel: of the ticket.
    :ivar help_session_id: the session it came out of; None if none was under way.
    :ivar tried_session_id: the session in which the person last searched or read, of the 24 hours
        before; None if they did not.
    """

    __tablename__ = "help_contacts"
    __table_args__ = (
        Index("ix_help_contacts_person", "person_key", "at"),
        Index("ix_help_contacts_at", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), unique=True)
    ticket_number: Mapped[int]
    channel: Mapped[str]
    person_key: Mapped[str]
    help_session_id: Mapped[int | None] = mapped_column(
        ForeignKey("help_sessions.id", ondelete="SET NULL"), index=True
    )
    at: Mapped[datetime]
    tried_session_id: Mapped[int | None] = mapped_column(
        ForeignKey("help_sessions.id", ondelete="SET NULL"), index=True
    )


class HelpDaily(Base):
    """How many sessions of a day ended in what way; outlives the sessions.

    :ivar day: in UTC.
    :ivar excluded: as of the sessions.
    :ivar sessions: number of them.
    """

    __tablename__ = "help_daily"
    __table_args__ = (UniqueConstraint("day", "site_id", "surface", "outcome", "excluded"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date]
    site_id: Mapped[int | None] = mapped_column(ForeignKey("sites.id"), index=True)
    surface: Mapped[str]
    outcome: Mapped[str]
    excluded: Mapped[str]
    sessions: Mapped[int]
