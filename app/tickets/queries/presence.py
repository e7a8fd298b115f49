"""Who else has a ticket before them, and who of them writes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Integer, and_, bindparam, select

from app.db import UTCDateTime, fetch
from app.staff.models import Staff
from app.tickets.composing import Draft, Presence

#: A page asks every 5 s; after four missed answers its reader is taken to have left.
AWAY_AFTER = timedelta(seconds=20)
#: A draft is saved a second after the last letter: whoever saved one since is writing.
WRITING_FOR = timedelta(seconds=20)


@dataclass(frozen=True)
class Present:
    """Somebody who has a ticket before them.

    :ivar writes: ``message`` or ``note``; empty if they only look.
    """

    staff_id: int
    name: str
    seen_at: datetime
    writes: str


def present_at(ticket_id: int, *, now: datetime) -> Sequence[Present]:
    """Return who has a ticket before them, the viewer too, by name."""
    moments = {"since": now - AWAY_AFTER, "typed_since": now - WRITING_FOR}
    return [
        Present(row.id, row.name, row.seen_at, row.kind or "")
        for row in fetch(_PRESENT, ticket_id=ticket_id, **moments)
    ]


#: Every look at a ticket asks this; built once.
_PRESENT = (
    select(Staff.id, Staff.name, Presence.seen_at, Draft.kind)
    .join(Presence, Presence.staff_id == Staff.id)
    .outerjoin(
        Draft,
        and_(
            Draft.ticket_id == Presence.ticket_id,
            Draft.staff_id == Staff.id,
            Draft.is_empty.is_(False),
            Draft.saved_at > bindparam("typed_since", type_=UTCDateTime()),
        ),
    )
    .where(
        Presence.ticket_id == bindparam("ticket_id", type_=Integer),
        Presence.seen_at > bindparam("since", type_=UTCDateTime()),
    )
    .order_by(Staff.name, Staff.id)
)
