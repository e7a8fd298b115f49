"""Reading the notices of one person."""

from __future__ import annotations

from sqlalchemy import func, select

from app.db import db
from app.errors import NotFound
from app.notices.models import Notice
from app.web.pagination import Page, paginate

#: Beyond this the bell says "99+".
MOST_COUNTED = 100
PER_PAGE = 50


def count_unread(staff_id: int) -> int:
    """Return how many notices a person has not read, at most :data:`MOST_COUNTED`."""
    unread = (
        select(Notice.id)
        .where(Notice.staff_id == staff_id, Notice.read_at.is_(None))
        .limit(MOST_COUNTED)
        .subquery()
    )
    return db.session.scalar(select(func.count()).select_from(unread)) or 0


def notices_of(staff_id: int, *, unread_only: bool, number: int) -> Page[Notice]:
    """Return a page of a person's notices, newest first.

    :param number: wanted page, from 1.
    """
    query = select(Notice).where(Notice.staff_id == staff_id).order_by(Notice.id.desc())
    if unread_only:
        query = query.where(Notice.read_at.is_(None))
    return paginate(db.session(), query, number=number, per_page=PER_PAGE)


def notice_of(staff_id: int, notice_id: int) -> Notice:
    """Return one notice of a person.

    :raises NotFound: there is none, or it is somebody else's.
    """
    notice = db.session.scalar(
        select(Notice).where(Notice.id == notice_id, Notice.staff_id == staff_id)
    )
    if notice is None:
        raise NotFound
    return notice
