"""Map every error to the shape its caller reads: page, fragment or JSON."""

from __future__ import annotations

import logging
from typing import Any

from flask import Flask, Response, g, jsonify, make_response, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

from app.errors import PortalError, SignInNeeded, TooMany, Unavailable
from app.texts import Sentence
from app.web.htmx import is_fragment_request, vary_on_fragments
from app.web.locales import translated, translated_fields

log = logging.getLogger(__name__)

CODES = {
    400: "bad_request",
    401: "sign_in_needed",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    409: "conflict",
    413: "too_large",
    415: "unsupported_media_type",
    422: "invalid",
    429: "too_many_requests",
    500: "server_error",
    503: "unavailable",
}

SENTENCES = {
    400: Sentence("We could not understand that request."),
    404: Sentence("We could not find that."),
    405: Sentence("That address does not take this kind of request."),
    413: Sentence("That is larger than we can take."),
    500: Sentence("Something broke on our side. It has been noted."),
    503: Sentence("This is not available right now. Please try again in a moment."),
}


def wants_json() -> bool:
    """Say whether the caller reads JSON: the API always does, others by their Accept header."""
    if request.path.startswith("/api/"):
        return True
    best = request.accept_mimetypes.best_match(["text/html", "application/json"])
    return best == "application/json" and not is_fragment_request()


def error_response(
    status: int, message: str, *, code: str | None = None, fields: dict[str, Any] | None = None
) -> Response:
    """Build the answer for an error in the form its caller reads."""
    code = code or CODES.get(status, "error")
    message = translated(message)
    fields = translated_fields(fields or {})
    if wants_json():
        body: dict[str, Any] = {"code": code, "message": message}
        if fields:
            body["fields"] = fields
        response = jsonify({"error": body})
        response.status_code = status
        return response
    context = {"status": status, "message": message, "fields": fields}
    if is_fragment_request():
        html = render_template("errors/_flash.html", **context)
    elif status == 500:
        html = render_template("errors/500.html")
    else:
        html = render_template(_page_for(status), **context)
    return vary_on_fragments(make_response(html, status))


def _page_for(status: int) -> str:
    known = {403, 404, 405, 409, 413, 429, 503}
    return f"errors/{status}.html" if status in known else "errors/error.html"


def init_app(app: Flask) -> None:
    """Register the handlers."""
    app.register_error_handler(PortalError, _refused)
    app.register_error_handler(CSRFError, _forged)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(OperationalError, _database_down)
    app.register_error_handler(Exception, _unexpected)


def _refused(error: PortalError) -> Response:
    if isinstance(error, SignInNeeded) and not wants_json():
        return _to_sign_in()
    response = error_response(
        error.status, error.user_message, code=error.code, fields=error.fields
    )
    if isinstance(error, TooMany):
        response.headers["Retry-After"] = str(error.retry_after_seconds)
    if isinstance(error, Unavailable):
        response.headers["Retry-After"] = "5"
    return response


def _forged(error: CSRFError) -> Response:
    log.info("request refused: %s", error.description)
    return error_response(
        400,
        Sentence("This form is too old to be sent. Please reload the page and send it again."),
    )


def _http_error(error: HTTPException) -> Response:
    if error.response is not None or error.code is None or error.code < 400:
        return error.get_response()  # type: ignore[return-value]
    return error_response(error.code, SENTENCES.get(error.code, error.name))


def _database_down(error: OperationalError) -> Response:
    if "readonly" in str(error.orig):
        return _unexpected(error)  # a GET that writes is our mistake, not the database's
    # A lock held too long or a server that is away: worth a retry, never a stack trace.
    log.error("database refused: %s", type(error.orig).__name__, exc_info=error)
    response = error_response(503, SENTENCES[503])
    response.headers["Retry-After"] = "5"
    return response


def _unexpected(error: Exception) -> Response:
    # The last resort, so it catches everything; the text is constant on purpose.
    log.error(
        "unexpected error in %s (request %s)",
        request.endpoint,
        g.get("request_id"),
        exc_info=error,
    )
    return error_response(500, SENTENCES[500])


def _to_sign_in() -> Response:
    """Send a person whose session ended to the sign-in page, and back afterwards."""
    target = url_for(
        "staff.sign_in",
        next=request.full_path.removesuffix("?") if request.method == "GET" else None,
    )
    if is_fragment_request():
        response = make_response("", 401)
        response.headers["HX-Redirect"] = url_for("staff.sign_in")
        return response
    response = make_response("", 303)
    response.headers["Location"] = target
    return response
