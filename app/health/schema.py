"""Which migrations the database has, and bringing it up to date."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import flask_migrate
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text

from app.db import db

MIGRATIONS = Path(__file__).resolve().parents[2] / "migrations"

#: Any number; all processes that upgrade one PostgreSQL database ask for this lock.
_ADVISORY_LOCK = 7_326_110


@cache
def head_revision() -> str | None:
    """Return the newest revision that this code brings."""
    return ScriptDirectory(str(MIGRATIONS)).get_current_head()


def current_revision() -> str | None:
    """Return the revision of the database, None for an empty one."""
    return MigrationContext.configure(db.session.connection()).get_current_revision()


def upgrade_schema(data_dir: Path) -> None:
    """Bring the database to the newest revision; one process at a time.

    :param data_dir: where the lock file is; a second caller waits for the first.
    """
    with _one_at_a_time(data_dir):
        flask_migrate.upgrade(directory=str(MIGRATIONS))


@contextmanager
def _one_at_a_time(data_dir: Path) -> Iterator[None]:
    data_dir.mkdir(parents=True, exist_ok=True)
    with (data_dir / "upgrade.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        if db.engine.dialect.name != "postgresql":
            yield
            return
        # Other hosts may share the database without sharing the directory.
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            lock = text("SELECT pg_try_advisory_lock(:id)")
            while not connection.scalar(lock, {"id": _ADVISORY_LOCK}):
                time.sleep(0.2)
            try:
                yield
            finally:
                connection.execute(text("SELECT pg_advisory_unlock(:id)"), {"id": _ADVISORY_LOCK})
