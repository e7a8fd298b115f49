"""``flask up`` in a process of its own, as a person starts it."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def processes() -> list[tuple[int, int, int]]:
    """Return process, parent and session id of everything that lives; a bare Debian has no ps."""
    if not Path("/proc/self/stat").exists():
        listed = subprocess.run(
            ["ps", "-Ao", "pid=,ppid=,sess="], capture_output=True, text=True, check=True
        )
        return [tuple(int(part) for part in line.split()) for line in listed.stdout.splitlines()]
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent, _group, session = path.read_text().rpartition(")")[2].split()[:4]
        except OSError:
            continue  # it ended meanwhile
        if state != "Z":
            found.append((int(path.parent.name), int(parent), int(session)))
    return found


class Running:
    """A started ``flask up`` with an empty database."""

    def __init__(self, data_dir: Path, port: int) -> None:
        self.port = port
        self.output = (data_dir.parent / f"up-{time.monotonic_ns()}.log").open("w+")
        self.process = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "wsgi", "up"],
            cwd=ROOT,
            env={**os.environ, "DATA_DIR": str(data_dir), "PORT": str(port), "DEMO": "0",
                 "DATABASE_URL": "", "WEB_THREADS": "2"},
            stdout=self.output,
            stderr=self.output,
            start_new_session=True,
        )  # fmt: skip

    def get(self, path: str) -> tuple[int, str]:
        try:
            with urllib.request.urlopen(
                f"http://127.0.0.1:{self.port}{path}", timeout=10
            ) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def ready(self) -> dict:
        """Wait until it answers with everything well, and return what `/readyz` says."""
        body: dict = {}

        def well() -> bool:
            nonlocal body
            assert self.process.poll() is None, self.said()
            try:
                status, text = self.get("/readyz")
            except OSError:
                return False
            body = json.loads(text)
            return status == 200 and body["status"] == "ready"

        wait_until(well, lambda: f"{body} {self.said()}")
        return body

    def said(self) -> str:
        self.output.flush()
        return Path(self.output.name).read_text()

    def family(self) -> list[int]:
        """Return every living process of its session: itself, its children and theirs."""
        return [pid for pid, _, session in processes() if session == self.process.pid]

    def children(self) -> list[int]:
        """Return its own child processes."""
        return [pid for pid, parent, _ in processes() if parent == self.process.pid]

    def stop(self, number: int = signal.SIGTERM) -> None:
        self.process.send_signal(number)
        assert self.process.wait(timeout=40) == 0
        self.output.close()


def wait_until(condition, describe=lambda: "", seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, describe()
        time.sleep(0.05)
