"""The database: base class, column types, engine set-up and the end of every transaction.

Nothing outside this file calls ``commit()``; an architecture test holds that.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

import pysqlite3.dbapi2
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, CursorResult, DateTime, Dialect, Executable, MetaData, Text, event
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, registry
from sqlalchemy.types import TypeDecorator

from app.clock import utc_now

log = logging.getLogger(__name__)

#: Oldest SQLite whose write-ahead log is safe with several processes.
#: Source: https://sqlite.org/wal.html#walresetbug (fixed in 3.51.3).
WAL_SAFE_SQLITE = (3, 51, 3)

NAMING_CONVENTION = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

#: JSON that PostgreSQL stores in its binary form.
PortableJSON = JSON().with_variant(JSONB(), "postgresql")


class UTCDateTime(TypeDecorator[datetime]):
    """Store aware datetimes in UTC and return them aware on every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Refuse naive times, which would be guesses."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetime given where an aware one is needed")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Give the zone back that SQLite does not store."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    """Base of all tables: named constraints and a creation time."""

    registry = registry(
        metadata=MetaData(naming_convention=NAMING_CONVENTION),
        type_annotation_map={datetime: UTCDateTime, dict[str, Any]: PortableJSON, str: Text},
    )

    created_at: Mapped[datetime] = mapped_column(UTCDateTime, default=utc_now, sort_order=999)


db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})

_writing: ContextVar[bool] = ContextVar("writing", default=True)


def engine_options(uri: str) -> dict[str, Any]:
    """Return engine options for a database address.

    :param uri: SQLAlchemy URL.
    """
    if uri.startswith("sqlite"):
        return {"module": pysqlite3.dbapi2, "connect_args": {"timeout": 5.0}}
    return {"pool_pre_ping": True, "pool_size": 10, "max_overflow": 20}


@event.listens_for(Engine, "connect")
def _set_up_connection(connection: Any, _record: Any) -> None:
    if isinstance(connection, pysqlite3.dbapi2.Connection):
        # SQLAlchemy's begin event below says BEGIN itself, so the driver must not.
        connection.isolation_level = None
        wal = pysqlite3.dbapi2.sqlite_version_info >= WAL_SAFE_SQLITE
        for pragma in (
            f"journal_mode={'WAL' if wal else 'TRUNCATE'}",
            "synchronous=FULL",
            "busy_timeout=5000",
            "foreign_keys=ON",
            "trusted_schema=OFF",
        ):
            connection.execute(f"PRAGMA {pragma}")
    else:
        with connection.cursor() as cursor:
            cursor.execute(
                "SET lock_timeout = '2s'; SET idle_in_transaction_session_timeout = '30s'"
            )
        connection.commit()


@event.listens_for(Engine, "begin")
def _begin(connection: Connection) -> None:
    """Take the write lock at once for writers; forbid writing to readers.

    A deferred SQLite transaction that reads and then writes fails with "database is locked"
    under concurrency, whatever the busy timeout.
    """
    writing = _writing.get()
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(f"PRAGMA query_only={'OFF' if writing else 'ON'}")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
    elif not writing:
        connection.exec_driver_sql("SET TRANSACTION READ ONLY")


@contextmanager
def read_only() -> Iterator[None]:
    """Make the transactions begun inside refuse to write."""
    token = _writing.set(False)
    try:
        yield
    finally:
        _writing.reset(token)


def set_writing(writing: bool) -> None:
    """Say whether transactions begun from here on may write (one call per request)."""
    _writing.set(writing)


@contextmanager
def unit_of_work() -> Iterator[None]:
    """Run a block as one writing transaction: commit at its end, roll back on any error.

    For the command line, jobs and work after a response; requests end in
    :mod:`app.web.transactions`.

    :raises RuntimeError: a transaction is already open; a unit inside a unit has no meaning.
    """
    if db.session().in_transaction():
        raise RuntimeError("a unit of work cannot start inside an open transaction")
    token = _writing.set(True)
    try:
        yield
        commit_session()
    except BaseException:
        rollback_session()
        raise
    finally:
        _writing.reset(token)


def fetch(statement: Executable, **values: Any) -> CursorResult[Any]:
    """Run a select of columns, best one that was built once, and return its rows.

    What the ORM adds for objects costs as much as such a statement itself.

    :param statement: without entities of the ORM.
    :param values: of its bound parameters.
    """
    session = db.session()
    session.flush()
    return session.connection().execute(statement, values)


def after_commit(action: Callable[[], None]) -> None:
    """Run an action once the current transaction has committed; forget it on rollback.

    An error in it is logged and changes nothing else: work that must not be lost belongs
    in a job row written by the transaction itself.
    """
    db.session().info.setdefault("after_commit", []).append(action)


def after_rollback(action: Callable[[], None]) -> None:
    """Run an action in a unit of its own if the current transaction is rolled back.

    For what must be remembered of a refusal, such as an attempt that counts toward a limit.
    """
    db.session().info.setdefault("after_rollback", []).append(action)


def commit_session() -> None:
    """Commit the session, then run what waited for it."""
    session = db.session()
    session.commit()
    session.info.pop("after_rollback", None)
    for action in session.info.pop("after_commit", []):
        try:
            action()
        except Exception:
            # One handler's failure may not reach the person whose work is already saved.
            log.exception("after-commit action failed")
            session.rollback()


def rollback_session() -> None:
    """Roll the session back, forget what waited for a commit, run what a refusal leaves behind."""
    session = db.session()
    session.info.pop("after_commit", None)
    actions = session.info.pop("after_rollback", [])
    session.rollback()
    for action in actions:
        try:
            with unit_of_work():
                action()
        except Exception:
            # The refusal itself stands, whether or not it could be noted.
            log.exception("after-rollback action failed")
