"""What promises do when time passes and other parts of Foreword speak: jobs and events."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app.clock import utc_now
from app.events.actor import Actor
from app.events.catalogue.base import Event
from app.events.catalogue.people import StaffChanged
from app.events.catalogue.tickets import TicketDispositionChanged
from app.promises.services.passing import (
    break_due_promises,
    carry_promises_over,
    give_promises_to_team,
    set_promises_aside,
)

#: A ticket that ends as one of these is nobody's concern any more.
OUT_OF_LIFE = frozenset({"spam", "deleted"})


def look_at_promises(_payload: dict[str, Any]) -> None:
    """Break what is overdue; the job named ``promises.look``."""
    break_due_promises(now=utc_now())


def on_staff_changed(event: Event, actor: Actor, at: datetime) -> None:
    """Make the promises of somebody whose account is closed the team's."""
    assert isinstance(event, StaffChanged)
    if (event.field, event.new) == ("state", "disabled"):
        give_promises_to_team(owner_id=event.staff_id, actor=actor, now=at)


def on_disposition_changed(event: Event, actor: Actor, at: datetime) -> None:
    """Take the promises along when a ticket ends in another, or stop waiting for them."""
    assert isinstance(event, TicketDispositionChanged)
    if event.into_id is not None:
        carry_promises_over(event.ticket_id, into_id=event.into_id, actor=actor, now=at)
    elif event.new in OUT_OF_LIFE or event.old in OUT_OF_LIFE:
        aside = event.new in OUT_OF_LIFE
        set_promises_aside(event.ticket_id, aside=aside, actor=actor, now=at)
