"""Reading rules, and how tickets stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Integer, bindparam, func, select

from app.calendars.models import CalendarVersion
from app.calendars.queries import stored_calendars
from app.clocks.defaults import delivered_rules
from app.clocks.history import RANKS, Happening
from app.clocks.models import ClockPolicy, ClockPolicyVersion, TicketCommitment
from app.clocks.rules import Policy, PolicyVersion, Rules, Target
from app.clocks.vocabulary import CommitmentState
from app.db import db, fetch
from app.events.models import EventRecord

#: Versions are only added, so the newest tell whether rules read before still hold; the time they
#: were made at tells a database from another one at the same address.
_STAMP = select(
    select(func.max(CalendarVersion.id)).scalar_subquery(),
    select(func.max(ClockPolicyVersion.id)).scalar_subquery(),
    select(func.max(ClockPolicyVersion.created_at)).scalar_subquery(),
)
_HAPPENINGS = (
    select(
        EventRecord.id, EventRecord.at, EventRecord.kind, EventRecord.actor_kind, EventRecord.data
    )
    .where(
        EventRecord.subject_kind == "ticket",
        EventRecord.subject_id == bindparam("ticket_id", type_=Integer),
        EventRecord.kind.in_(RANKS),
    )
    .order_by(EventRecord.id)
)


def rules_in_force(zone: str) -> Rules:
    """Return every version of calendars and policies; the delivered ones where none are stored.

    :param zone: IANA name, of the installation.
    """
    stamp = tuple(fetch(_STAMP).one())
    if None in stamp:
        return delivered_rules(zone)
    return _rules(str(db.session.get_bind().url), stamp)  # type: ignore[union-attr]


@lru_cache(maxsize=4)
def _rules(_database: str, _stamp: tuple[Any, ...]) -> Rules:
    """Read the rules; remembered until a version is added."""
    versions: dict[int | None, list[PolicyVersion]] = {}
    rows = db.session.execute(
        select(ClockPolicyVersion, ClockPolicy.site_id)
        .join(ClockPolicy, ClockPolicy.id == ClockPolicyVersion.policy_id)
        .order_by(ClockPolicyVersion.number)
    )
    for row, site_id in rows:
        versions.setdefault(site_id, []).append(
            PolicyVersion(row.number, row.effective_from, _targets(row.targets), row.warn_percent)
        )
    policies = [Policy(site_id, tuple(each)) for site_id, each in versions.items()]
    return Rules(stored_calendars(), policies)


def _targets(stored: Mapping[str, Any]) -> dict[str, Target]:
    return {priority: Target(**values) for priority, values in stored.items()}


def happenings_of(ticket_id: int) -> list[Happening]:
    """Return the events of a ticket that its clocks look at."""
    return [
        Happening(row.id, row.at, row.kind, row.actor_kind, row.data)
        for row in fetch(_HAPPENINGS, ticket_id=ticket_id)
    ]


def commitments_of(ticket_id: int) -> Sequence[TicketCommitment]:
    """Return how a ticket stands, in the order in which its commitments began."""
    return db.session.scalars(_COMMITMENTS, {"ticket_id": ticket_id}).all()


#: Every event of a ticket asks this; built once.
_COMMITMENTS = (
    select(TicketCommitment)
    .where(TicketCommitment.ticket_id == bindparam("ticket_id"))
    .order_by(TicketCommitment.started_at, TicketCommitment.id)
)


def tickets_overdue_unnoticed(now: datetime, *, limit: int) -> list[int]:
    """Return tickets with a commitment whose time has passed and that still counts as running."""
    return list(
        db.session.scalars(
            select(TicketCommitment.ticket_id)
            .where(TicketCommitment.state == CommitmentState.RUNNING, TicketCommitment.due_at < now)
            .order_by(TicketCommitment.due_at)
            .limit(limit)
        ).unique()
    )


def commitments_to_warn_of(now: datetime, *, limit: int) -> Sequence[TicketCommitment]:
    """Return running commitments most of whose time is used up, nobody having been told."""
    return db.session.scalars(
        select(TicketCommitment)
        .where(
            TicketCommitment.state == CommitmentState.RUNNING,
            TicketCommitment.warned_at.is_(None),
            TicketCommitment.warn_at <= now,
        )
        .order_by(TicketCommitment.warn_at)
        .limit(limit)
    ).all()
