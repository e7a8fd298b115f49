"""The checks behind ``/readyz`` and ``flask doctor``."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

import pysqlite3.dbapi2
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from app.config import Settings
from app.db import WAL_SAFE_SQLITE, db, read_only, rollback_session, unit_of_work
from app.health.schema import current_revision, head_revision
from app.jobs.queries import last_seen
from app.jobs.worker import HEARTBEAT
from app.search.services import index_health

#: A worker that has not been heard of for so long is taken for dead.
WORKER_SILENCE = timedelta(seconds=60)
#: SQLite cannot even delete on a full disk, so there must be an early end to taking things in.
DISK_MINIMUM_BYTES = 200 * 1024 * 1024
#: A change should be found within 2 s; so long a wait means that nobody is indexing.
INDEX_LAG_SECONDS = 30.0


class State(StrEnum):
    """Outcome of a check."""

    OK = "ok"
    DEGRADED = "degraded"  # people are served, something is worse than it should be
    FAILED = "failed"  # this process should not be sent any requests


@dataclass(frozen=True)
class Check:
    """What one check found.

    :ivar name: stable, for monitoring.
    :ivar detail: what was found, for operators.
    :ivar advice: what to do about it; empty when all is well.
    """

    name: str
    state: State
    detail: str
    advice: str = ""


def run_checks(settings: Settings, *, now: datetime) -> list[Check]:
    """Run the checks that are quick enough to be asked every second.

    Ends the transaction it is called in.

    :param settings: of this installation.
    :param now: the current time.
    """
    checks = [check_database()]
    if checks[0].state is State.OK:
        checks += [
            _guarded("migrations", check_migrations),
            _guarded("sqlite", check_sqlite),
            _guarded("index", lambda: check_index(now=now)),
            _guarded("worker", lambda: check_worker(now=now)),
        ]
    checks.append(check_disk(settings))
    return checks


def _guarded(name: str, check: Callable[[], Check]) -> Check:
    """Run a reading check in a transaction of its own; one that cannot finish has failed."""
    rollback_session()
    try:
        with read_only():
            return check()
    except SQLAlchemyError as error:
        advice = "Run `flask --app wsgi db upgrade`, then look into the log."
        return Check(name, State.FAILED, f"cannot be checked: {type(error).__name__}", advice)
    finally:
        rollback_session()


def check_database() -> Check:
    """See whether the database answers and takes writes."""
    rollback_session()
    try:
        with unit_of_work():
            # On SQLite the unit itself takes the write lock.
            db.session.execute(text("SELECT 1"))
            if db.engine.dialect.name == "postgresql" and db.session.scalar(
                text("SELECT pg_is_in_recovery()")
            ):
                return Check(
                    "database",
                    State.FAILED,
                    "the server is a read-only replica",
                    "Point DATABASE_URL at the primary server.",
                )
    except SQLAlchemyError as error:
        return Check(
            "database",
            State.FAILED,
            f"does not take writes: {type(error).__name__}",
            "Check DATABASE_URL, that the server runs or the file is writable, and free space.",
        )
    return Check("database", State.OK, f"{db.engine.dialect.name} answers and takes writes")


def check_migrations() -> Check:
    """Compare the database's revision with the code's."""
    current, head = current_revision(), head_revision()
    if current == head:
        return Check("migrations", State.OK, f"at {current}")
    return Check(
        "migrations",
        State.FAILED,
        f"the database is at {current or 'nothing'}, the code needs {head}",
        "Run `flask --app wsgi db upgrade`.",
    )


def check_sqlite() -> Check:
    """See that SQLite is safe for several processes and runs with a write-ahead log."""
    if db.engine.dialect.name != "sqlite":
        return Check("sqlite", State.OK, "not in use")
    version = pysqlite3.dbapi2.sqlite_version
    mode = db.session.scalar(text("PRAGMA journal_mode"))
    if pysqlite3.dbapi2.sqlite_version_info < WAL_SAFE_SQLITE:
        return Check(
            "sqlite",
            State.DEGRADED,
            f"{version} can lose data with a write-ahead log, so it runs without and slower",
            "Install the pinned pysqlite3, which brings its own newer SQLite.",
        )
    if mode != "wal":
        return Check(
            "sqlite",
            State.DEGRADED,
            f"{version} runs in journal mode {mode}: readers wait for writers",
            "Keep DATA_DIR on a local disk; network file systems do not carry the log.",
        )
    return Check("sqlite", State.OK, f"{version}, write-ahead log")


def check_index(*, now: datetime, thorough: bool = False) -> Check:
    """See whether search works and keeps up.

    A broken index degrades and does not fail: search falls back to titles in the database, the
    ticket form opens, and the worker builds a new index by itself.

    :param now: the current time.
    :param thorough: compare checksums of all files too.
    """
    health = index_health(now=now, thorough=thorough)
    advice = "The worker rebuilds it by itself; to do it now: `flask --app wsgi search rebuild`."
    if health.problem is not None:
        return Check("index", State.DEGRADED, health.problem, advice)
    if health.lag_seconds > INDEX_LAG_SECONDS:
        return Check(
            "index",
            State.DEGRADED,
            f"{health.waiting} changes wait since {health.lag_seconds:.0f} s",
            "See that a worker runs: `flask --app wsgi jobs run`.",
        )
    return Check("index", State.OK, f"{health.documents} documents, {health.waiting} waiting")


def check_worker(*, now: datetime) -> Check:
    """See whether a worker runs. Without one, tickets are taken but no mail leaves."""
    seen_at = last_seen(HEARTBEAT)
    advice = "Start one: `flask --app wsgi jobs run` (`make run` does)."
    if seen_at is None:
        return Check("worker", State.DEGRADED, "none has run yet", advice)
    silence = now - seen_at
    if silence > WORKER_SILENCE:
        seconds = silence.total_seconds()
        return Check("worker", State.DEGRADED, f"not heard of for {seconds:.0f} s", advice)
    if silence < -WORKER_SILENCE:
        return Check(
            "worker",
            State.DEGRADED,
            "its last sign of life lies in the future",
            "Compare the clocks of the machines; leases depend on them.",
        )
    return Check("worker", State.OK, "runs")


def check_disk(settings: Settings) -> Check:
    """See whether the data directory has room.

    :param settings: name the directory.
    """
    try:
        free = shutil.disk_usage(settings.data_dir).free
    except OSError as error:
        return Check(
            "disk", State.FAILED, f"DATA_DIR cannot be read: {error.strerror}", "Check DATA_DIR."
        )
    megabytes = free // (1024 * 1024)
    if free < DISK_MINIMUM_BYTES:
        return Check(
            "disk",
            State.FAILED,
            f"{megabytes} MB free",
            "Free some space: below 200 MB nothing more is taken in safely.",
        )
    return Check("disk", State.OK, f"{megabytes} MB free")
