"""Reading and writing of htmx's headers; nothing else in the project names them."""

from __future__ import annotations

import json
from typing import Any

from flask import Response, request


def is_fragment_request() -> bool:
    """Say whether htmx asks for a fragment rather than a page."""
    headers = request.headers
    return (
        headers.get("HX-Request") == "true"
        and headers.get("HX-Boosted") != "true"
        and headers.get("HX-History-Restore-Request") != "true"
    )


def vary_on_fragments(response: Response) -> Response:
    """Keep caches from giving a fragment where a page is wanted."""
    response.vary.add("HX-Request")
    return response


def client_redirect(response: Response, location: str) -> Response:
    """Make htmx go to another page of ours."""
    response.headers["HX-Redirect"] = location
    return response


def trigger(response: Response, name: str, detail: dict[str, Any] | None = None) -> Response:
    """Raise a DOM event in the browser after the swap, beside those asked for before."""
    raised = json.loads(response.headers.get("HX-Trigger", "{}"))
    response.headers["HX-Trigger"] = json.dumps(raised | {name: detail or {}})
    return response


def reswap(response: Response, style: str) -> Response:
    """Choose how this answer is put into the page, whatever the element asked for."""
    response.headers["HX-Reswap"] = style
    return response


def push_address(response: Response, location: str) -> Response:
    """Show another address of ours in the browser's bar and history."""
    response.headers["HX-Push-Url"] = location
    return response


def replace_address(response: Response, location: str) -> Response:
    """Show another address of ours in the browser's bar, without a step in its history."""
    response.headers["HX-Replace-Url"] = location
    return response
