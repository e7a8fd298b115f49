"""One HTTP request to a checked place."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException  # noqa: TID251 - this is the one door
from typing import Self

from app.outbound.errors import CallFailed
from app.outbound.targets import Target

#: Source: docs/decisions/0012-calls-to-other-servers.md, as are the two below.
CONNECT_SECONDS = 3.0
TOTAL_SECONDS = 10.0
ANSWER_MAX = 64 * 1024


@dataclass(frozen=True)
class Answer:
    """What the other side said.

    :ivar headers: names in lower case; the last one of a name.
    :ivar body: at most :data:`ANSWER_MAX` bytes; the rest is never read.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes


def call(
    target: Target,
    *,
    method: str = "GET",
    headers: Mapping[str, str] | None = None,
    body: bytes = b"",
    total_seconds: float = TOTAL_SECONDS,
) -> Answer:
    """Send one request and return the answer, whatever its status.

    Redirects are answers and are not followed; proxies of the environment are not used.

    :param target: the connection goes to the addresses that were checked, nowhere else.
    :param total_seconds: from now until the answer has been read.
    :raises CallFailed: no answer came in that time.
    """
    with _Deadline(total_seconds) as deadline:
        connection = HTTPConnection(target.authority)
        try:
            connection.sock = _connected(target, deadline)
            asked = {**(headers or {}), "Connection": "close"}
            connection.request(method, target.path, body, asked)
            with connection.getresponse() as response:
                answered = {name.lower(): value for name, value in response.getheaders()}
                answer = Answer(response.status, answered, response.read(ANSWER_MAX))
        except (OSError, HTTPException) as error:
            # The socket's own timeout may come a moment before the deadline's.
            too_slow = deadline.passed or isinstance(error, TimeoutError)
            reason = "too slow" if too_slow else type(error).__name__
            raise CallFailed(reason) from None
        finally:
            connection.close()
        if deadline.passed:
            raise CallFailed("too slow")
        return answer


class _Deadline:
    """Cuts a connection when its time is over, whatever it is doing.

    A server that sends a byte a second never runs into the time-out of a socket.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self.passed = False
        self._watched: socket.socket | None = None
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        self._timer.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._timer.cancel()
        if self._watched is not None:
            self._watched.close()

    def watch(self, connected: socket.socket) -> socket.socket:
        """Cut this socket from now on; the one watched before has gone into it."""
        self._watched = connected
        if self.passed:
            self._cut()
        return connected

    def _cut(self) -> None:
        self.passed = True
        if self._watched is not None:
            with contextlib.suppress(OSError):  # the other side was faster
                self._watched.shutdown(socket.SHUT_RDWR)


def _connected(target: Target, deadline: _Deadline) -> socket.socket:
    seconds = min(CONNECT_SECONDS, deadline.seconds)
    failed: OSError = CallFailed("no address")
    for address in target.addresses:
        try:
            raw = socket.create_connection((address, target.port), timeout=seconds)
        except OSError as error:
            failed = error
            continue
        raw.settimeout(deadline.seconds)
        deadline.watch(raw)
        if target.scheme == "http":
            return raw
        secured = ssl.create_default_context().wrap_socket(
            raw, server_hostname=target.host, do_handshake_on_connect=False
        )
        deadline.watch(secured)
        secured.do_handshake()
        return secured
    raise failed
