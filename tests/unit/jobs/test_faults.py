"""Killed workers lose no job and do none twice; told to stop, they finish what they hold."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.clock import utc_now
from app.config import Settings
from app.db import db, unit_of_work
from app.events.models import EventRecord
from app.jobs.models import Job
from app.jobs.services import enqueue_job

SCRIPT = Path(__file__).with_name("worker_process.py")
ROOT = Path(__file__).resolve().parents[3]
JOBS = 40
KILLS = 10


@pytest.fixture
def start_worker(settings: Settings):
    """Return a starter of worker processes on the suite's database; none outlives the test."""
    environment = {
        **os.environ,
        "DATA_DIR": str(settings.data_dir),
        "DATABASE_URL": settings.database_url,
        "SECRET_KEY": settings.secret_key,
        "PYTHONPATH": str(ROOT),
    }
    nursery = subprocess.Popen(
        [sys.executable, str(SCRIPT)],
        env=environment,
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    started: list[int] = []

    def start() -> int:
        nursery.stdin.write("start\n")
        nursery.stdin.flush()
        started.append(int(nursery.stdout.readline()))
        return started[-1]

    yield start
    for pid in started:
        if is_alive(pid):
            os.kill(pid, signal.SIGKILL)
    nursery.stdin.close()
    nursery.stdout.close()
    nursery.wait()


def is_alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def enqueue(numbers: range) -> None:
    with unit_of_work():
        for each in numbers:
            enqueue_job("count", {"number": each}, now=utc_now())


def left() -> int:
    count = db.session.scalar(select(func.count()).select_from(Job))
    db.session.rollback()
    return count


def done() -> dict[int, int]:
    rows = db.session.execute(
        select(EventRecord.subject_id, func.count())
        .where(EventRecord.kind == "test:counted")
        .group_by(EventRecord.subject_id)
    ).all()
    db.session.rollback()
    return dict(rows)


def wait_until(condition, seconds: float = 60.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.005)


def test_killed_workers_lose_nothing_and_do_nothing_twice(ctx, start_worker):
    worker = start_worker()
    rng = random.Random(7)
    interrupted = 0
    for round_ in range(KILLS):
        enqueue(range(round_ * JOBS, (round_ + 1) * JOBS))
        before = left()
        spare = start_worker()
        wait_until(lambda before=before: left() < before)
        # Somewhere between claiming a job and having it committed.
        time.sleep(rng.uniform(0, 0.02))
        os.kill(worker, signal.SIGKILL)
        wait_until(lambda pid=worker: not is_alive(pid))
        interrupted += left() > 0
        worker = spare
    assert interrupted, "every kill came too late to interrupt anything"
    wait_until(lambda: left() == 0)
    assert done() == dict.fromkeys(range(KILLS * JOBS), 1)


def test_a_worker_told_to_stop_finishes_the_job_in_hand(ctx, start_worker):
    enqueue(range(JOBS))
    worker = start_worker()
    wait_until(lambda: left() < JOBS)
    os.kill(worker, signal.SIGTERM)
    wait_until(lambda: not is_alive(worker))
    remaining = left()
    assert len(done()) == JOBS - remaining
    # Nothing is left leased, so a successor need not wait.
    with unit_of_work():
        assert not db.session.scalar(select(func.count()).where(Job.owner.is_not(None)))
