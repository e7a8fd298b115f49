"""Periodic jobs that close and clear away what is done with, across the domains."""

from __future__ import annotations

from typing import Any

from flask import current_app

from app.clock import utc_now
from app.config import Settings
from app.customers.services.sessions import forget_expired_sessions
from app.escalations.queries.outages import is_in_serious_outage
from app.files.services import collect_orphans
from app.jobs.services import enqueue_job
from app.limits.services import prune_hits
from app.notices.services import forget_read_notices
from app.staff.services.sessions import prune_sessions
from app.tickets.queries.drafts import upload_keys_in_drafts
from app.tickets.services.bulk import forget_changes
from app.tickets.services.closing import BATCH, CLOSE_JOB, close_quiet_tickets
from app.tickets.services.drafts import forget_empty_drafts
from app.tickets.services.surveys import BATCH as SURVEYS
from app.tickets.services.surveys import SURVEYS_JOB, ask_due, expire_due, remind_due


def close_quiet(_payload: dict[str, Any]) -> None:
    """Close tickets that have been solved and quiet for long enough, a few at a time."""
    settings: Settings = current_app.extensions["settings"]
    now = utc_now()
    if settings.auto_close_days <= 0:
        return
    if close_quiet_tickets(quiet_days=settings.auto_close_days, now=now) == BATCH:
        enqueue_job(CLOSE_JOB, {}, now=now)


def ask_customers(_payload: dict[str, Any]) -> None:
    """Ask customers whose time has come how satisfied they are, remind them once, and let go."""
    settings: Settings = current_app.extensions["settings"]
    now = utc_now()
    looked_at = [
        ask_due(in_outage=is_in_serious_outage, zone=settings.timezone, now=now),
        remind_due(zone=settings.timezone, now=now),
        expire_due(now=now),
    ]
    if max(looked_at) == SURVEYS:
        enqueue_job(SURVEYS_JOB, {}, now=now)


def clear_limits(_payload: dict[str, Any]) -> None:
    """Forget counted attempts that no limit looks at any more."""
    prune_hits(now=utc_now())


def clear_sessions(_payload: dict[str, Any]) -> None:
    """Forget sessions of staff, customers and visitors that have run out."""
    prune_sessions(now=utc_now())
    forget_expired_sessions(now=utc_now())


def clear_drafts(_payload: dict[str, Any]) -> None:
    """Forget drafts that hold nothing any more."""
    forget_empty_drafts(now=utc_now())


def clear_notices(_payload: dict[str, Any]) -> None:
    """Forget notices that were read long ago."""
    forget_read_notices(now=utc_now())


def clear_changes(_payload: dict[str, Any]) -> None:
    """Forget what changes to several tickets kept for their undoing."""
    forget_changes(now=utc_now())


def clear_files(_payload: dict[str, Any]) -> None:
    """Remove uploads that were never sent and files that no row knows."""
    settings: Settings = current_app.extensions["settings"]
    keep = upload_keys_in_drafts()
    collect_orphans(files_dir=settings.files_dir, now=utc_now(), keep=keep)
