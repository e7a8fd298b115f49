"""Gzip for pages, fragments, scripts and JSON, so that the budgets hold without a proxy."""

from __future__ import annotations

import gzip
from functools import lru_cache

from flask import Flask, Response, request

#: Below this a gzip header costs more than it saves (one network packet holds about 1,400 bytes).
SMALLEST = 800
TYPES = frozenset(
    {
        "text/html",
        "text/css",
        "text/javascript",
        "application/javascript",
        "application/json",
        "image/svg+xml",
        "application/xml",
        "text/plain",
    }
)


@lru_cache(maxsize=256)
def zipped_once(body: bytes) -> bytes:
    """Return a static file gzipped as small as possible, the effort spent once for each content."""
    return gzip.compress(body, 9, mtime=0)


def init_app(app: Flask) -> None:
    """Compress what is worth it when the client accepts it.

    Secrets in pages (the CSRF token is signed anew with a time each second) are not repeated
    beside reflected input within one answer often enough for a compression oracle; answers that
    carry long-lived secrets opt out with ``Cache-Control: no-transform``.
    """

    @app.after_request
    def compress(response: Response) -> Response:
        if (
            response.mimetype not in TYPES
            or response.status_code in (204, 206, 304)
            or "Content-Encoding" in response.headers
            or "gzip" not in request.headers.get("Accept-Encoding", "")
            or "no-transform" in response.headers.get("Cache-Control", "")
            or request.method == "HEAD"
        ):
            return response
        response.direct_passthrough = False
        body = response.get_data()
        if len(body) < SMALLEST:
            return response
        is_static = request.endpoint == "static"
        response.set_data(zipped_once(body) if is_static else gzip.compress(body, 5, mtime=0))
        response.headers["Content-Encoding"] = "gzip"
        response.vary.add("Accept-Encoding")
        return response
