"""``flask up`` as a person runs it: it serves, keeps data, restarts what dies, leaves nothing."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys

from tests.factories.running import ROOT, wait_until


def test_it_serves_from_nothing_ends_completely_and_keeps_its_data(start, data_dir):
    first = start()
    first.ready()
    # It is said once the server answers, so perhaps just after.
    wait_until(lambda: "Create the first administrator" in first.said(), first.said)
    create = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "users", "create", "a@x.example",
         "--name", "A"],
        cwd=ROOT, env={**os.environ, "DATA_DIR": str(data_dir), "DATABASE_URL": ""},
        input="meadow lantern copper\n", text=True, capture_output=True, check=True,
    )  # fmt: skip
    assert "lantern" not in create.stdout + create.stderr
    # Parent, gunicorn's arbiter, two web processes, the worker.
    assert len(first.family()) >= 5
    first.stop(signal.SIGINT)
    assert first.family() == []
    assert (data_dir / "secret_key").stat().st_mode & 0o077 == 0

    second = start()
    second.ready()
    assert "Create the first administrator" not in second.said()
    assert "Preparing" not in second.said()
    second.stop(signal.SIGTERM)
    assert second.family() == []


def test_what_dies_is_started_again(start):
    running = start()
    running.ready()
    children = running.children()
    assert len(children) == 2
    for pid in children:
        os.kill(pid, signal.SIGKILL)
    wait_until(lambda: "starting it again" in running.said(), running.said)

    def answers() -> bool:
        try:
            return running.get("/healthz")[0] == 200
        except OSError:
            return False

    wait_until(answers, running.said)
    running.ready()
    running.stop()
    wait_until(lambda: running.family() == [], lambda: str(running.family()))


def test_a_lost_index_is_told_and_mended_without_a_restart(start, data_dir):
    running = start()
    running.ready()
    for path in sorted((data_dir / "index").rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    status, text = running.get("/readyz")
    body = json.loads(text)
    assert (status, body["status"]) == (200, "degraded")
    assert body["degraded"][0].startswith("index: ")
    assert running.get("/help")[0] == 200
    assert running.get("/help/search?q=invoice")[0] == 200
    assert running.get("/help/ask")[0] == 200
    running.ready()
    running.stop()


def test_a_taken_port_is_said_plainly(start):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        running = start(taken.getsockname()[1])
        assert running.process.wait(timeout=30) == 1
        assert "Set PORT to another one" in running.said()
        assert "Traceback" not in running.said()
