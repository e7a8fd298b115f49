"""Reading the state of jobs and of the processes that run them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select

from app.db import db
from app.jobs.models import Heartbeat, Job


@dataclass(frozen=True)
class JobCounts:
    """How the job table stands.

    :ivar due: waiting, with their time come.
    :ivar waiting: all that will still run.
    :ivar dead: given up.
    :ivar oldest_due_at: since when the longest waiting one could run; None if none is due.
    """

    due: int
    waiting: int
    dead: int
    oldest_due_at: datetime | None


def has_due_job(*, now: datetime) -> bool:
    """Say whether a job could be claimed now."""
    return (
        db.session.scalar(
            select(Job.id)
            .where(
                Job.dead_at.is_(None),
                Job.run_at <= now,
                or_(Job.lease_until.is_(None), Job.lease_until < now),
            )
            .limit(1)
        )
        is not None
    )


def job_counts(*, now: datetime) -> JobCounts:
    """Count jobs by what will become of them."""
    alive = select(func.count()).select_from(Job).where(Job.dead_at.is_(None))
    due, oldest = db.session.execute(
        select(func.count(), func.min(Job.run_at)).where(Job.dead_at.is_(None), Job.run_at <= now)
    ).one()
    dead = select(func.count()).select_from(Job).where(Job.dead_at.is_not(None))
    return JobCounts(
        due=due,
        waiting=db.session.scalar(alive) or 0,
        dead=db.session.scalar(dead) or 0,
        oldest_due_at=oldest,
    )


def last_seen(name: str) -> datetime | None:
    """Return when a kind of process last said that it is alive."""
    return db.session.scalar(select(Heartbeat.seen_at).where(Heartbeat.name == name))
