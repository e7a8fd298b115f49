"""The promises in a calendar feed."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import or_, select

from app.db import fetch
from app.promises.calendar_feed import FeedEntry
from app.promises.models import OWED, FeedScope, Promise, PromiseFeed
from app.tickets.models import Ticket

#: How long programmes are told that something was kept or taken back.
TOLD_FOR = timedelta(days=30)
#: More than a calendar can show; the nearest are kept.
MOST = 1_000


def feed_entries(feed: PromiseFeed, *, base_url: str, now: datetime) -> list[FeedEntry]:
    """Return what a feed holds: what is owed, and what was settled lately.

    :param base_url: of this installation.
    """
    wanted = [
        Promise.set_aside_at.is_(None),
        or_(Promise.state.in_(OWED), Promise.changed_at > now - TOLD_FOR),
    ]
    if feed.scope == FeedScope.OWN:
        wanted.append(Promise.owner_id == feed.staff_id)
    rows = fetch(
        select(
            Promise.id,
            Promise.text,
            Promise.state,
            Promise.due_at,
            Promise.changed_at,
            Promise.sequence,
            Ticket.number,
        )
        .join(Ticket, Ticket.id == Promise.ticket_id)
        .where(*wanted)
        .order_by(Promise.due_at, Promise.id)
        .limit(MOST)
    )
    return [
        FeedEntry(**row._mapping, address=f"{base_url}/portal/tickets/{row.number}") for row in rows
    ]
