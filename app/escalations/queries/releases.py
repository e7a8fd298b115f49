"""What went out before something broke."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from app.db import db
from app.errors import NotFound
from app.escalations.event_words import Names
from app.escalations.lines import Line
from app.escalations.models import EntryLevel, Escalation, Release
from app.knowledge.models import Category
from app.staff.models import Staff

#: What went out this long before belongs to the story of what broke.
BEFORE = timedelta(days=14)
#: Older ones are looked up in the product's own list.
MOST = 100


@dataclass(frozen=True)
class ReleaseLine:
    """A release in the list."""

    id: int
    version: str
    released_at: datetime
    flags: str
    note: str
    area: str
    who: str


def release_list() -> list[ReleaseLine]:
    """Return the newest releases, the latest first."""
    rows = db.session.execute(
        select(
            Release.id,
            Release.version,
            Release.released_at,
            Release.flags,
            Release.note,
            Category.name.label("area"),
            Staff.name.label("who"),
        )
        .join(Staff, Staff.id == Release.entered_by_id)
        .outerjoin(Category, Category.id == Release.area_id)
        .order_by(Release.released_at.desc(), Release.id.desc())
        .limit(MOST)
    )
    return [ReleaseLine(**(dict(row._mapping) | {"area": row.area or ""})) for row in rows]


def release_by_id(release_id: int) -> Release:
    """Return a release.

    :raises NotFound: there is none.
    """
    found = db.session.get(Release, release_id)
    if found is None:
        raise NotFound
    return found


def release_lines(escalation: Escalation, names: Names) -> Iterator[Line]:
    """Yield what went out in the two weeks before customers suffered, and until it was resolved.

    :param names: see :class:`Names`.
    """
    begins = escalation.impact_started_at or escalation.raised_at
    wanted = select(Release).where(Release.released_at >= begins - BEFORE)
    if escalation.resolved_at is not None:
        wanted = wanted.where(Release.released_at <= escalation.resolved_at)
    for row in db.session.scalars(wanted.order_by(Release.released_at).limit(MOST)):
        said = [f"Release {row.version}", row.flags, row.note]
        same_area = row.area_id is not None and row.area_id == escalation.area_id
        yield Line(
            key=f"release:{row.id}",
            # What touched the very area is worth telling; the rest is for the record.
            level=EntryLevel.STORY if same_area else EntryLevel.LOG,
            happened_at=row.released_at,
            recorded_at=row.created_at,
            text=". ".join(part for part in said if part),
            who=names.staff.get(row.entered_by_id, ""),
            source="release",
            path=f"/portal/escalations/releases#release-{row.id}",
        )
