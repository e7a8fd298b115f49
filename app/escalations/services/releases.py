"""Noting what went out."""

from __future__ import annotations

from datetime import datetime

from app.db import db
from app.errors import Invalid
from app.escalations.models import Release
from app.events.actor import staff_actor
from app.events.catalogue.escalations import ReleaseNoted, ReleaseTakenOff
from app.events.services import record
from app.staff.models import Staff
from app.texts import clean_line
from app.tickets.services.texts import clean_body, too_long

VERSION_MAX = 80
WORDS_MAX = 2_000


def note_release(
    *,
    version: str,
    released_at: datetime | None,
    flags: str,
    note: str,
    area_id: int | None,
    by: Staff,
    now: datetime,
) -> Release:
    """Note that a version went out, or that a flag was switched.

    :param version: as the team names it.
    :param released_at: when customers got it; None is now.
    :param flags: what was switched with it.
    :param note: what else is worth knowing.
    :param area_id: what it is about; None for everything.
    :param by: whoever notes it.
    :raises Invalid: something is missing or too long, or is still to come.
    """
    version, flags, note = clean_line(version), clean_line(flags), clean_body(note)
    errors: dict[str, list[str]] = {}
    if not version:
        errors["version"] = ["Please name it."]
    elif len(version) > VERSION_MAX:
        errors["version"] = [too_long(VERSION_MAX)]
    for name, text in (("flags", flags), ("note", note)):
        if len(text) > WORDS_MAX:
            errors[name] = [too_long(WORDS_MAX)]
    if released_at is not None and released_at > now:
        errors["released_at"] = ["This is still to come."]
    if errors:
        raise Invalid(fields=errors)
    release = Release(
        version=version,
        released_at=released_at or now,
        flags=flags,
        note=note,
        area_id=area_id,
        entered_by_id=by.id,
        created_at=now,
    )
    db.session.add(release)
    db.session.flush()  # the event names it
    record(ReleaseNoted(release.id, version), actor=staff_actor(by.id), at=now)
    return release


def take_release_off(release: Release, *, by: Staff, now: datetime) -> None:
    """Take a release off the list that was noted by mistake; that it was stays on record.

    :param by: whoever takes it off.
    """
    event = ReleaseTakenOff(release.id, release.version)
    db.session.delete(release)
    record(event, actor=staff_actor(by.id), at=now)
