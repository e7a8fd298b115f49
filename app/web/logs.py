"""One JSON line per request and per message, to the standard error stream.

Lines hold ids and names of routes, never bodies, addresses, tokens or query strings.
"""

from __future__ import annotations

import json
import logging
import sys
import time
from datetime import UTC, datetime
from typing import Any

from flask import Flask, Response, g, has_request_context, request

log = logging.getLogger("foreword.request")


class JsonFormatter(logging.Formatter):
    """Writes a record as one line of JSON; JSON escapes line breaks, so no line can be forged."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        line: dict[str, Any] = {
            "ts": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
        }
        if has_request_context():
            line["request_id"] = g.get("request_id")
        fields = getattr(record, "fields", None)
        if fields is not None:
            line |= fields
        else:
            line |= {"logger": record.name, "message": record.getMessage()}
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def log_as_json(level: int = logging.INFO) -> None:
    """Send everything that is logged to the standard error stream as JSON (servers, worker)."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    logging.getLogger("alembic").setLevel(logging.WARNING)
    for name in ("gunicorn.error", "app"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = True


def init_app(app: Flask) -> None:
    """Log every request when its answer is complete."""

    @app.before_request
    def start_clock() -> None:
        g.request_started = time.perf_counter()

    @app.after_request
    def log_request(response: Response) -> Response:
        log.info("request", extra={"fields": _fields(response)})
        return response


def _fields(response: Response) -> dict[str, Any]:
    kind, actor_id = _actor()
    started = g.get("request_started")
    milliseconds = None if started is None else round((time.perf_counter() - started) * 1000, 1)
    return {
        "method": request.method,
        "route": request.endpoint,
        "actor": kind,
        "actor_id": actor_id,
        "status": response.status_code,
        "ms": milliseconds,
    }


def _actor() -> tuple[str | None, int | None]:
    """Return who called, as far as the request has found out already; never asks the database."""
    for kind in ("staff", "customer", "visitor", "api"):
        actor_id = g.get(f"{kind}_id")
        if actor_id is not None:
            return kind, actor_id
    return None, None
