"""Letting go of what people did after its time, and keeping the totals."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

from sqlalchemy import ColumnElement, delete, func, select

from app.db import db
from app.deflection.models import HelpContact, HelpDaily, HelpSession

#: How long single acts are kept. Source: docs/deflection.md, "How long".
KEEP_DAYS = 90


def total_old_sessions(*, now: datetime, most_days: int = 31) -> int:
    """Turn the sessions of days longer ago than 90 days into one row a day, site and outcome.

    Sessions whose outcome is still open wait for the next time. The trail of a ticket goes with
    its session; the ticket stays.

    :param most_days: at most so many days at once, oldest first.
    :returns: the number of sessions deleted.
    """
    midnight = datetime.combine(now.astimezone(UTC).date(), time.min, UTC)
    cutoff = midnight - timedelta(days=KEEP_DAYS)
    decided = HelpSession.recheck_at.is_(None)
    deleted = 0
    for _ in range(most_days):
        oldest = db.session.scalar(
            select(func.min(HelpSession.started_at)).where(decided, HelpSession.started_at < cutoff)
        )
        if oldest is None:
            break
        begin = datetime.combine(oldest.astimezone(UTC).date(), time.min, UTC)
        of_day = (
            decided,
            HelpSession.started_at >= begin,
            HelpSession.started_at < begin + timedelta(days=1),
        )
        _add_totals(begin, *of_day)
        result = db.session.execute(delete(HelpSession).where(*of_day))
        deleted += int(result.rowcount)  # type: ignore[attr-defined]
    db.session.execute(delete(HelpContact).where(HelpContact.at < cutoff))
    return deleted


def _add_totals(begin: datetime, *of_day: ColumnElement[bool]) -> None:
    """Add a day's sessions to its totals, which an earlier run may have begun."""
    group = (
        HelpSession.site_id,
        HelpSession.surface,
        HelpSession.outcome,
        HelpSession.excluded,
    )
    for site_id, surface, outcome, excluded, count in db.session.execute(
        select(*group, func.count())
        .where(*of_day, HelpSession.has_intent.is_(True))
        .group_by(*group)
    ).all():
        total = db.session.scalar(
            select(HelpDaily).where(
                HelpDaily.day == begin.date(),
                HelpDaily.site_id.is_not_distinct_from(site_id),
                HelpDaily.surface == surface,
                HelpDaily.outcome == outcome,
                HelpDaily.excluded == excluded,
            )
        )
        if total is None:
            total = HelpDaily(
                day=begin.date(),
                site_id=site_id,
                surface=surface,
                outcome=outcome,
                excluded=excluded,
                sessions=0,
            )
            db.session.add(total)
        total.sessions += count
