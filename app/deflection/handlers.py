"""What the deflection record does when other parts of Foreword speak: events and jobs."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app.clock import utc_now
from app.deflection.services.contacts import note_ticket_created
from app.deflection.services.refreshing import recheck_due_sessions
from app.deflection.services.retention import total_old_sessions
from app.events.actor import Actor
from app.events.catalogue.base import Event
from app.events.catalogue.tickets import TicketOpened
from app.web.settings import current_settings


def on_ticket_opened(event: Event, _actor: Actor, at: datetime) -> None:
    """Join the ticket to its help session, in the ticket's own transaction."""
    assert isinstance(event, TicketOpened)
    note_ticket_created(event, settings=current_settings(), now=at)


def recheck(_payload: dict[str, Any]) -> None:
    """Refresh the outcomes that are due; the job named ``deflection.recheck``."""
    recheck_due_sessions(settings=current_settings(), now=utc_now(), limit=500)


def clear_help_sessions(_payload: dict[str, Any]) -> None:
    """Turn old sessions into daily totals; the job named ``clear.help_sessions``."""
    total_old_sessions(now=utc_now())
