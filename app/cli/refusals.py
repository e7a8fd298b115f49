"""How commands tell what a use case refused."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import click

from app.errors import PortalError


@contextmanager
def said_plainly() -> Iterator[None]:
    """Turn a refusal inside the block into a message and exit code 1."""
    try:
        yield
    except PortalError as error:
        details = [text for texts in error.fields.values() for text in texts]
        raise click.ClickException(" ".join(details) or error.user_message) from error
