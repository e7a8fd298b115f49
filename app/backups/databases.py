"""Copying a whole database out and in, on SQLite and on PostgreSQL."""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import closing
from pathlib import Path

import pysqlite3.dbapi2
from sqlalchemy import inspect
from sqlalchemy.engine import URL

from app.db import db
from app.errors import Unavailable

#: Debian keeps PostgreSQL's programs outside PATH.
_DEBIAN = Path("/usr/lib/postgresql")


def is_sqlite() -> bool:
    """Say whether this installation runs on SQLite."""
    return db.engine.dialect.name == "sqlite"


def snapshot_name() -> str:
    """Return the name of the database's copy inside an archive."""
    return "database.sqlite" if is_sqlite() else "database.dump"


def copy_out(target: Path) -> None:
    """Write a consistent copy of the database, while others go on writing.

    :param target: a file that does not exist yet.
    :raises Unavailable: PostgreSQL's programs are missing or fail.
    """
    if is_sqlite():
        with closing(db.engine.raw_connection()) as connection:
            copy = pysqlite3.dbapi2.connect(str(target))
            with closing(copy):
                connection.driver_connection.backup(copy)  # type: ignore[union-attr]
        return
    _run("pg_dump", "--format=custom", "--no-owner", f"--file={target}")


def copy_in(source: Path) -> None:
    """Fill the empty database from a copy.

    :param source: what `copy_out` wrote.
    :raises Unavailable: PostgreSQL's programs are missing or fail.
    """
    if is_sqlite():
        path = Path(str(db.engine.url.database))
        db.engine.dispose()
        draft = path.with_suffix(".restoring")
        shutil.copyfile(source, draft)
        _sync(draft)
        draft.replace(path)
        return
    arguments = ["--no-owner", "--exit-on-error", "--single-transaction"]
    _run("pg_restore", *arguments, f"--dbname={db.engine.url.database}", str(source))


def is_empty() -> bool:
    """Say whether the database has no tables."""
    if is_sqlite() and not Path(str(db.engine.url.database)).exists():
        return True
    return not inspect(db.engine).get_table_names()


def find_damage(copy: Path) -> str | None:
    """Return what is wrong with a copy, or nothing.

    :param copy: what `copy_out` wrote.
    """
    if copy.name.endswith(".dump"):
        try:
            _run("pg_restore", "--list", str(copy))
        except Unavailable as error:
            return error.user_message
        return None
    with closing(pysqlite3.dbapi2.connect(f"file:{copy}?mode=ro", uri=True)) as connection:
        try:
            verdict = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
            broken = connection.execute("PRAGMA foreign_key_check").fetchone()
        except pysqlite3.dbapi2.DatabaseError as error:
            return str(error)
    if verdict != "ok":
        return str(verdict)
    return f"{broken[0]} refers to a missing row" if broken else None


def _run(program: str, *arguments: str) -> None:
    url: URL = db.engine.url
    path = _program(program)
    # The password goes by the environment: arguments can be read by every user of the machine.
    environment = {
        "PGHOST": url.host or "",
        "PGPORT": str(url.port or 5432),
        "PGUSER": url.username or "",
        "PGPASSWORD": str(url.password or ""),
        "PGDATABASE": url.database or "",
    }
    try:
        subprocess.run([path, *arguments], env=environment, check=True, capture_output=True)  # noqa: S603
    except subprocess.CalledProcessError as error:
        detail = error.stderr.decode(errors="replace").strip().splitlines()
        raise Unavailable(f"{program} failed: {detail[-1] if detail else error}") from error


def _program(name: str) -> str:
    found = sorted(_DEBIAN.glob(f"*/bin/{name}"), key=lambda path: int(path.parts[-3]))
    path = str(found[-1]) if found else shutil.which(name)
    if path is None:
        raise Unavailable(f"{name} is not installed; it comes with PostgreSQL's client programs.")
    return path


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
