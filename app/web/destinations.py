"""Where to send somebody after they signed in: only to pages of ours."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import current_app, request
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect


def own_path(target: str | None) -> str | None:
    r"""Return a path of ours with its query, made anew from its parts, or None.

    Backslashes and control characters are refused because browsers read ``/\host`` as a host;
    what is left must be the address of one of our own pages.

    :param target: as found in a ``next`` parameter.
    """
    if not target or not target.startswith("/") or target.startswith("//"):
        return None
    if "\\" in target or any(ord(character) < 33 or ord(character) == 127 for character in target):
        return None
    parts = urlsplit(target)
    if parts.scheme or parts.netloc:
        return None
    routes = current_app.url_map.bind(request.host)
    try:
        routes.match(parts.path, method="GET")
    except (HTTPException, RequestRedirect):
        return None
    return parts.path + (f"?{parts.query}" if parts.query else "")
