"""Commands for mail that comes in."""

from __future__ import annotations

import sys

import click
from flask import current_app
from flask.cli import with_appcontext

from app.clock import utc_now
from app.config import Settings
from app.db import unit_of_work
from app.mailbox.fetching import fetch_new
from app.mailbox.imap import MailboxTrouble
from app.mailbox.limits import KEPT_OF_LARGER, MAX_BYTES
from app.mailbox.services.receiving import Place, keep_mail

#: Tells the mail server to try again later. Source: sysexits.h, EX_TEMPFAIL.
TRY_AGAIN = 75
_CHUNK = 256 * 1024


@click.group("mail")
def mail() -> None:
    """Take mail in."""


@mail.command("ingest")
@click.option("--recipient", default="", help="Address it was delivered to.")
@with_appcontext
def ingest(recipient: str) -> None:
    """Take one mail from standard input.

    Ends with 0 once it is kept, and with 75 if not: then the mail server keeps it and tries again.
    """
    try:
        raw, size = _read()
        with unit_of_work():
            place = Place(envelope_to=recipient.strip().strip("<>"))
            keep_mail(raw, now=utc_now(), place=place, size_bytes=size)
    except Exception as error:
        # Whatever it is, the mail is not kept: the server must know.
        click.echo(f"not taken: {type(error).__name__}", err=True)
        raise SystemExit(TRY_AGAIN) from error


def _read() -> tuple[bytes, int]:
    """Return the beginning of standard input, as much as is kept, and the size of it all.

    :raises EOFError: there is nothing.
    """
    stream = sys.stdin.buffer
    kept = stream.read(MAX_BYTES)
    size = len(kept)
    while chunk := stream.read(_CHUNK):
        size += len(chunk)
    if not kept.strip():
        raise EOFError
    return (kept if size <= MAX_BYTES else kept[:KEPT_OF_LARGER]), size


@mail.command("fetch")
@with_appcontext
def fetch() -> None:
    """Take what is new in the mailbox (IMAP_URL); the worker does so every 30 seconds."""
    settings: Settings = current_app.extensions["settings"]
    try:
        fetched = fetch_new(settings.imap_url)
    except (MailboxTrouble, ValueError) as trouble:
        raise click.ClickException(str(trouble)) from trouble
    click.echo(f"{fetched.taken} mails taken{', and there are more' if fetched.has_more else ''}.")
