"""A PostgreSQL of our own for tests: made in a temporary directory, gone afterwards.

``python -m tests.postgres tests/unit -q`` runs pytest with these arguments on PostgreSQL.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from psycopg import sql

#: Debian keeps the server's programs outside PATH.
DEBIAN = "/usr/lib/postgresql/*/bin"


def postgres_programs() -> Path | None:
    """Return the directory with initdb and postgres, the newest version's, or None."""
    found = sorted(
        Path("/").glob(f"{DEBIAN.lstrip('/')}/initdb"),
        key=lambda path: int(path.parts[-3]),
    )
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


class PostgresMissing(Exception):
    """There is no PostgreSQL to start here; the text says why."""


def _server_user() -> str | None:
    """Return whom to run the server as; it refuses to run as root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    raise PostgresMissing("it does not run as root, and there is no user to run it as")


def own_database(address: str) -> str:
    """Return the address of this test process's own database, making it on first use.

    :param address: of the server; parallel test processes share it.
    """
    worker = os.environ.get("PYTEST_XDIST_WORKER")
    if not address or not worker:
        return address
    with psycopg.connect(address, autocommit=True) as connection:
        name = sql.Identifier(f"test_{worker}")
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(name))
        connection.execute(sql.SQL("CREATE DATABASE {}").format(name))
    return address.rpartition("/")[0] + f"/test_{worker}"


@contextmanager
def private_server(*, durable: bool = False) -> Iterator[str]:
    """Start a server with an empty database and yield its address.

    :param durable: writes reach the disk, as they must outside of tests.
    :raises PostgresMissing: it cannot be started here.
    """
    programs = postgres_programs()
    if programs is None:
        raise PostgresMissing("it is not installed (initdb not found)")
    user = _server_user()
    # In /tmp itself: the path of a Unix socket may not be long, and the user must reach it.
    home = Path(tempfile.mkdtemp(prefix="fwpg", dir="/tmp"))
    try:
        if user:
            shutil.chown(home, user)
        run = {"user": user, "extra_groups": []} if user else {}
        subprocess.run(
            [
                programs / "initdb",
                "-D",
                home / "data",
                "-U",
                "foreword",
                "-A",
                "trust",
                "-E",
                "UTF8",
                "--locale",
                "C.UTF-8",
                "--no-sync",
            ],
            check=True,
            capture_output=True,
            cwd=home,
            **run,
        )
        port = _free_port()
        with (home / "log").open("w") as log:
            server = subprocess.Popen(
                [
                    programs / "postgres",
                    "-D",
                    home / "data",
                    "-k",
                    home,
                    "-p",
                    str(port),
                    "-c",
                    "listen_addresses=127.0.0.1",
                    "-c",
                    "max_connections=200",
                    *([] if durable else ["-c", "fsync=off", "-c", "full_page_writes=off"]),
                ],
                stdout=log,
                stderr=log,
                cwd=home,
                **run,
            )
        try:
            _wait(port, server, home / "log")
            yield _address(port)
        finally:
            server.send_signal(signal.SIGINT)  # ends open connections instead of waiting for them
            try:
                server.wait(timeout=5)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def _address(port: int) -> str:
    return f"postgresql://foreword@127.0.0.1:{port}/postgres"


def _wait(port: int, server: subprocess.Popen, log: Path) -> None:
    for _ in range(200):
        if server.poll() is not None:
            raise RuntimeError(f"PostgreSQL did not start: {log.read_text()[-2000:]}")
        try:
            psycopg.connect(_address(port), connect_timeout=1).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError("PostgreSQL did not answer within 10 s")


def main(arguments: list[str]) -> int:
    """Run pytest on PostgreSQL and return its exit code; say why not where it is missing."""
    try:
        with private_server() as address:
            environment = {**os.environ, "TEST_DATABASE_URL": address}
            return subprocess.call([sys.executable, "-m", "pytest", *arguments], env=environment)
    except PostgresMissing as missing:
        print(f"SKIPPED on PostgreSQL: {missing}")
        return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
