"""Say what is wrong with an installation, and what to do about it."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import with_appcontext

from app.clock import utc_now
from app.config import Settings
from app.health.checks import State
from app.health.diagnosis import diagnose

MARKS = {State.OK: "ok      ", State.DEGRADED: "degraded", State.FAILED: "FAILED  "}


@click.command("doctor")
@with_appcontext
def doctor() -> None:
    """Check everything and give advice; exit code 1 if anything is not well."""
    settings: Settings = current_app.extensions["settings"]
    checks = diagnose(settings, now=utc_now())
    for check in checks:
        click.echo(f"{MARKS[check.state]}  {check.name}: {check.detail}")
        if check.advice:
            click.echo(f"          → {check.advice}")
    if any(check.state is not State.OK for check in checks):
        raise SystemExit(1)
