"""Tables of questions to customers, the links that answer them, and what was not counted."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class SurveyState(StrEnum):
    """What became of a question."""

    PLANNED = "planned"
    ASKED = "asked"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"  # the request was opened again, or set aside
    EXPIRED = "expired"
    LEFT_OUT = "left_out"


#: These can still become another.
PENDING = (SurveyState.PLANNED, SurveyState.ASKED)
#: These can be answered; an answer can be changed.
OPEN_TO_ANSWER = (SurveyState.ASKED, SurveyState.ANSWERED)


class LeftOut(StrEnum):
    """Why somebody was not asked. Rules decide, never a person."""

    SET_ASIDE = "set_aside"  # spam, merged or deleted
    MERGED = "merged"  # asked twice: the other ticket asks
    NO_REPLY = "no_reply"  # the customer did not come back, so nothing was answered
    FOUND_IT = "found_it"  # they found the answer themselves before we had said anything
    ANSWERED = "answered"  # an answer for this request is there; it can be changed
    ASKED_LATELY = "asked_lately"
    OUTAGE = "outage"  # an outage that it belongs to is still going on
    TOO_LATE = "too_late"  # we could not ask in time: nobody remembers by now
    NO_ADDRESS = "no_address"
    NO_MAIL = "no_mail"  # the address gets no mail, or wants none


class AnsweredIn(StrEnum):
    """Where somebody answered."""

    MAIL = "mail"
    HELP = "help"
    WIDGET = "widget"


class Discarded(StrEnum):
    """Why an answer was not taken for a person's."""

    TOO_FAST = "too_fast"
    NO_PAGE = "no_page"  # sent without the page that was to be read first
    TRAP = "trap"  # a field was filled in that people do not see


class Survey(Base):
    """A question about one solving of one request.

    :ivar customer_id: who is asked, if they are known.
    :ivar address: who is asked; lower case, empty for somebody who only reads the widget.
    :ivar reason: of :class:`LeftOut`; empty unless it was left out.
    :ivar ask_at: when it is to be asked.
    :ivar score: from 1, very dissatisfied, to 5, very satisfied.
    :ivar channel: of :class:`AnsweredIn`; empty until it is answered.
    :ivar contest_note: what staff hold against the answer, which counts all the same.
    """

    __tablename__ = "surveys"
    __table_args__ = (
        Index("ix_surveys_state_ask", "state", "ask_at"),
        Index("ix_surveys_asked", "asked_at"),
        Index("ix_surveys_answered", "answered_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id"), index=True)
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customers.id"), index=True)
    address: Mapped[str] = mapped_column(default="", index=True)
    state: Mapped[str] = mapped_column(default=SurveyState.PLANNED)
    reason: Mapped[str] = mapped_column(default="")
    ask_at: Mapped[datetime]
    asked_at: Mapped[datetime | None]
    reminded_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    score: Mapped[int | None]
    comment: Mapped[str] = mapped_column(default="")
    channel: Mapped[str] = mapped_column(default="")
    contest_note: Mapped[str] = mapped_column(default="")
    contested_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    contested_at: Mapped[datetime | None]


class SurveyLink(Base):
    """An address that answers one question; each mail has its own.

    :ivar token_hash: SHA-256 of the 128-bit value in the link.
    """

    __tablename__ = "survey_links"

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(unique=True)


class DiscardedAnswer(Base):
    """An answer that a machine gave, as far as one can see; the person can still answer.

    :ivar reason: of :class:`Discarded`.
    :ivar score: what it said; None if nothing that can be read.
    """

    __tablename__ = "discarded_answers"

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id", ondelete="CASCADE"), index=True)
    reason: Mapped[str]
    score: Mapped[int | None]
    discarded_at: Mapped[datetime] = mapped_column(index=True)
