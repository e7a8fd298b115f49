"""Requests sent twice, twenty at once, into servers that are killed: one ticket each, none lost."""

from __future__ import annotations

import http.client
import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from tests.factories.running import ROOT, Running, wait_until


class Caller:
    """A program that opens tickets through the API and writes down every answer it got.

    :ivar ledger: idempotency key to the numbers that were acknowledged under it.
    """

    def __init__(self, port: int, data_dir: Path) -> None:
        self.port = port
        made = subprocess.run(
            [sys.executable, "-m", "flask", "--app", "wsgi", "tokens", "create", "--name", "load",
             "--scope", "tickets:write"],
            cwd=ROOT, env={**os.environ, "DATA_DIR": str(data_dir), "DATABASE_URL": ""},
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        self.token = made.stdout.split()[-1]
        self.ledger: dict[str, list[int]] = {}
        self.lock = threading.Lock()

    def send(self, key: str) -> int | None:
        """Send one request; None if no answer came."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        body = {"subject": f"Lost {key}", "body": "Where is it?", "email": f"{key}@x.example"}
        headers = {
            "Authorization": f"Bearer {self.token}",
            "Idempotency-Key": key,
            "Content-Type": "application/json",
        }
        try:
            connection.request("POST", "/api/v1/tickets", json.dumps(body), headers)
            answer = connection.getresponse()
            text = answer.read()
        except (OSError, http.client.HTTPException):
            return None
        finally:
            connection.close()
        if answer.status == 201:
            with self.lock:
                self.ledger.setdefault(key, []).append(json.loads(text)["number"])
        return answer.status

    def insist(self, key: str) -> None:
        """Send until it is acknowledged, as the widget does after it was offline."""
        wait_until(lambda: self.send(key) == 201, lambda: f"{key} was never acknowledged")


def tickets(data_dir: Path) -> dict[str, list[int]]:
    """Return the subject's key to the ticket numbers that are in the database."""
    with closing(sqlite3.connect(data_dir / "foreword.db")) as database:
        found: dict[str, list[int]] = {}
        for number, subject in database.execute("SELECT number, subject FROM tickets"):
            found.setdefault(subject.removeprefix("Lost "), []).append(number)
        mails = Counter(
            address for (address,) in database.execute("SELECT to_address FROM outgoing_mail")
        )
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert set(mails.values()) == {1}, "each ticket is confirmed once"
    assert len(mails) == len(found)
    return found


def check(caller: Caller, data_dir: Path, keys: Iterable[str]) -> None:
    """Every key was acknowledged with one number, and that is the one ticket there is."""
    held = tickets(data_dir)
    for key in keys:
        acknowledged = set(caller.ledger[key])
        assert acknowledged == set(held[key]), key
        assert len(held[key]) == 1, key


@pytest.fixture
def running(start, data_dir) -> Running:
    server = start()
    server.ready()
    return server


def test_two_hundred_double_submits_and_twenty_at_once(running, data_dir):
    caller = Caller(running.port, data_dir)
    doubled = [f"double-{number}" for number in range(200)]
    crowded = [f"crowd-{number}" for number in range(5)]
    with ThreadPoolExecutor(8) as people:
        statuses = list(people.map(caller.send, [key for key in doubled for _ in range(2)]))
    with ThreadPoolExecutor(20) as people:
        for key in crowded:
            statuses += people.map(caller.send, [key] * 20)
    assert Counter(statuses) == {201: 500}
    check(caller, data_dir, doubled + crowded)


def test_a_kill_in_the_middle_loses_no_acknowledged_ticket(running, start, data_dir):
    caller = Caller(running.port, data_dir)
    keys = [f"kill-{number}" for number in range(120)]
    with ThreadPoolExecutor(8) as people:
        sending = [people.submit(caller.insist, key) for key in keys for _ in range(2)]
        for share in (0.2, 0.4):
            wait_until(lambda share=share: len(caller.ledger) > share * len(keys))
            # gunicorn's own children: the web processes that are writing right now.
            for pid in set(running.family()) - set(running.children()) - {running.process.pid}:
                os.kill(pid, signal.SIGKILL)
        wait_until(lambda: len(caller.ledger) > 0.7 * len(keys))
        for pid in running.family():
            os.kill(pid, signal.SIGKILL)
        running.process.wait(timeout=40)
        start(running.port).ready()
        for each in sending:
            each.result(timeout=90)
    check(caller, data_dir, keys)
