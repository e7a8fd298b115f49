"""Staff accounts from the command line; the way to the first administrator."""

from __future__ import annotations

import sys

import click
from flask.cli import with_appcontext

from app.cli.refusals import said_plainly
from app.clock import utc_now
from app.db import unit_of_work
from app.errors import NotFound
from app.events.actor import SYSTEM
from app.staff.models import Role, Staff
from app.staff.queries import all_staff, staff_by_email
from app.staff.services.accounts import change_password, create_staff, disable_staff
from app.staff.services.passwords import check_new_password, hash_password


@click.group("users")
def users() -> None:
    """Create, list and close staff accounts."""


@users.command("create")
@click.argument("email")
@click.option("--name", required=True, help="As colleagues and customers see it.")
@click.option(
    "--role",
    type=click.Choice([role.value for role in Role]),
    default=Role.ADMINISTRATOR.value,
    show_default=True,
)
@with_appcontext
def create(email: str, name: str, role: str) -> None:
    """Create an account. The password is asked for, or read from standard input."""
    password_hash = _new_password_hash((name, email))
    with said_plainly(), unit_of_work():
        staff = create_staff(
            email=email,
            name=name,
            role=Role(role),
            password_hash=password_hash,
            actor=SYSTEM,
            now=utc_now(),
        )
    click.echo(f"Created {staff.email} ({role}).")


@users.command("password")
@click.argument("email")
@with_appcontext
def password(email: str) -> None:
    """Set a new password for somebody who forgot theirs; ends their sessions."""
    password_hash = _new_password_hash((email,))
    with said_plainly(), unit_of_work():
        change_password(
            _by_email(email),
            password_hash=password_hash,
            keep_token=None,
            actor=SYSTEM,
            now=utc_now(),
        )
    click.echo("The password is changed.")


@users.command("disable")
@click.argument("email")
@with_appcontext
def disable(email: str) -> None:
    """Close an account and end its sessions."""
    with said_plainly(), unit_of_work():
        disable_staff(_by_email(email), actor=SYSTEM, now=utc_now())
    click.echo("The account is closed.")


@users.command("list")
@with_appcontext
def list_users() -> None:
    """List all accounts."""
    for staff in all_staff():
        state = "" if staff.is_active else "  closed"
        click.echo(f"{staff.email}  {staff.role}  {staff.name}{state}")


def _by_email(email: str) -> Staff:
    staff = staff_by_email(email)
    if staff is None:
        raise NotFound(f"There is no account with the address {email}.")
    return staff


def _new_password_hash(about: tuple[str, ...]) -> str:
    """Ask on a terminal, read a line from a pipe: a password never stands in an argument."""
    if sys.stdin.isatty():
        new = click.prompt("Password", hide_input=True, confirmation_prompt=True)
    else:
        new = sys.stdin.readline().rstrip("\n")
    with said_plainly():
        check_new_password(new, about=about)
    return hash_password(new)
