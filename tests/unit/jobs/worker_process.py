"""Worker processes for fault tests: jobs of kind "count" each leave one event."""

from __future__ import annotations

import os
import signal
import sys
import time
from datetime import timedelta

from flask import Flask

from app import create_app
from app.clock import utc_now
from app.config import from_env
from app.db import db
from app.events.models import EventRecord
from app.jobs.services import use_job_handlers
from app.jobs.worker import Indexer, Worker


def count(payload: dict[str, object]) -> None:
    """Leave a trace in the job's own transaction, slowly enough to be interrupted."""
    db.session.add(
        EventRecord(
            kind="test:counted",
            at=utc_now(),
            actor_kind="system",
            actor_id=None,
            subject_kind="test",
            subject_id=int(payload["number"]),
            data={},
        )
    )
    db.session.flush()
    time.sleep(0.004)


def work(app: Flask) -> None:
    """Work with a short lease, so that the test need not wait long for a dead process's jobs."""
    with app.app_context():
        worker = Worker(
            indexer=Indexer(has_changes=lambda: False, index_changes=lambda *, owner: 0),
            periodic={},
            lease=timedelta(seconds=1),
        )
        signal.signal(signal.SIGTERM, lambda *_: worker.stop())
        worker.run()


def main() -> None:
    """Fork a worker for every line of input, and print its process id.

    Loading the application takes longer than what a test wants to interrupt; a fork is at once.
    """
    app = create_app(from_env(os.environ))
    use_job_handlers({"count": count})
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for the children
    for _line in sys.stdin:
        pid = os.fork()
        if not pid:
            try:
                work(app)
            finally:
                os._exit(0)
        print(pid, flush=True)


if __name__ == "__main__":
    main()
