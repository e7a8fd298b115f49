"""What tests of running processes share."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest
from sqlalchemy import event

from app.db import db
from tests.factories.running import Running, free_port


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "data"


@pytest.fixture
def start(data_dir):
    running: list[Running] = []

    def begin(port: int = 0) -> Running:
        running.append(Running(data_dir, port or free_port()))
        return running[-1]

    yield begin
    for each in running:
        for pid in each.family():
            os.kill(pid, signal.SIGKILL)
        each.process.wait()
        each.output.close()


@pytest.fixture
def count_queries(app):
    """Return a counter of the statements that a call sends."""

    def count(call):
        sent = []

        def note(_conn, _cursor, statement, *_rest):
            sent.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        try:
            call()
        finally:
            event.remove(db.engine, "before_cursor_execute", note)
        return len([each for each in sent if not each.startswith("PRAGMA")])

    return count
