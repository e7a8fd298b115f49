"""Import and export of the knowledge base."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from app.db import read_only, rollback_session
from app.events.actor import SYSTEM
from app.knowledge.exchange import (
    ReadRecord,
    export_articles,
    import_records,
    read_folder,
    read_lines,
)
from app.knowledge.exchange.images import ImageStore
from app.knowledge.exchange.records import DEFAULT_SOURCE

#: A line of progress after so many records.
PROGRESS_EVERY = 1_000


@click.group()
def kb() -> None:
    """Move articles in and out."""


@kb.command("import")
@click.argument("path", type=click.Path(exists=True, path_type=Path))
@click.option(
    "--format",
    "form",
    type=click.Choice(["auto", "jsonl", "markdown"]),
    default="auto",
    help="What PATH is; auto takes folders and .md files for Markdown, others for JSON lines.",
)
@click.option("--dry-run", is_flag=True, help="Say what would change and change nothing.")
@click.option(
    "--source",
    default=DEFAULT_SOURCE,
    show_default=True,
    help="Names where the articles come from; ids are unique within it.",
)
@with_appcontext
def import_command(path: Path, form: str, dry_run: bool, source: str) -> None:
    """Import articles from a JSON lines file or a folder of Markdown.

    Importing again updates what has changed and leaves the rest. What cannot be imported is
    reported with its place and reason, the rest is imported, and the exit code is 1.
    """
    report = import_records(
        _reader(path, form, dry_run=dry_run, source=source),
        actor=SYSTEM,
        dry_run=dry_run,
        on_problem=lambda place, reason: click.echo(f"{place}: {reason}", err=True),
        on_batch=_progress,
    )
    click.echo(f"{'Dry run: ' if dry_run else ''}{report.summary}")
    if report.problems:
        raise SystemExit(1)


@kb.command("export")
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path))
@with_appcontext
def export_command(directory: Path) -> None:
    """Export all articles as JSON lines and as a folder of Markdown."""
    settings = current_app.extensions["settings"]
    with read_only():
        report = export_articles(directory, files_dir=settings.files_dir)
        rollback_session()
    click.echo(f"{report.articles} articles and {report.images} images in {directory}")


def _reader(path: Path, form: str, *, dry_run: bool, source: str) -> Iterator[ReadRecord]:
    if form == "auto":
        form = "markdown" if path.is_dir() or path.suffix == ".md" else "jsonl"
    if form == "jsonl":
        if path.is_dir():
            raise click.ClickException(f"{path} is a folder, not a file of JSON lines.")
        return read_lines(path, source=source)
    settings = current_app.extensions["settings"]
    images = ImageStore(
        files_dir=settings.files_dir,
        max_bytes=settings.max_upload_mb * 1024 * 1024,
        dry_run=dry_run,
    )
    return read_folder(path, images=images, source=source)


def _progress(done: int) -> None:
    if done % PROGRESS_EVERY == 0:
        click.echo(f"{done:,} read", err=True)
