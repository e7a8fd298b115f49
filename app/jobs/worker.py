"""The worker: one process beside the web processes that does what must not be lost."""

from __future__ import annotations

import logging
import os
import secrets
import socket
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy.exc import SQLAlchemyError

from app.clock import utc_now
from app.db import db, read_only, rollback_session, unit_of_work
from app.jobs.queries import has_due_job
from app.jobs.services import (
    LEASE,
    beat,
    bring_forward,
    enqueue_job,
    release_lease,
    run_due_jobs,
)

log = logging.getLogger(__name__)

#: Pause between two looks when there was nothing to do. A change must be found within 2 s.
POLL_SECONDS = 0.25
#: A heartbeat is a write; readiness calls the worker missing after 60 s without one.
BEAT_SECONDS = 10.0
#: Pause after the database refused, so that the log does not fill while it is away.
TROUBLE_SECONDS = 2.0

HEARTBEAT = "worker"
INDEXER_LEASE = "indexer"
#: The indexer also looks for damage of its files, so it is called without changes too.
INDEX_CHECK_SECONDS = 5.0


class IndexChanges(Protocol):
    """Takes a bounded number of changes into the index, if this owner may."""

    def __call__(self, *, owner: str) -> int:
        """Index and return how many changes were taken."""


@dataclass(frozen=True)
class Indexer:
    """What the worker needs to know of the search index.

    :ivar has_changes: whether something waits to be indexed; a cheap read.
    :ivar index_changes: manages its own transactions and the lease of the one indexer.
    """

    has_changes: Callable[[], bool]
    index_changes: IndexChanges


def worker_name() -> str:
    """Return a name for the leases of this process that no other process has had."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"


@dataclass
class Worker:
    """Runs due jobs and the indexer until told to stop.

    :param indexer: the search index.
    :param periodic: job kind to seconds between its runs.
    :param owner: see `worker_name`.
    :param lease: of each job.
    """

    indexer: Indexer
    periodic: Mapping[str, int]
    owner: str = field(default_factory=worker_name)
    lease: timedelta = LEASE
    stopping: threading.Event = field(default_factory=threading.Event)
    _next_beat: float = 0.0
    _next_index: float = 0.0

    def run(self) -> None:
        """Work until `stop` is called, then give the leases back."""
        log.info("worker %s started", self.owner)
        while not self.stopping.is_set():
            try:
                busy = self.step()
            except SQLAlchemyError:
                # The database is away or locked: the worker waits for it instead of dying.
                log.exception("worker cannot reach the database")
                rollback_session()
                self.stopping.wait(TROUBLE_SECONDS)
            else:
                if not busy:
                    self.stopping.wait(POLL_SECONDS)
            finally:
                db.session.remove()
        self._release()
        log.info("worker %s stopped", self.owner)

    def run_once(self) -> int:
        """Do everything that is due now, and return how many steps had something to do."""
        steps = 0
        while self.step():
            steps += 1
            db.session.remove()
        self._release()
        return steps

    def _release(self) -> None:
        """Give the indexer's lease back, so that a successor need not wait for its end."""
        with unit_of_work():
            release_lease(INDEXER_LEASE, owner=self.owner)

    def stop(self) -> None:
        """Finish the job in hand, then end."""
        self.stopping.set()

    def step(self) -> bool:
        """Look once at everything there is to do.

        :returns: whether there was something, so that looking again at once makes sense.
        """
        now = utc_now()
        if time.monotonic() >= self._next_beat:
            self._beat(now)
        with read_only():
            job_due = has_due_job(now=now)
            changes = self.indexer.has_changes()
            rollback_session()
        indexed = self._index() if changes or time.monotonic() >= self._next_index else False
        # One job at a time: a change must not wait behind a queue of slow jobs.
        ran = run_due_jobs(owner=self.owner, limit=1, lease=self.lease) if job_due else 0
        return bool(indexed or ran)

    def _beat(self, now: datetime) -> None:
        with unit_of_work():
            beat(HEARTBEAT, owner=self.owner, now=now)
            for kind, seconds in self.periodic.items():
                schedule_next_run(kind, seconds=seconds, now=now)
        self._next_beat = time.monotonic() + BEAT_SECONDS

    def _index(self) -> bool:
        self._next_index = time.monotonic() + INDEX_CHECK_SECONDS
        return self.indexer.index_changes(owner=self.owner) > 0


def schedule_next_run(kind: str, *, seconds: int, now: datetime) -> None:
    """Make sure that a periodic job has a row for its next run, one span from now at the latest.

    One that failed is not put off for longer than that: a short outage must not stop what notes
    broken promises for hours.

    :param kind: of the job.
    :param seconds: between two runs; the first is one such span after the installation began.
    :param now: the current time.
    """
    run_at, key = now + timedelta(seconds=seconds), f"periodic:{kind}"
    if enqueue_job(kind, {}, now=now, run_at=run_at, dedupe_key=key) is None:
        bring_forward(key, run_at=run_at)
