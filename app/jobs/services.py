"""Putting jobs into the table, and taking them out one lease at a time."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, or_, select, update

from app.clock import utc_now
from app.db import db, unit_of_work
from app.jobs.models import Heartbeat, Job

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
#: A job is given up after this many tries.
MAX_TRIES = 8
#: Wait before each further try, in seconds.
RETRY_SECONDS = (5, 60, 300, 1_800, 7_200, 28_800, 86_400)

JobHandler = Callable[[dict[str, Any]], None]


@dataclass
class _Registry:
    handlers: dict[str, JobHandler] = field(default_factory=dict)


_registry = _Registry()


def use_job_handlers(handlers: Mapping[str, JobHandler]) -> None:
    """Take the table of job kinds (the factory hands it down at start)."""
    _registry.handlers = dict(handlers)


def enqueue_job(
    kind: str,
    payload: dict[str, Any],
    *,
    now: datetime,
    run_at: datetime | None = None,
    dedupe_key: str | None = None,
) -> Job | None:
    """Add a job in the caller's transaction.

    :param dedupe_key: skip if an unfinished job with this key exists.
    :returns: the job, or None if it was skipped.
    """
    if dedupe_key is not None:
        waiting = db.session.scalar(select(Job.id).where(Job.dedupe_key == dedupe_key))
        if waiting is not None:
            return None
    job = Job(kind=kind, payload=payload, run_at=run_at or now, dedupe_key=dedupe_key)
    db.session.add(job)
    return job


def bring_forward(dedupe_key: str, *, run_at: datetime) -> None:
    """Let a waiting job run earlier, if it would run later than that."""
    db.session.execute(
        update(Job)
        .where(Job.dedupe_key == dedupe_key, Job.lease_until.is_(None), Job.run_at > run_at)
        .values(run_at=run_at)
    )


def run_due_jobs(*, owner: str, limit: int = 50, lease: timedelta = LEASE) -> int:
    """Claim and run what is due, each in a transaction of its own.

    A job's local effects commit together with its completion, so a crash in between repeats it
    and never loses it.

    :param owner: names this process in the leases.
    :param limit: at most so many jobs.
    :param lease: after this long another process may take a job that this one started.
    :returns: the number of jobs that ran, failed ones included.
    """
    done = 0
    while done < limit:
        job = _claim(owner, lease)
        if job is None:
            break
        _run(job.id, job.kind, dict(job.payload), owner)
        done += 1
    return done


class _LeaseLostError(Exception):
    """Another process holds the job by now."""


def _claim(owner: str, lease: timedelta) -> Job | None:
    with unit_of_work():
        now = utc_now()
        # SQLite ignores FOR UPDATE, and needs none: its writers hold the lock from BEGIN on.
        job = db.session.scalar(
            select(Job)
            .where(
                Job.dead_at.is_(None),
                Job.run_at <= now,
                or_(Job.lease_until.is_(None), Job.lease_until < now),
            )
            .order_by(Job.run_at, Job.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        if job is None:
            return None
        job.lease_until = now + lease
        job.owner = owner
        job.tries += 1
    return job


def _run(job_id: int, kind: str, payload: dict[str, Any], owner: str) -> None:
    try:
        with unit_of_work():
            _registry.handlers[kind](payload)
            _complete(job_id, owner)
    except _LeaseLostError:
        # Somebody else took the job over; what was done here is rolled back, theirs counts.
        log.warning("job %s (%s) took longer than its lease", job_id, kind)
    except Exception as error:
        # Any failure of a handler is the job's, not the worker's.
        log.exception("job %s (%s) failed", job_id, kind)
        with unit_of_work():
            _postpone(job_id, owner, error)


def _complete(job_id: int, owner: str) -> None:
    done = db.session.execute(delete(Job).where(Job.id == job_id, Job.owner == owner))
    if not done.rowcount:  # type: ignore[attr-defined]
        raise _LeaseLostError


def _postpone(job_id: int, owner: str, error: Exception) -> None:
    job = db.session.get(Job, job_id, populate_existing=True)
    if job is None or job.owner != owner:
        return
    now = utc_now()
    job.lease_until = None
    job.owner = None
    # The class alone: messages of mail and HTTP errors may quote addresses or tokens.
    job.last_error = type(error).__name__
    if job.tries >= MAX_TRIES:
        job.dead_at = now
        job.dedupe_key = None
    else:
        wait = RETRY_SECONDS[min(job.tries, len(RETRY_SECONDS)) - 1]
        job.run_at = now + timedelta(seconds=wait)


def retry_dead_jobs(*, now: datetime) -> int:
    """Let the jobs run again that were given up.

    :param now: the current time.
    :returns: their number.
    """
    result = db.session.execute(
        update(Job).where(Job.dead_at.is_not(None)).values(dead_at=None, tries=0, run_at=now)
    )
    return int(result.rowcount)  # type: ignore[attr-defined]


def beat(name: str, *, owner: str, now: datetime) -> None:
    """Note that a process is alive."""
    row = db.session.get(Heartbeat, name)
    if row is None:
        db.session.add(Heartbeat(name=name, owner=owner, seen_at=now))
    else:
        row.owner = owner
        row.seen_at = now


def hold_lease(name: str, *, owner: str, now: datetime, seconds: int = 30) -> bool:
    """Take or renew a named lease, such as the one indexer's.

    :param seconds: after this long without renewal another process may take it.
    :returns: whether this owner holds it now.
    """
    result = db.session.execute(
        update(Heartbeat)
        .where(
            Heartbeat.name == name,
            or_(Heartbeat.owner == owner, Heartbeat.seen_at < now - timedelta(seconds=seconds)),
        )
        .values(owner=owner, seen_at=now)
    )
    if result.rowcount:  # type: ignore[attr-defined]
        return True
    if db.session.get(Heartbeat, name) is not None:
        return False
    db.session.add(Heartbeat(name=name, owner=owner, seen_at=now))
    return True


def release_lease(name: str, *, owner: str) -> None:
    """Give a lease back, so that a successor need not wait for it to run out."""
    db.session.execute(delete(Heartbeat).where(Heartbeat.name == name, Heartbeat.owner == owner))
