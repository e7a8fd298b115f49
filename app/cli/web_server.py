"""gunicorn as part of our own command, with the settings that fit this application."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Flask
from gunicorn.app.base import BaseApplication

from app.config import Settings
from app.db import db

#: Memory-backed, so that a worker's sign of life never waits for a disk.
_SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - gunicorn makes an unnamed file in it


class WebServer(BaseApplication):
    """Serve an application that is loaded already: its workers are forks and start at once.

    :param application: what to serve.
    :param settings: address, number of processes and threads.
    """

    def __init__(self, application: Flask, settings: Settings) -> None:
        self.application = application
        self.settings = settings
        super().__init__()

    def load_config(self) -> None:
        """Set gunicorn's options."""
        host = f"[{self.settings.host}]" if ":" in self.settings.host else self.settings.host
        options: dict[str, Any] = {
            "bind": f"{host}:{self.settings.port}",
            "workers": self.settings.web_workers,
            "worker_class": "gthread",
            "threads": self.settings.web_threads,
            "timeout": 30,
            "graceful_timeout": 30,
            "keepalive": 5,
            "max_requests": 20_000,
            "max_requests_jitter": 2_000,
            "preload_app": True,
            "control_socket_disable": True,
            "loglevel": "warning",
            "post_fork": self._forget_connections,
            "proc_name": "foreword",
        }
        if _SHARED_MEMORY.is_dir():
            options["worker_tmp_dir"] = str(_SHARED_MEMORY)
        for name, value in options.items():
            self.cfg.set(name, value)

    def load(self) -> Flask:
        """Return the application."""
        return self.application

    def _forget_connections(self, _arbiter: object, _worker: object) -> None:
        # A connection shared by two processes would mix up their conversations.
        with self.application.app_context():
            db.engine.dispose(close=False)
