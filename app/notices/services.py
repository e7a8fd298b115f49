"""Telling staff something, and noting that they know."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import delete, exists, insert, literal, select, update
from sqlalchemy.orm import aliased

from app.db import UTCDateTime, db
from app.notices.models import Notice
from app.staff.models import Staff

#: A notice that was read this long ago is forgotten.
KEEP_READ = timedelta(days=90)


def notify(
    *,
    staff_ids: Collection[int],
    kind: str,
    text: str,
    path: str,
    now: datetime,
    ticket_id: int | None = None,
    dedupe_key: str | None = None,
) -> None:
    """Add one unread notice for each person, in the caller's transaction.

    Closed accounts are passed over. It is one statement, however many people there are.

    :param kind: what it is about, such as ``mention``; see `app.notices.labels`.
    :param text: one plain sentence.
    :param path: the page of the portal it leads to, such as ``/portal/tickets/12``.
    :param ticket_id: the ticket it is about: who then reads the ticket has read the notice.
    :param dedupe_key: whoever has an unread notice with this key gets no second one.
    :raises ValueError: `path` is no page of the portal.
    """
    if not path.startswith("/portal/"):
        raise ValueError(f"a notice leads into the portal, not to {path!r}")
    if not staff_ids:
        return
    people = select(
        Staff.id,
        literal(kind),
        literal(text),
        literal(path),
        literal(ticket_id, Notice.ticket_id.type),
        literal(dedupe_key, Notice.dedupe_key.type),
        literal(now, UTCDateTime()),
    ).where(Staff.id.in_(staff_ids), Staff.disabled_at.is_(None))
    if dedupe_key is not None:
        waiting = aliased(Notice)
        people = people.where(
            ~exists().where(
                waiting.staff_id == Staff.id,
                waiting.dedupe_key == dedupe_key,
                waiting.read_at.is_(None),
            )
        )
    columns = ["staff_id", "kind", "text", "path", "ticket_id", "dedupe_key", "created_at"]
    db.session.execute(insert(Notice).from_select(columns, people, include_defaults=False))


def mark_notice_read(notice_id: int, *, staff_id: int, now: datetime) -> None:
    """Note that a person has read one of their notices; others' are not touched."""
    _read(staff_id, now, Notice.id == notice_id)


def mark_all_read(staff_id: int, *, now: datetime) -> None:
    """Note that a person has read all their notices."""
    _read(staff_id, now)


def mark_ticket_notices_read(ticket_id: int, *, staff_id: int, now: datetime) -> None:
    """Note that a person has the ticket before them that some of their notices are about."""
    _read(staff_id, now, Notice.ticket_id == ticket_id)


def forget_read_notices(*, now: datetime) -> None:
    """Delete notices that were read long ago."""
    db.session.execute(delete(Notice).where(Notice.read_at < now - KEEP_READ))


def _read(staff_id: int, now: datetime, *which: object) -> None:
    db.session.execute(
        update(Notice)
        .where(Notice.staff_id == staff_id, Notice.read_at.is_(None), *which)  # type: ignore[arg-type]
        .values(read_at=now)
    )
