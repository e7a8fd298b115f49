"""What an escalation owes by when: begun, met, dropped, warned of and noted as missed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import or_, select

from app.calendars.algebra import AROUND_THE_CLOCK, Calendar
from app.calendars.errors import NeverOpens
from app.clocks.queries import rules_in_force
from app.db import db
from app.escalations.models import Deadline, DeadlineKind, Escalation, EscalationUpdate, Severity
from app.escalations.severities import PROMISES
from app.events.actor import SYSTEM
from app.events.catalogue.escalations import EscalationDeadlineMissed
from app.events.services import record
from app.tickets.models import Priority

#: A warning comes when this share of the time is used up, as it does for tickets.
WARN_SHARE = 0.75
#: Owed by the severity; for the other kinds people say a time, or nothing is owed.
BY_SEVERITY = (DeadlineKind.ACKNOWLEDGE, DeadlineKind.UPDATE, DeadlineKind.REVIEW)
#: So many at once, so that the write lock is soon free again; the next run goes on.
BATCH = 200


def due_of(
    escalation: Escalation, kind: DeadlineKind, *, since: datetime, zone: str
) -> datetime | None:
    """Return by when something is owed that begins at a time; None where nothing is promised.

    :param kind: one of :data:`BY_SEVERITY`.
    :param since: when the time begins.
    :param zone: of the installation, for the working hours.
    """
    promise = PROMISES[Severity(escalation.severity)]
    if kind is DeadlineKind.REVIEW:
        seconds: int | None = promise.review_seconds
        around_the_clock = promise.review_around_the_clock
    else:
        is_update = kind is DeadlineKind.UPDATE
        seconds = promise.update_seconds if is_update else promise.acknowledge_seconds
        around_the_clock = promise.around_the_clock
    if seconds is None:
        return None
    calendar = AROUND_THE_CLOCK if around_the_clock else _working_hours(escalation, since, zone)
    try:
        return calendar.due(since, seconds)
    except NeverOpens:
        # Hours that never open must not keep anybody from escalating.
        return AROUND_THE_CLOCK.due(since, seconds)


def owe(
    escalation: Escalation,
    kind: DeadlineKind,
    *,
    since: datetime,
    zone: str,
    now: datetime,
    due_at: datetime | None = None,
) -> None:
    """Begin to owe something; what was owed of the same kind until now is dropped.

    :param since: when the time begins.
    :param zone: of the installation.
    :param due_at: by when, where somebody said so; None goes by the severity.
    """
    drop(escalation.id, kind, now=now)
    due_at = due_at or due_of(escalation, kind, since=since, zone=zone)
    if due_at is not None:
        row = Deadline(escalation_id=escalation.id, kind=kind, due_at=due_at, created_at=since)
        db.session.add(row)
        db.session.flush()  # the next step looks it up


def meet(escalation_id: int, kind: DeadlineKind, *, now: datetime) -> None:
    """Note that what was owed is done; a time that had passed stays noted as missed."""
    for row in _open(escalation_id, kind):
        row.met_at = now


def drop(escalation_id: int, kind: DeadlineKind, *, now: datetime) -> None:
    """Stop owing something without its being done."""
    for row in _open(escalation_id, kind):
        row.dropped_at = now


def measure_anew(escalation: Escalation, *, zone: str, now: datetime) -> None:
    """Work out what is owed by another severity, from when each time began.

    A next update that customers were told of keeps its time.

    :param zone: of the installation.
    """
    told = db.session.scalar(
        select(EscalationUpdate.next_update_at)
        .where(EscalationUpdate.escalation_id == escalation.id)
        .order_by(EscalationUpdate.id.desc())
        .limit(1)
    )
    for kind in BY_SEVERITY:
        for row in _open(escalation.id, kind):
            if kind is DeadlineKind.UPDATE and told is not None and row.due_at == told:
                continue
            owe(escalation, kind, since=row.created_at, zone=zone, now=now)


def deadlines_to_look_at(*, now: datetime, limit: int = BATCH) -> Sequence[Deadline]:
    """Return, locked, what is owed and has neither been warned of nor noted as missed.

    :param limit: at most so many.
    """
    return db.session.scalars(
        select(Deadline)
        .where(
            Deadline.met_at.is_(None),
            Deadline.dropped_at.is_(None),
            Deadline.breached_at.is_(None),
            or_(Deadline.warned_at.is_(None), Deadline.due_at < now),
        )
        .order_by(Deadline.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()


def note_missed(row: Deadline, *, now: datetime) -> None:
    """Note once that a time has passed."""
    row.breached_at = now
    due_at = row.due_at.astimezone(UTC).isoformat()
    event = EscalationDeadlineMissed(row.escalation_id, row.id, row.kind, due_at)
    record(event, actor=SYSTEM, at=now)


def warns_at(row: Deadline) -> datetime:
    """Return from when on to warn of a time that is running out."""
    return row.created_at + (row.due_at - row.created_at) * WARN_SHARE


def owed_of(escalation_id: int, kind: DeadlineKind) -> datetime | None:
    """Return by when something is owed now; None while it is not."""
    return next((row.due_at for row in _open(escalation_id, kind)), None)


def _open(escalation_id: int, kind: DeadlineKind) -> Sequence[Deadline]:
    return db.session.scalars(
        select(Deadline).where(
            Deadline.escalation_id == escalation_id,
            Deadline.kind == kind,
            Deadline.met_at.is_(None),
            Deadline.dropped_at.is_(None),
        )
    ).all()


def _working_hours(escalation: Escalation, at: datetime, zone: str) -> Calendar:
    rules = rules_in_force(zone)
    found = rules.calendar_at(at, site_id=escalation.site_id, priority=Priority.NORMAL)
    return found or AROUND_THE_CLOCK
