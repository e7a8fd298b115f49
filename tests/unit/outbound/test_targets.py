"""No address that people can type makes this server call its neighbours."""

from __future__ import annotations

import socket
import threading

import pytest

from app.outbound.calling import call
from app.outbound.errors import CallFailed, TargetRefused
from app.outbound.targets import checked_target

HOSTILE = [
    # Loopback and "this host", in every spelling that a C library understands.
    "http://127.0.0.1/", "http://127.0.0.1:80/", "http://127.1/", "http://127.0.1/",
    "http://0/", "http://0.0.0.0/", "http://2130706433/", "http://0x7f000001/",
    "http://0x7f.1/", "http://0177.0.0.1/", "http://017700000001/", "http://127.255.255.254/",
    "http://localhost/", "http://LOCALHOST/", "http://localhost./", "https://127.0.0.1/",
    "http://[::1]/", "http://[::]/", "http://[0:0:0:0:0:0:0:1]/", "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/", "http://[::127.0.0.1]/", "http://[64:ff9b::127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/", "http://[2002:7f00:1::]/",
    # Private, link-local, shared, documentation, benchmark, multicast and reserved networks.
    "http://10.0.0.1/", "http://10.255.255.255/", "http://172.16.0.1/", "http://172.31.255.1/",
    "http://192.168.0.1/", "http://192.168.1.1/", "http://169.254.169.254/latest/meta-data/",
    "http://[::ffff:169.254.169.254]/", "http://[fd00:ec2::254]/", "http://100.64.0.1/",
    "http://100.100.100.200/", "http://192.0.2.1/", "http://198.51.100.1/", "http://203.0.113.1/",
    "http://198.18.0.1/", "http://224.0.0.1/", "http://239.1.1.1/", "http://240.0.0.1/",
    "http://255.255.255.255/", "http://[fe80::1]/", "http://[fc00::1]/", "http://[ff02::1]/",
    "http://[2001:db8::1]/", "http://[64:ff9b::10.0.0.1]/", "http://[2002:c0a8:101::1]/",
    "http://[2001:0:7f00:1::]/",
    # Tricks with the text of an address.
    "http://user@127.0.0.1/", "http://example.com@127.0.0.1/", "http://user:secret@example.com/",
    "http://127.0.0.1#example.com/", "http://127.0.0.1\\@example.com/", "http://exam ple.com/",
    "http://example.com\r\nHost: x/", "http://[fe80::1%25lo]/", "http://[::1", "http://", "http:///x",
    "//127.0.0.1/", "ftp://127.0.0.1/", "file:///etc/passwd", "gopher://127.0.0.1:25/",
    "javascript:alert(1)", "data:text/plain,x", "http://127.0.0.1:22/", "http://8.8.8.8:22/",
    "https://8.8.8.8:8443/", "http://127.0.0.1:0/", "http://127.0.0.1:99999/", "",
    "http://" + "a" * 3000 + ".example/", "http://no-such-host.invalid/", "http://例え.example/",
]  # fmt: skip


class Listener:
    """A socket on loopback that counts who knocks."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        self.knocks = 0
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                connected, _ = self.socket.accept()
            except OSError:
                return
            self.knocks += 1
            connected.close()


@pytest.fixture
def listener():
    made = Listener()
    yield made
    made.socket.close()


@pytest.fixture
def no_connections(monkeypatch):
    """Refuse to connect at all, and remember to what it was tried."""
    tried = []

    def refuse(address, *_args, **_kwargs):
        tried.append(address)
        raise AssertionError(f"connected to {address}")

    monkeypatch.setattr(socket, "create_connection", refuse)
    return tried


def test_there_are_enough_hostile_addresses():
    assert len(set(HOSTILE)) >= 60


@pytest.mark.parametrize("url", HOSTILE)
def test_a_hostile_address_is_refused_and_nothing_connects(url, no_connections):
    with pytest.raises(TargetRefused):
        call(checked_target(url))
    assert no_connections == []


def answers(monkeypatch, *batches: list[str]) -> list[str]:
    """Let the name server give these answers, one batch a question."""
    asked: list[str] = []
    left = list(batches)

    def resolve(host, port, *_args, **_kwargs):
        asked.append(host)
        found = left.pop(0) if len(left) > 1 else left[0]
        return [
            (socket.AF_INET6 if ":" in ip else socket.AF_INET, 1, 6, "", (ip, port)) for ip in found
        ]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return asked


@pytest.mark.parametrize(
    "found", [["127.0.0.1"], ["93.184.216.34", "10.0.0.1"], ["2606:2800:220:1::1", "::1"]]
)
def test_a_name_that_leads_inside_is_refused(found, monkeypatch, no_connections):
    answers(monkeypatch, found)
    with pytest.raises(TargetRefused):
        call(checked_target("https://hooks.example.com/x"))
    assert no_connections == []


def test_a_second_answer_of_the_name_server_changes_nothing(monkeypatch):
    asked = answers(monkeypatch, ["93.184.216.34"], ["127.0.0.1"])
    connected = []

    def connect(address, *_args, **_kwargs):
        connected.append(address)
        raise ConnectionRefusedError

    target = checked_target("http://rebinding.example.com/")
    monkeypatch.setattr(socket, "create_connection", connect)
    with pytest.raises(CallFailed):
        call(target)
    assert connected == [("93.184.216.34", 80)]
    assert asked == ["rebinding.example.com"]


def test_a_public_address_is_taken_with_its_path(monkeypatch):
    answers(monkeypatch, ["93.184.216.34", "93.184.216.34"])
    target = checked_target("https://hooks.example.com/services/T1?a=b#part")
    assert (target.scheme, target.host, target.port) == ("https", "hooks.example.com", 443)
    assert target.path == "/services/T1?a=b"
    assert target.addresses == ("93.184.216.34",)
    assert target.authority == "hooks.example.com"


def test_an_inner_place_can_be_allowed_by_name_and_port(listener):
    inner = f"127.0.0.1:{listener.port}"
    with pytest.raises(TargetRefused):
        checked_target(f"http://{inner}/", allowed=["127.0.0.1:1"])
    with pytest.raises(CallFailed):
        call(checked_target(f"http://{inner}/", allowed=[inner]))
    assert listener.knocks == 1
