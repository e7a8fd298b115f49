"""API tokens from the command line."""

from __future__ import annotations

import click
from flask.cli import with_appcontext

from app.cli.refusals import said_plainly
from app.clock import utc_now
from app.db import unit_of_work
from app.events.actor import SYSTEM
from app.staff.queries import all_api_tokens
from app.staff.services.tokens import (
    SCOPES,
    TICKETS_WRITE,
    create_api_token,
    revoke_api_token,
)


@click.group("tokens")
def tokens() -> None:
    """Create, list and revoke tokens of the JSON API."""


@tokens.command("create")
@click.option("--name", required=True, help="Tells tokens apart; unique.")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    default=(TICKETS_WRITE,),
    show_default=True,
    help=f"What it may do, out of {', '.join(SCOPES)}; several times or separated by spaces.",
)
@with_appcontext
def create(name: str, scopes: tuple[str, ...]) -> None:
    """Make a token and print it. It is shown only now."""
    single = tuple(" ".join(scopes).replace(",", " ").split())
    with said_plainly(), unit_of_work():
        secret = create_api_token(name=name, scopes=single, actor=SYSTEM, now=utc_now())
    click.echo(secret)


@tokens.command("list")
@with_appcontext
def list_tokens() -> None:
    """List all tokens, without their secrets."""
    for token in all_api_tokens():
        state = "revoked" if token.revoked_at else "active"
        used = token.last_used_at.isoformat(timespec="seconds") if token.last_used_at else "never"
        click.echo(f"{token.name}  {token.scope}  {state}  last used: {used}")


@tokens.command("revoke")
@click.argument("name")
@with_appcontext
def revoke(name: str) -> None:
    """End a token at once."""
    with said_plainly(), unit_of_work():
        revoke_api_token(name, actor=SYSTEM, now=utc_now())
    click.echo("The token is revoked.")
