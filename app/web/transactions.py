"""One transaction per request, ended in one place."""

from __future__ import annotations

import logging
from collections.abc import Callable

from flask import Flask, Response, current_app, g, request

from app.db import commit_session, rollback_session, set_writing, unit_of_work

log = logging.getLogger(__name__)

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def after_response_write(action: Callable[[], None]) -> None:
    """Run an action in a writing transaction of its own once the response has been sent.

    For what a read should record (an article was shown): the page neither waits for the
    write nor fails with it. It runs only if the request succeeded.
    """
    g.setdefault("after_response_writes", []).append(action)


def init_app(app: Flask) -> None:
    """Register the hooks; to be called before any other part registers its own.

    Flask runs after-request hooks last-registered first, so this one then ends last, after
    everything else that may still write.
    """

    @app.before_request
    def begin() -> None:
        set_writing(request.method not in SAFE_METHODS)

    @app.after_request
    def end(response: Response) -> Response:
        if response.status_code < 400:
            commit_session()
            actions = g.pop("after_response_writes", [])
            if actions:
                _defer(app, response, actions)
        else:
            rollback_session()
        return response

    @app.teardown_request
    def forget(_error: BaseException | None) -> None:
        set_writing(True)


def _defer(app: Flask, response: Response, actions: list[Callable[[], None]]) -> None:
    def run() -> None:
        with app.app_context():
            for action in actions:
                try:
                    with unit_of_work():
                        action()
                except Exception:
                    # The person already has their answer; the record is best effort here.
                    log.exception("work after the response failed")

    response.call_on_close(run)


def own_unit(action: Callable[[], None]) -> None:
    """Run an action in a transaction apart from the request's, so that it survives a refusal.

    For records of refusals (a failed sign-in). The request's own transaction must not hold
    the write lock yet, therefore it is rolled back first.
    """
    rollback_session()
    application = current_app._get_current_object()  # type: ignore[attr-defined]
    with application.app_context(), unit_of_work():
        action()


def end_reading() -> None:
    """End the transaction of a request before slow work that needs no database.

    On SQLite an unsafe request holds the only write lock from its first query on; hashing a
    password or sending something meanwhile would make everybody else wait. Nothing may have
    been written yet; objects loaded before are read anew when they are next used.
    """
    rollback_session()
