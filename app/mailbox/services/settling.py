"""Noting what became of a received mail."""

from __future__ import annotations

from datetime import datetime

from app.events.actor import SYSTEM, Actor
from app.events.catalogue.mail import ReceivedMailSettled
from app.events.services import record
from app.mailbox.models import Reason, ReceivedMail, ReceivedState


def settle(
    row: ReceivedMail,
    state: ReceivedState,
    reason: Reason = Reason.NONE,
    *,
    now: datetime,
    actor: Actor = SYSTEM,
) -> None:
    """Put a mail into a state and say so in its history."""
    old = row.state
    row.state = state
    row.reason = reason
    row.processed_at = now
    record(ReceivedMailSettled(row.id, row.ticket_id, old, state, reason), actor=actor, at=now)
