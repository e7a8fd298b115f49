"""What becomes of questions to customers. Moments are written as ISO 8601 in UTC."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.events.catalogue.base import Event


@dataclass(frozen=True)
class SurveyPlanned(Event):
    """Somebody will be asked how satisfied they are.

    :ivar ask_at: when.
    """

    kind: ClassVar[str] = "ticket:survey_planned"
    ticket_id: int
    survey_id: int
    ask_at: str


@dataclass(frozen=True)
class SurveyPutOff(Event):
    """Somebody will be asked later.

    :ivar old: when they would have been asked.
    :ivar new: when they will be.
    :ivar reason: a value of `LeftOut`; empty if it only was not the time of day.
    """

    kind: ClassVar[str] = "ticket:survey_put_off"
    ticket_id: int
    survey_id: int
    old: str
    new: str
    reason: str


@dataclass(frozen=True)
class SurveyMoved(Event):
    """A question was asked, left out, withdrawn, or has run out.

    :ivar old: a value of `SurveyState`.
    :ivar new: likewise.
    :ivar reason: why it was left out, a value of `LeftOut`; empty otherwise.
    """

    kind: ClassVar[str] = "ticket:survey_moved"
    ticket_id: int
    survey_id: int
    old: str
    new: str
    reason: str = ""


@dataclass(frozen=True)
class SurveyReminded(Event):
    """Somebody was asked once more."""

    kind: ClassVar[str] = "ticket:survey_reminded"
    ticket_id: int
    survey_id: int


@dataclass(frozen=True)
class TicketRated(Event):
    """A customer said how satisfied they are, or something else than before.

    :ivar old: their score before; None if this is their first.
    :ivar new: from 1 to 5.
    :ivar old_comment: their words before.
    :ivar new_comment: their words now.
    :ivar channel: a value of `AnsweredIn`.
    """

    kind: ClassVar[str] = "ticket:rated"
    ticket_id: int
    survey_id: int
    old: int | None
    new: int
    old_comment: str
    new_comment: str
    channel: str


@dataclass(frozen=True)
class RatingDiscarded(Event):
    """An answer was not taken for a person's.

    :ivar reason: a value of `Discarded`.
    """

    kind: ClassVar[str] = "ticket:rating_discarded"
    ticket_id: int
    survey_id: int
    reason: str


@dataclass(frozen=True)
class RatingContested(Event):
    """Staff wrote beside an answer what they hold against it; it counts all the same."""

    kind: ClassVar[str] = "ticket:rating_contested"
    ticket_id: int
    survey_id: int
    old: str
    new: str
