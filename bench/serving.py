"""Servers of our own and the load on them: real processes, real sockets, eight clients.

The clients are threads of this process on keep-alive connections. They share the machine with the
server, so they do no more than they must: requests are made beforehand, of answers only the status
and the length are read.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

CLIENTS = 8
FLASK = (sys.executable, "-m", "flask", "--app", "wsgi")
_LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")
_START_SECONDS = 60.0
_STOP_SECONDS = 30.0


@dataclass
class Call:
    """One request.

    :ivar status: what it must be answered with.
    """

    path: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""
    status: int = 200

    @cached_property
    def request(self) -> bytes:
        """Return what is sent."""
        body = self.body.encode()
        headers = {"Host": "127.0.0.1", **self.headers}
        if body:
            headers["Content-Length"] = str(len(body))
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return f"{self.method} {self.path} HTTP/1.1\r\n{head}\r\n".encode() + body


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def environment(data_dir: Path, database_url: str = "") -> dict[str, str]:
    """Return the settings of an application with two web processes and an empty database.

    :param database_url: empty for SQLite in the directory.
    """
    return {
        **os.environ,
        "DATA_DIR": str(data_dir),
        "DATABASE_URL": database_url,
        "PORT": str(free_port()),
        "WEB_WORKERS": "2",
        "DEMO": "0",
    }


@contextmanager
def serving(command: Sequence[str], env: Mapping[str, str]) -> Iterator[int]:
    """Run a server while the block lasts and yield its port.

    :param env: its environment, with ``PORT``.
    :raises OSError: it does not listen after a minute, or has ended.
    """
    process = subprocess.Popen(
        command, env=dict(env), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    port = int(env["PORT"])
    try:
        deadline = time.monotonic() + _START_SECONDS
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                if time.monotonic() > deadline or process.poll() is not None:
                    raise
                time.sleep(0.2)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=_STOP_SECONDS)


def load(port: int, calls: Sequence[Call], seconds: float) -> tuple[list[float], float]:
    """Send requests from eight clients for a while.

    :param calls: sent in turn; those that change something must be more than fit the time.
    :returns: latencies in milliseconds, and the seconds it took.
    :raises RuntimeError: a request was answered otherwise than it says, or not at all.
    """
    spent: list[float] = []
    problems: list[str] = []
    deadline = time.monotonic() + seconds

    def client(start: int) -> None:
        connection = socket.create_connection(("127.0.0.1", port), timeout=60)
        for place in range(start, 10**9, CLIENTS):
            if time.monotonic() > deadline or problems:
                break
            call = calls[place % len(calls)]
            started = time.perf_counter()
            try:
                connection.sendall(call.request)
                status = _read_answer(connection)
            except OSError as error:
                problems.append(f"{call.method} {call.path}: {error}")
                break
            spent.append((time.perf_counter() - started) * 1000)
            if status != call.status:
                problems.append(f"{call.method} {call.path} answered {status}")
        connection.close()

    begun = time.monotonic()
    threads = [threading.Thread(target=client, args=(number,)) for number in range(CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if problems:
        raise RuntimeError(problems[0])
    return spent, time.monotonic() - begun


def _read_answer(connection: socket.socket) -> int:
    """Read one answer to its end and return its status.

    :raises OSError: the server closed the connection.
    """
    data = b""
    while b"\r\n\r\n" not in data:
        part = connection.recv(65_536)
        if not part:
            raise OSError("the server closed the connection")
        data += part
    head, _, body = data.partition(b"\r\n\r\n")
    length = _LENGTH.search(head)
    if length is None:
        raise OSError("an answer without a length")
    missing = int(length[1]) - len(body)
    while missing > 0:
        part = connection.recv(missing)
        if not part:
            raise OSError("the server closed the connection")
        missing -= len(part)
    return int(head[9:12])
