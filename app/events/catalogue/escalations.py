"""What happens to escalations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.events.catalogue.base import Event


@dataclass(frozen=True)
class EscalationRaised(Event):
    """Something was escalated into engineering.

    :ivar severity: s1 to s4.
    :ivar ticket_ids: the tickets it came from.
    """

    kind: ClassVar[str] = "escalation:raised"
    escalation_id: int
    number: int
    severity: str
    ticket_ids: list[int]


@dataclass(frozen=True)
class EscalationStateChanged(Event):
    """An escalation moved from one state to another.

    :ivar reason: for a declined one why, for a reopened one what is new; else empty.
    """

    kind: ClassVar[str] = "escalation:state_changed"
    escalation_id: int
    old: str
    new: str
    reason: str


@dataclass(frozen=True)
class EscalationChanged(Event):
    """A property of an escalation changed: severity, title, area, notice, start of the impact."""

    kind: ClassVar[str] = "escalation:changed"
    escalation_id: int
    field: str
    old: str | None
    new: str | None


@dataclass(frozen=True)
class EscalationRoleChanged(Event):
    """A role passed from one person to another, or to nobody; values are staff ids."""

    kind: ClassVar[str] = "escalation:role_changed"
    escalation_id: int
    role: str
    old: int | None
    new: int | None


@dataclass(frozen=True)
class EscalationTicketLinked(Event):
    """A ticket was found to be about an escalation.

    :ivar me_too: its customer said so.
    """

    kind: ClassVar[str] = "escalation:ticket_linked"
    escalation_id: int
    ticket_id: int
    me_too: bool


@dataclass(frozen=True)
class EscalationTicketUnlinked(Event):
    """A ticket turned out not to be about an escalation."""

    kind: ClassVar[str] = "escalation:ticket_unlinked"
    escalation_id: int
    ticket_id: int


@dataclass(frozen=True)
class EscalationUpdateSent(Event):
    """Everybody affected is being told something.

    :ivar tickets: how many.
    :ivar next_update_at: by when they will hear again, ISO 8601; None if that was left open.
    """

    kind: ClassVar[str] = "escalation:update_sent"
    escalation_id: int
    update_id: int
    tickets: int
    next_update_at: str | None


@dataclass(frozen=True)
class EscalationDeadlineMissed(Event):
    """Something owed by a time was not done by then; recorded once.

    :ivar deadline_kind: acknowledge, update or review.
    :ivar due_at: ISO 8601.
    """

    kind: ClassVar[str] = "escalation:deadline_missed"
    escalation_id: int
    deadline_id: int
    deadline_kind: str
    due_at: str


@dataclass(frozen=True)
class EscalationTargetSet(Event):
    """The team said by when it means to have something, or that it cannot say.

    :ivar deadline_kind: mitigate or resolve.
    :ivar old: ISO 8601; None for no time.
    :ivar new: likewise.
    """

    kind: ClassVar[str] = "escalation:target_set"
    escalation_id: int
    deadline_kind: str
    old: str | None
    new: str | None


@dataclass(frozen=True)
class EscalationVerdictGiven(Event):
    """A customer said whether it is solved for them.

    :ivar verdict: solved or not_yet.
    """

    kind: ClassVar[str] = "escalation:verdict_given"
    escalation_id: int
    ticket_id: int
    verdict: str


@dataclass(frozen=True)
class EscalationRecurred(Event):
    """A person confirmed that an escalation is an earlier one come again.

    :ivar recurrence_kind: known_unpaid or fix_did_not_hold.
    """

    kind: ClassVar[str] = "escalation:recurred"
    escalation_id: int
    of_id: int
    recurrence_kind: str | None


@dataclass(frozen=True)
class ReleaseNoted(Event):
    """It was noted that a version of the product went out."""

    kind: ClassVar[str] = "release:noted"
    release_id: int
    version: str


@dataclass(frozen=True)
class ReleaseTakenOff(Event):
    """A release turned out to be noted by mistake."""

    kind: ClassVar[str] = "release:taken_off"
    release_id: int
    version: str
