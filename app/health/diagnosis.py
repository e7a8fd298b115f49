"""Checks that only ``flask doctor`` makes: slower ones, and those about the set-up."""

from __future__ import annotations

import stat
from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy import text

from app.config import Settings
from app.db import db, read_only, rollback_session
from app.health.checks import Check, State, check_index, run_checks
from app.health.mailboxes import check_received_mail
from app.jobs.queries import job_counts
from app.staff.models import Role
from app.staff.queries import active_staff


def diagnose(settings: Settings, *, now: datetime) -> list[Check]:
    """Run every check there is.

    :param settings: of this installation.
    :param now: the current time.
    """
    checks = run_checks(settings, now=now)
    checks += [check_secrets(settings), check_address(settings), check_mail(settings)]
    usable = {check.name: check.state for check in checks}
    if State.FAILED not in (usable["database"], usable.get("migrations")):
        with read_only():
            thorough = check_index(now=now, thorough=True)
            checks = [thorough if check.name == "index" else check for check in checks]
            checks += [check_integrity(), check_jobs(now=now), check_administrator()]
            checks.append(check_received_mail(settings, now=now))
            rollback_session()
    return checks


def check_integrity() -> Check:
    """Let SQLite look through its file."""
    if db.engine.dialect.name != "sqlite":
        return Check("integrity", State.OK, "left to PostgreSQL")
    verdict = db.session.scalar(text("PRAGMA quick_check(1)"))
    if verdict == "ok":
        return Check("integrity", State.OK, "the database file is whole")
    return Check(
        "integrity",
        State.FAILED,
        f"the database file is damaged: {verdict}",
        "Stop Foreword, keep a copy of the file, and restore the newest good backup.",
    )


def check_jobs(*, now: datetime) -> Check:
    """See whether jobs were given up or pile up.

    :param now: the current time.
    """
    counts = job_counts(now=now)
    if counts.dead:
        return Check(
            "jobs",
            State.DEGRADED,
            f"{counts.dead} given up after many tries",
            "The log says why; `flask --app wsgi jobs retry` tries them again.",
        )
    return Check("jobs", State.OK, f"{counts.due} due, {counts.waiting} in all")


def check_administrator() -> Check:
    """See whether anybody can manage the team."""
    if any(member.role == Role.ADMINISTRATOR for member in active_staff()):
        return Check("administrator", State.OK, "there is one")
    return Check(
        "administrator",
        State.DEGRADED,
        "nobody can manage team and sites",
        "Create one: `flask --app wsgi users create you@example.com --name 'Your Name'`.",
    )


def check_secrets(settings: Settings) -> Check:
    """See that nobody else on the machine can read the signing key.

    :param settings: name the directory.
    """
    path = settings.data_dir / "secret_key"
    if not path.exists():
        return Check("secrets", State.OK, "SECRET_KEY comes from the environment")
    if path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
        return Check(
            "secrets",
            State.DEGRADED,
            "other users of this machine can read the signing key",
            f"chmod 600 {path}",
        )
    return Check("secrets", State.OK, "the signing key is private")


def check_address(settings: Settings) -> Check:
    """See that the public address is encrypted unless it is this machine's own.

    :param settings: name the address.
    """
    parts = urlsplit(settings.base_url)
    if parts.scheme == "https" or parts.hostname in ("localhost", "127.0.0.1", "::1"):
        return Check("address", State.OK, settings.base_url)
    return Check(
        "address",
        State.DEGRADED,
        f"{settings.base_url} is not encrypted; sign-ins can be read on the way",
        "Put a proxy with TLS in front and set BASE_URL to its https address.",
    )


def check_mail(settings: Settings) -> Check:
    """Say whether mail leaves.

    :param settings: name the server.
    """
    if settings.mail_url:
        return Check("mail", State.OK, "a server is set")
    return Check("mail", State.OK, "MAIL_URL is empty: mail stays in the outbox, unsent")
