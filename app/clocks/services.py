"""Keeping what a ticket's events say about its commitments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from app.clocks.commitments import Commitment
from app.clocks.deriving import Clocks, derive_clocks
from app.clocks.models import TicketCommitment
from app.clocks.queries import commitments_of, happenings_of, rules_in_force
from app.db import db

#: What is kept of a commitment beside its ticket, kind and turn.
_FIELDS = (
    "state",
    "exclusion",
    "started_at",
    "target_seconds",
    "due_at",
    "left_seconds",
    "is_open",
    "is_manual",
    "fulfilled_at",
    "decided_at",
    "matures_at",
    "breached_at",
    "warn_at",
)


@dataclass(frozen=True)
class Kept:
    """What came of working out a ticket's clocks.

    :ivar breached: commitments of which that was not known before.
    """

    clocks: Clocks
    breached: Sequence[Commitment]


def clocks_of(ticket_id: int, *, zone: str, as_of: datetime) -> Clocks:
    """Work out the clocks of a ticket from its events.

    :param zone: IANA name, of the installation.
    """
    return derive_clocks(happenings_of(ticket_id), rules_in_force(zone), as_of=as_of)


def keep_commitments(ticket_id: int, *, zone: str, now: datetime) -> Kept:
    """Work out a ticket's clocks and keep its commitments, in the caller's transaction.

    :param zone: IANA name, of the installation.
    """
    clocks = clocks_of(ticket_id, zone=zone, as_of=now)
    known = {(row.kind, row.turn): row for row in commitments_of(ticket_id)}
    breached = []
    for each in clocks.commitments:
        row = known.pop((each.kind.value, each.turn), None)
        if each.breached_at is not None and (row is None or row.breached_at is None):
            breached.append(each)
        if row is None:
            row = TicketCommitment(ticket_id=ticket_id, kind=each.kind.value, turn=each.turn)
            db.session.add(row)
        _keep(row, each)
    for row in known.values():
        db.session.delete(row)
    return Kept(clocks, breached)


def _keep(row: TicketCommitment, commitment: Commitment) -> None:
    for name in _FIELDS:
        value = getattr(commitment, name)
        value = value.value if name == "state" else value
        if getattr(row, name, None) != value:
            setattr(row, name, value)
    if row.warned_at is not None and row.warn_at is not None and row.warn_at > row.warned_at:
        row.warned_at = None  # it is due later than it was when somebody was told
