"""What tests of running processes share."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

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
