"""What happens to mail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.events.catalogue.base import Event


@dataclass(frozen=True)
class MailFailed(Event):
    """A mail will not arrive.

    :ivar ticket_id: the ticket it tells of, if any.
    :ivar state: dead (refused or given up), bounced, or suppressed (not tried).
    """

    kind: ClassVar[str] = "mail:failed"
    mail_id: int
    ticket_id: int | None
    state: str


@dataclass(frozen=True)
class SuppressionAdded(Event):
    """An address gets no more mail.

    :ivar reason: bounce, complaint or unsubscribed.
    """

    kind: ClassVar[str] = "suppression:added"
    suppression_id: int
    reason: str


@dataclass(frozen=True)
class SuppressionLifted(Event):
    """An address gets mail again."""

    kind: ClassVar[str] = "suppression:lifted"
    suppression_id: int
    reason: str


@dataclass(frozen=True)
class ReceivedMailSettled(Event):
    """It was decided what becomes of a received mail.

    :ivar ticket_id: the ticket it belongs to, or would belong to.
    :ivar old: its state before.
    :ivar new: its state now.
    :ivar reason: why; empty if nothing needs a reason.
    """

    kind: ClassVar[str] = "received:settled"
    received_id: int
    ticket_id: int | None
    old: str
    new: str
    reason: str
