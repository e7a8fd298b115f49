"""Reading the notices of one person."""

from __future__ import annotations

from sqlalchemy import Integer, bindparam, func, select

from app.db import db, fetch
from app.errors import NotFound
from app.notices.models import Notice
from app.web.pagination import Page, paginate

#: Beyond this the bell says "99+".
MOST_COUNTED = 100
PER_PAGE = 50

#: Every page of the portal asks this; built once.
_UNREAD = select(func.count()).select_from(
    select(Notice.id)
    .where(Notice.staff_id == bindparam("staff_id", type_=Integer), Notice.read_at.is_(None))
    .limit(MOST_COUNTED)
    .subquery()
)


def count_unread(staff_id: int) -> int:
    """Return how many notices a person has not read, at most :data:`MOST_COUNTED`."""
    return int(fetch(_UNREAD, staff_id=staff_id).scalar_one())


def has_unread_about(ticket_id: int, *, staff_id: int) -> bool:
    """Say whether a person has an unread notice about a ticket."""
    return fetch(_UNREAD_ABOUT, ticket_id=ticket_id, staff_id=staff_id).first() is not None


_UNREAD_ABOUT = (
    select(Notice.id)
    .where(
        Notice.staff_id == bindparam("staff_id", type_=Integer),
        Notice.read_at.is_(None),
        Notice.ticket_id == bindparam("ticket_id", type_=Integer),
    )
    .limit(1)
)


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
