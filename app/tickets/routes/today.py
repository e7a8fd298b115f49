"""The day's page: where a day begins."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from flask import Response

from app.clock import utc_now
from app.notices.queries import count_unread
from app.staff.access import current_staff, signed_in
from app.tickets.blueprint import blueprint
from app.tickets.queries.filters import Viewer
from app.tickets.queries.today import lists_of_the_day, promises_due
from app.web.responses import page
from app.web.settings import current_settings


@blueprint.get("/day")
@signed_in
def day() -> Response:
    """Show what was promised and what waits, broken promises first."""
    staff, now = current_staff(), utc_now()
    viewer = Viewer(staff.id, now)
    midnight = now.astimezone(ZoneInfo(current_settings().timezone)).replace(
        hour=0, minute=0, second=0, microsecond=0
    ) + timedelta(days=1)
    promises = promises_due(viewer, until=midnight + timedelta(days=6))
    return page(
        "tickets/day.html",
        now=now,
        broken=[each for each in promises if each.is_broken],
        today=[each for each in promises if not each.is_broken and each.due_at < midnight],
        later=[each for each in promises if not each.is_broken and each.due_at >= midnight],
        lists=lists_of_the_day(viewer),
        unread=count_unread(staff.id),
    )
