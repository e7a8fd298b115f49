"""Response headers that hold when everything else fails, and the request id."""

from __future__ import annotations

import re
import secrets
from urllib.parse import urlsplit

from flask import Flask, Response, g, request

from app.config import Settings

REQUEST_ID = re.compile(r"[A-Za-z0-9-]{8,64}")

#: What a browser never shows as a page; policies for pages would only weigh these down.
NOT_DOCUMENTS = frozenset({"text/css", "text/javascript", "application/javascript"})

#: Hosts whose players may appear in a frame, and only after a click on a recording card.
RECORDING_FRAMES = "https://www.youtube-nocookie.com https://www.loom.com"


def content_security_policy(*, cdn: str = "", ancestors: str = "'none'") -> str:
    """Build the policy of an HTML page: nothing inline, nothing foreign but what is named.

    :param cdn: full address of the one foreign script, or empty.
    :param ancestors: who may frame the page.
    """
    return "; ".join(
        [
            "default-src 'none'",
            f"script-src 'self' {cdn}".strip(),
            "style-src 'self'",
            "img-src 'self' data:",
            "connect-src 'self'",
            f"frame-src 'self' {RECORDING_FRAMES}",
            "manifest-src 'self'",
            "form-action 'self'",
            "base-uri 'none'",
            f"frame-ancestors {ancestors}",
        ]
    )


def init_app(app: Flask, settings: Settings) -> None:
    """Put the headers on every response, errors and static files included."""
    cdn = settings.htmx_cdn_url if urlsplit(settings.htmx_cdn_url).scheme == "https" else ""
    default_policy = content_security_policy(cdn=cdn)
    secure = settings.base_url.startswith("https://")

    @app.before_request
    def give_request_id() -> None:
        given = request.headers.get("X-Request-ID", "")
        g.request_id = given if REQUEST_ID.fullmatch(given) else secrets.token_hex(8)

    @app.after_request
    def add_headers(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers["X-Request-ID"] = g.get("request_id", "")
        if response.mimetype not in NOT_DOCUMENTS:
            headers.setdefault("Content-Security-Policy", default_policy)
            headers.setdefault("Referrer-Policy", "same-origin")
            headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
            headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        if secure:
            headers.setdefault("Strict-Transport-Security", "max-age=31536000")
        if response.mimetype == "text/html" or response.mimetype == "application/json":
            headers.setdefault("Cache-Control", "no-store")
        return response
