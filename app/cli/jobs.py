"""The worker's command."""

from __future__ import annotations

import signal

import click
from flask.cli import with_appcontext

from app.clock import utc_now
from app.db import unit_of_work
from app.jobs.services import retry_dead_jobs
from app.jobs.worker import Worker
from app.subscriptions import INDEXER, PERIODIC_JOBS


@click.group("jobs")
def jobs() -> None:
    """Run what was put off: mail, index entries, cleaning up."""


@jobs.command("run")
@click.option("--once", is_flag=True, help="Do what is due now and end.")
@with_appcontext
def run(once: bool) -> None:
    """Work until stopped (Ctrl-C or SIGTERM finish the job in hand first)."""
    worker = Worker(indexer=INDEXER, periodic=PERIODIC_JOBS)
    if once:
        worker.run_once()
        return
    run_until_signalled(worker)


@jobs.command("retry")
@with_appcontext
def retry() -> None:
    """Try the jobs again that were given up."""
    with unit_of_work():
        count = retry_dead_jobs(now=utc_now())
    click.echo(f"{count} jobs will run again.")


def run_until_signalled(worker: Worker) -> None:
    """Run a worker in this process until SIGTERM or SIGINT.

    :param worker: not yet running.
    """

    def stop(_number: int, _frame: object) -> None:
        worker.stop()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    worker.run()
