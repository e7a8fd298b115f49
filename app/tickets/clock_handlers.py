"""Clocks as events and time move them: what `app.subscriptions` calls."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app.clock import utc_now
from app.events.actor import Actor
from app.events.catalogue.base import Event
from app.jobs.services import enqueue_job
from app.tickets.services.clocks import BATCH, look_at_clocks, wind_clocks
from app.web.settings import current_settings

CLOCKS_JOB = "clocks.look"


def on_clock_event(event: Event, _actor: Actor, at: datetime) -> None:
    """Work out what is owed on a ticket after one of the events that clocks look at."""
    wind_clocks(event.ticket_id, zone=current_settings().timezone, now=at)  # type: ignore[attr-defined]


def look_at_due(_payload: dict[str, Any]) -> None:
    """Note what became overdue and warn of what soon will be; the job named ``clocks.look``."""
    now = utc_now()
    if look_at_clocks(zone=current_settings().timezone, now=now) >= BATCH:
        enqueue_job(CLOCKS_JOB, {}, now=now)
