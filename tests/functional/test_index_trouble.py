"""The index lost or damaged under load: nobody gets an error, it is said, and it heals."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from collections import Counter
from pathlib import Path

import pytest

from tests.factories.running import ROOT, Running, wait_until

SITE = """
from app.clock import utc_now
from app.db import unit_of_work
from app.events.actor import SYSTEM
from app.sites.services import create_site
from wsgi import app

with app.app_context(), unit_of_work():
    create_site(key="shop", name="Shop", allowed_origins=["https://shop.example"],
                actor=SYSTEM, now=utc_now())
"""

#: What the worker logs whenever it finds the index unusable.
ANEW = "building the search index anew"

FOUND = "/api/v1/search?q=refund+card"


def lose(index: Path) -> None:
    """Delete the whole directory, as a careless clean-up does."""
    shutil.rmtree(index)


def truncate(index: Path) -> None:
    """Cut every file of every generation, as a full disk does."""
    for path in index.glob("gen-*/*"):
        if path.stat().st_size:
            os.truncate(path, path.stat().st_size // 2)


def flip_bytes(index: Path) -> None:
    """Alter bytes in the middle of every file and leave the sizes."""
    for path in index.glob("gen-*/*"):
        content = bytearray(path.read_bytes())
        for place in range(len(content) // 3, len(content), 97):
            content[place] ^= 0xFF
        path.write_bytes(content)


def flip_pointer(index: Path) -> None:
    """Point to a generation that is not there."""
    pointer = index / "CURRENT"
    pointer.write_text(pointer.read_text().replace("gen-0", "gen-9"))


class Load:
    """Keeps asking every surface that searches, and counts what they answer."""

    def __init__(self, running: Running) -> None:
        self.running = running
        self.answers: Counter[tuple[str, int]] = Counter()
        self.stopped = threading.Event()
        # The widget allows 300 reads a minute and address.
        surfaces = [
            (0.02, [FOUND]),
            (0.02, ["/help/search?q=refund+card", "/help/ask"]),
            (0.8, ["/w/shop/search?q=refund+card", "/w/shop/ask", "/w/shop/answers?q=refund"]),
        ]
        self.threads = [threading.Thread(target=self._ask, args=each) for each in surfaces]

    def _ask(self, pause: float, paths: list[str]) -> None:
        while not self.stopped.wait(pause):
            for path in paths:
                self.answers[path, self.running.get(path)[0]] += 1

    def wait_for_some(self) -> None:
        """Return once more answers have come."""
        enough = self.answers.total() + 30
        wait_until(lambda: self.answers.total() >= enough, self.running.said)

    def __enter__(self) -> Load:
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stopped.set()
        for thread in self.threads:
            thread.join()


@pytest.fixture
def running(start, data_dir) -> Running:
    """A running Foreword with articles and a site."""
    running = start()
    running.ready()
    environment = {**os.environ, "DATA_DIR": str(data_dir), "DATABASE_URL": "", "DEMO": "0"}
    lines = data_dir.parent / "articles.jsonl"
    titles = ["Refund a payment", "A card was declined", "Block time off", "Invite a teacher"]
    lines.write_text(
        "".join(
            json.dumps({"id": f"{title} {n}", "title": f"{title} {n}", "body": f"{title}. " * 40})
            + "\n"
            for title in titles
            for n in range(40)
        )
    )
    for command in (
        ["-m", "flask", "--app", "wsgi", "kb", "import", str(lines)],
        ["-c", SITE],
    ):
        subprocess.run([sys.executable, *command], cwd=ROOT, env=environment, check=True)
    running.environment = environment
    wait_until(lambda: found(running) > 0, running.said)
    return running


def found(running: Running) -> int:
    """Return how many results the API finds."""
    return len(json.loads(running.get(FOUND)[1])["results"])


def doctor(running: Running) -> str:
    """Return what ``flask doctor`` says about the index."""
    said = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", "doctor"],
        cwd=ROOT, env=running.environment, capture_output=True, text=True, check=False,
    ).stdout  # fmt: skip
    return next(line for line in said.splitlines() if " index: " in line)


def test_a_damaged_index_is_nobodys_error(running: Running, data_dir: Path) -> None:
    index = data_dir / "index"
    before = found(running)
    with Load(running) as load:
        for times, damage in enumerate([lose, truncate, flip_bytes, flip_pointer], start=1):
            load.wait_for_some()
            damage(index)
            status, text = running.get("/readyz")
            # Altered bytes are found by checksums, which are too slow for a probe.
            if damage is not flip_bytes:
                assert (status, json.loads(text)["status"]) == (200, "degraded"), damage
                assert json.loads(text)["degraded"][0].startswith("index: "), damage
            said = doctor(running)
            healed = running.said().count(ANEW) == times
            assert "degraded" in said or healed, (damage, said)
            wait_until(lambda: running.said().count(ANEW) == times, running.said)  # noqa: B023
            wait_until(lambda: found(running) == before, running.said)
            running.ready()
        assert doctor(running).startswith("ok")
    assert {status for _, status in load.answers} == {200}, load.answers
    assert len({path for path, _ in load.answers}) == 6
