"""Answers that routes share."""

from __future__ import annotations

from typing import Any

from flask import Response, make_response, redirect, render_template, url_for

from app.web.htmx import client_redirect, is_fragment_request, vary_on_fragments


def see_other(endpoint: str, **values: Any) -> Response:
    """Send the browser to another page of ours with GET, also when htmx asked.

    Only endpoint names are accepted, so no input can choose the address.
    """
    location = url_for(endpoint, **values)
    if is_fragment_request():
        return client_redirect(Response(status=204), location)
    return redirect(location, code=303)  # type: ignore[return-value]


def page(template: str, *, status: int = 200, **context: Any) -> Response:
    """Render a template as an answer that caches keep apart from fragments."""
    return vary_on_fragments(make_response(render_template(template, **context), status))
