"""``flask demo``: a pretend product with ninety days of support, to look around in."""

from __future__ import annotations

import sys
import time
from types import TracebackType
from typing import Any

import click
from flask import current_app
from flask.cli import AppGroup

from app.cli.refusals import said_plainly
from app.clock import utc_now
from app.config import Settings
from app.seeds.people import read_cast
from app.seeds.services.loading import DEMO_PASSWORD, Loaded, load_demo
from app.seeds.services.wiping import wipe_demo

demo = AppGroup("demo", help="Load the demo, or load it anew.")


@demo.command()
def load() -> None:
    """Load the demo into an empty database."""
    _load_and_tell(_settings())


@demo.command()
def reset() -> None:
    """Empty a database that holds only the demo, and load it anew."""
    settings = _settings()
    with said_plainly():
        wipe_demo(settings=settings, now=utc_now())
    _load_and_tell(settings)


def load_with_progress(settings: Settings) -> Loaded:
    """Load the demo, showing how far it is.

    :raises Conflict: the database holds data.
    """
    with _Meter() as meter:
        return load_demo(settings=settings, now=utc_now(), progress=meter.show)


def sign_ins() -> str:
    """Return who can sign in to the demo, and how, as lines of text."""
    staff = read_cast().staff.values()
    width = max(len(person.email) for person in staff)
    lines = [f"  {person.email:<{width}}  {person.role:<13}  {person.name}" for person in staff]
    return "\n".join([f"Demo sign-ins, all with the password {DEMO_PASSWORD}:", *lines])


def _settings() -> Settings:
    settings: Settings = current_app.extensions["settings"]
    return settings


def _load_and_tell(settings: Settings) -> None:
    started = time.monotonic()
    with said_plainly():
        loaded = load_with_progress(settings)
    click.echo(
        f"Loaded {loaded.articles} articles, {loaded.visits} help sessions and "
        f"{loaded.tickets} tickets in {time.monotonic() - started:.0f} s."
    )
    click.echo(sign_ins())


class _Meter:
    """A bar for each chapter on a terminal, a line for each elsewhere."""

    def __init__(self) -> None:
        self._is_terminal = sys.stdout.isatty()
        self._bar: Any = None
        self._chapter = ""
        self._shown = 0

    def __enter__(self) -> _Meter:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._finish()

    def show(self, chapter: str, done: int, total: int) -> None:
        """Show that a chapter is done so far.

        :param chapter: what is being done.
        :param done: how much of it.
        :param total: of how much.
        """
        if chapter != self._chapter:
            self._finish()
            self._chapter, self._shown = chapter, 0
            if self._is_terminal:
                self._bar = click.progressbar(length=total, label=f"{chapter:<13}", width=32)
                self._bar.__enter__()
            else:
                click.echo(f"{chapter} …")
        if self._bar is not None:
            self._bar.update(done - self._shown)
        self._shown = done

    def _finish(self) -> None:
        if self._bar is not None:
            self._bar.__exit__(None, None, None)
            self._bar = None
