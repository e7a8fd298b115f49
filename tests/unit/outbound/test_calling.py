"""Calls end in time and in little memory, whatever the other side does."""

from __future__ import annotations

import socket
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from app.outbound.calling import ANSWER_MAX, Answer, call
from app.outbound.errors import CallFailed
from app.outbound.targets import Target, checked_target

Behaviour = Callable[[socket.socket], None]


@contextmanager
def server(behave: Behaviour) -> Iterator[Target]:
    """Answer each connection as told; yields where to call."""
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                connected, _ = listening.accept()
            except OSError:
                return
            threading.Thread(target=answer, args=(connected,), daemon=True).start()

    def answer(connected: socket.socket) -> None:
        with connected:
            try:
                connected.recv(65_536)
                behave(connected)
            except OSError:
                return  # the caller has cut the connection

    threading.Thread(target=serve, daemon=True).start()
    place = f"127.0.0.1:{listening.getsockname()[1]}"
    yield checked_target(f"http://{place}/hook?x=1", allowed=[place])
    listening.close()


def says(text: bytes) -> Behaviour:
    return lambda connected: connected.sendall(text)


def test_an_answer_is_read_with_its_status_and_headers():
    with server(says(b"HTTP/1.1 201 Created\r\nX-Id: 7\r\nContent-Length: 2\r\n\r\nok")) as target:
        answer = call(target, method="POST", body=b"{}", headers={"X-A": "b"})
    assert (answer.status, answer.body, answer.headers["x-id"]) == (201, b"ok", "7")


def test_what_is_asked_arrives_as_it_was_meant():
    heard = []

    listening = socket.create_server(("127.0.0.1", 0))
    place = f"127.0.0.1:{listening.getsockname()[1]}"

    def once() -> None:
        connected, _ = listening.accept()
        with connected:
            while not b"".join(heard).endswith(b"words"):
                heard.append(connected.recv(65_536))
            connected.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")

    asking = threading.Thread(target=once)
    asking.start()
    call(
        checked_target(f"http://{place}/a?b=c", allowed=[place]),
        method="POST",
        body=b"words",
        headers={"Content-Type": "text/plain"},
    )
    asking.join()
    listening.close()
    lines = b"".join(heard).decode().split("\r\n")
    assert lines[0] == "POST /a?b=c HTTP/1.1"
    assert f"Host: {place}" in lines
    assert {"Content-Length: 5", "Content-Type: text/plain", "Connection: close"} <= set(lines)
    assert lines[-2:] == ["", "words"]


def test_a_redirect_is_an_answer_and_is_not_followed():
    with server(says(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")) as inner:
        to = f"HTTP/1.1 302 Found\r\nLocation: http://{inner.authority}/\r\n\r\n"
        knocked = []
        with server(lambda connected: (knocked.append(1), says(to.encode())(connected))) as target:
            answer = call(target)
    assert answer.status == 302
    assert knocked == [1]


def hangs(connected: socket.socket) -> None:
    time.sleep(30)


def drips(connected: socket.socket) -> None:
    for _ in range(300):
        connected.sendall(b"H")
        time.sleep(0.05)


def drips_a_body(connected: socket.socket) -> None:
    connected.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
    drips(connected)


@pytest.mark.parametrize("behave", [hangs, drips, drips_a_body])
def test_a_slow_server_is_cut_off(behave):
    with server(behave) as target, pytest.raises(CallFailed) as failed:
        call(target, total_seconds=0.5)
    assert failed.value.reason == "too slow"


def test_a_slow_handshake_is_cut_off():
    with server(drips) as plain:
        secured = Target("https", plain.host, plain.port, "/", plain.addresses)
        with pytest.raises(CallFailed):
            call(secured, total_seconds=0.5)


def test_of_an_endless_answer_only_the_beginning_is_read():
    def pours(connected: socket.socket) -> None:
        connected.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 10737418240\r\n\r\n")
        while True:
            connected.sendall(b"x" * 65_536)

    tracemalloc.start()
    with server(pours) as target:
        answer = call(target)
    _now, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert answer == Answer(200, {"content-length": "10737418240"}, b"x" * ANSWER_MAX)
    assert most < 4 * 1024 * 1024


@pytest.mark.parametrize(
    "text",
    [b"", b"nonsense\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n", b"HTTP/1.1 200 OK\r\n" + b"x: y\r\n" * 200],
)
def test_what_is_no_http_is_a_failed_call(text):
    with server(says(text)) as target, pytest.raises(CallFailed):
        call(target)


def test_nobody_there_is_a_failed_call():
    listening = socket.create_server(("127.0.0.1", 0))
    place = f"127.0.0.1:{listening.getsockname()[1]}"
    listening.close()
    with pytest.raises(CallFailed) as failed:
        call(checked_target(f"http://{place}/", allowed=[place]))
    assert failed.value.reason == "ConnectionRefusedError"


def test_proxies_of_the_environment_are_not_used(monkeypatch):
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    with server(says(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")) as target:
        assert call(target).status == 200
