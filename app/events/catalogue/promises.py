"""What becomes of promises to customers. Moments are written as ISO 8601 in UTC."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.events.catalogue.base import Event


@dataclass(frozen=True)
class PromiseMade(Event):
    """Something was promised to a customer.

    :ivar owner_id: who keeps it; None is the team.
    :ivar message_id: the answer it was given with.
    """

    kind: ClassVar[str] = "ticket:promise_made"
    ticket_id: int
    promise_id: int
    due_at: str
    owner_id: int | None
    customer_visible: bool
    message_id: int | None


@dataclass(frozen=True)
class PromiseMoved(Event):
    """A promise got another date.

    :ivar old: the date before.
    :ivar new: the date from now on.
    :ivar old_state: open, moved or broken; the new one is moved.
    """

    kind: ClassVar[str] = "ticket:promise_moved"
    ticket_id: int
    promise_id: int
    old: str
    new: str
    old_state: str
    reason: str


@dataclass(frozen=True)
class PromiseKept(Event):
    """What was promised happened.

    :ivar old: the state before; the new one is kept.
    :ivar kept_at: when it happened.
    :ivar late_seconds: how long after the date; 0 if in time.
    :ivar message_id: the answer that kept it.
    """

    kind: ClassVar[str] = "ticket:promise_kept"
    ticket_id: int
    promise_id: int
    old: str
    new: str
    kept_at: str
    late_seconds: int
    message_id: int | None


@dataclass(frozen=True)
class PromiseBroken(Event):
    """The date of a promise passed without it being kept; noted once for each date.

    :ivar old: the state before; the new one is broken.
    :ivar due_at: the date that passed.
    """

    kind: ClassVar[str] = "ticket:promise_broken"
    ticket_id: int
    promise_id: int
    old: str
    new: str
    due_at: str


@dataclass(frozen=True)
class PromiseWithdrawn(Event):
    """A promise was taken back.

    :ivar old: the state before; the new one is withdrawn.
    """

    kind: ClassVar[str] = "ticket:promise_withdrawn"
    ticket_id: int
    promise_id: int
    old: str
    new: str
    reason: str


@dataclass(frozen=True)
class PromiseReopened(Event):
    """A promise that counted as kept or withdrawn is owed again: that was a mistake.

    :ivar old: the state before.
    :ivar new: open, moved or broken.
    """

    kind: ClassVar[str] = "ticket:promise_reopened"
    ticket_id: int
    promise_id: int
    old: str
    new: str


@dataclass(frozen=True)
class PromiseHandedOver(Event):
    """Somebody else keeps a promise from now on; None is the team."""

    kind: ClassVar[str] = "ticket:promise_handed_over"
    ticket_id: int
    promise_id: int
    old: int | None
    new: int | None


@dataclass(frozen=True)
class PromiseSetAside(Event):
    """Nobody waits for a promise because its ticket is out of its normal life, or it is back.

    :ivar old: whether it was set aside before.
    :ivar new: whether it is now.
    """

    kind: ClassVar[str] = "ticket:promise_set_aside"
    ticket_id: int
    promise_id: int
    old: bool
    new: bool


@dataclass(frozen=True)
class PromiseCarriedOver(Event):
    """A promise went to the ticket that goes on in the place of its own.

    :ivar old: the ticket it was given on.
    :ivar new: the ticket it is owed on, which the event is about.
    """

    kind: ClassVar[str] = "ticket:promise_carried_over"
    ticket_id: int
    promise_id: int
    old: int
    new: int


#: Whatever changes by when something is owed on a ticket, and by whom.
PROMISE_EVENTS: tuple[type[Event], ...] = (
    PromiseMade,
    PromiseMoved,
    PromiseKept,
    PromiseBroken,
    PromiseWithdrawn,
    PromiseReopened,
    PromiseHandedOver,
    PromiseSetAside,
    PromiseCarriedOver,
)


@dataclass(frozen=True)
class PromiseFeedChanged(Event):
    """A member of staff made or revoked the secret address of a calendar feed.

    :ivar scope: ``own`` or ``team``.
    :ivar new: ``open`` or ``closed``.
    """

    kind: ClassVar[str] = "staff:promise_feed_changed"
    staff_id: int
    scope: str
    new: str
