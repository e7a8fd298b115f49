"""Backups from the command line."""

from __future__ import annotations

from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from app.backups.archive import Manifest, create_backup, restore_backup, verify_backup
from app.cli.refusals import said_plainly
from app.clock import utc_now
from app.config import Settings

ARCHIVE = click.Path(dir_okay=False, path_type=Path)


@click.group("backup")
def backup() -> None:
    """Save everything to one file, check it, bring it back."""


@backup.command("create")
@click.argument("path", type=ARCHIVE, required=False)
@with_appcontext
def create(path: Path | None) -> None:
    """Write a backup to PATH, or to DATA_DIR/backups under the present time."""
    settings, now = _settings(), utc_now()
    target = path or settings.data_dir / "backups" / f"foreword-{now:%Y%m%dT%H%M%SZ}.tar"
    with said_plainly():
        manifest = create_backup(target, settings=settings, now=now)
    click.echo(f"{target}: {_summary(manifest)}")


@backup.command("verify")
@click.argument("path", type=ARCHIVE)
@with_appcontext
def verify(path: Path) -> None:
    """Check that a backup is whole: every hash, and the database's own check."""
    with said_plainly():
        manifest = verify_backup(path, settings=_settings())
    click.echo(f"{path} is whole: {_summary(manifest)}")


@backup.command("restore")
@click.argument("path", type=ARCHIVE)
@with_appcontext
def restore(path: Path) -> None:
    """Fill an empty installation from a backup. Stop Foreword first."""
    with said_plainly():
        manifest = restore_backup(path, settings=_settings())
    click.echo(f"Restored {_summary(manifest)}. The worker rebuilds the search index.")


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings


def _summary(manifest: Manifest) -> str:
    attachments = sum(name.startswith("files/") for name in manifest.files)
    return f"database of {manifest.made_at}, {attachments} attachments"
