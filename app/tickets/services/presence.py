"""Noting who has a ticket before them."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, update

from app.db import db
from app.tickets.composing import Presence
from app.tickets.queries.presence import AWAY_AFTER

#: A row is written anew at every second question of a page: half of what it lives for.
RENEW_AFTER = timedelta(seconds=9)


def note_presence(ticket_id: int, *, staff_id: int, now: datetime) -> None:
    """Note that somebody has a ticket before them, and forget who has left it."""
    mine = (Presence.ticket_id == ticket_id, Presence.staff_id == staff_id)
    db.session.execute(
        delete(Presence).where(
            Presence.ticket_id == ticket_id, Presence.seen_at < now - 3 * AWAY_AFTER
        )
    )
    renewed = db.session.execute(update(Presence).where(*mine).values(seen_at=now))
    if not renewed.rowcount:  # type: ignore[attr-defined]
        db.session.add(
            Presence(ticket_id=ticket_id, staff_id=staff_id, seen_at=now, created_at=now)
        )
