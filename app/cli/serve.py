"""Commands that serve: everything at once, or the web processes alone."""

from __future__ import annotations

import socket

import click
from flask import Flask, current_app
from flask.cli import with_appcontext

from app.cli.demo import load_with_progress, sign_ins
from app.cli.jobs import run_until_signalled
from app.cli.supervisor import Service, Supervisor
from app.cli.web_server import WebServer
from app.config import Settings
from app.db import db, read_only, rollback_session
from app.health.schema import current_revision, head_revision, upgrade_schema
from app.jobs.worker import Worker
from app.seeds.queries import demo_is_complete, demo_was_cut_short, is_empty
from app.staff.queries import active_staff
from app.subscriptions import INDEXER, PERIODIC_JOBS
from app.web.logs import log_as_json

CREATE = "  .venv/bin/flask --app wsgi users create you@example.com --name 'Your Name'"


@click.command("up")
@with_appcontext
def up() -> None:
    """Prepare the database, then run web processes and worker until Ctrl-C."""
    app, settings = _application()
    _refuse_taken_port(settings)
    prepare_database(settings)
    if settings.demo:
        load_demo_once(settings)
    greeting = welcome(settings)
    db.session.remove()
    db.engine.dispose()  # children open connections of their own
    log_as_json()
    supervisor = Supervisor(
        [
            Service("web", lambda: WebServer(app, settings).run()),
            Service("worker", lambda: _work(app)),
        ]
    )
    supervisor.start()
    if _wait_until_listening(settings, supervisor):
        click.echo(greeting)
    supervisor.watch()


@click.command("web")
@with_appcontext
def web() -> None:
    """Run the web processes alone (for service managers; see docs/operations.md)."""
    app, settings = _application()
    log_as_json()
    WebServer(app, settings).run()


def _application() -> tuple[Flask, Settings]:
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    return app, app.extensions["settings"]


def _work(app: Flask) -> None:
    with app.app_context():
        run_until_signalled(Worker(indexer=INDEXER, periodic=PERIODIC_JOBS))


def prepare_database(settings: Settings) -> None:
    """Migrate to the newest revision.

    :param settings: of this installation.
    """
    with read_only():
        current = current_revision()
        rollback_session()
    if current != head_revision():
        click.echo("Preparing the database …")
        upgrade_schema(settings.data_dir)


def load_demo_once(settings: Settings) -> None:
    """Load the demo into a database that holds nothing, or go on where loading was cut short.

    :param settings: of this installation.
    """
    with read_only():
        wanted = is_empty() or demo_was_cut_short()
        rollback_session()
    if wanted:
        click.echo("Loading the demo …")
        load_with_progress(settings)


def _refuse_taken_port(settings: Settings) -> None:
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            raise click.ClickException(
                f"{settings.host}:{settings.port} cannot be used ({error.strerror}). "
                "Set PORT to another one."
            ) from error


def _wait_until_listening(settings: Settings, supervisor: Supervisor) -> bool:
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104
    for _ in range(600):
        if supervisor.pause(0.1):
            return False
        try:
            with socket.create_connection((host, settings.port), timeout=1):
                return True
        except OSError:
            continue
    return False


def welcome(settings: Settings) -> str:
    """Return what `up` says once it serves.

    :param settings: of this installation.
    """
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(settings.host, settings.host)  # noqa: S104
    base = f"http://{shown}:{settings.port}"
    with read_only():
        has_demo, has_staff = demo_is_complete(), bool(active_staff())
        rollback_session()
    lines = [
        "",
        "Foreword is running. Ctrl-C stops it.",
        "",
        f"  Portal (staff)   {base}/portal/",
        f"  Help centre      {base}/help",
    ]
    if has_demo:
        lines += [f"  Demo host page   {base}/demo", "", sign_ins()]
    elif not has_staff:
        lines += ["", "Nobody can sign in yet. Create the first administrator:", CREATE]
    return "\n".join([*lines, ""])
