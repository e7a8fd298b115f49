"""The bell and the page of notices."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Blueprint, Response, redirect, request

from app.clock import utc_now
from app.notices.labels import KIND_ICONS
from app.notices.queries import count_unread, notice_of, notices_of
from app.notices.services import mark_all_read, mark_notice_read
from app.staff.access import current_staff, signed_in
from app.web.htmx import is_fragment_request
from app.web.responses import page, see_other
from app.web.transactions import after_response_write

blueprint = Blueprint("notices", __name__, url_prefix="/portal/notices")


@blueprint.get("")
@signed_in
def index() -> Response:
    """List the viewer's notices."""
    return page("notices/index.html", **_context())


@blueprint.get("/bell")
@signed_in
def bell() -> Response:
    """Answer the bell's poll."""
    unread = count_unread(current_staff().id)
    if request.args.get("seen", type=int) == unread:
        return Response(status=204)
    return page("notices/_bell.html", unread=unread)


@blueprint.get("/<int:notice_id>")
@signed_in
def follow(notice_id: int) -> Response:
    """Go to what a notice is about, and remember that it was read."""
    staff_id = current_staff().id
    notice = notice_of(staff_id, notice_id)
    after_response_write(partial(mark_notice_read, notice.id, staff_id=staff_id, now=utc_now()))
    return redirect(notice.path, code=303)  # type: ignore[return-value]


@blueprint.post("/<int:notice_id>/read")
@signed_in
def read(notice_id: int) -> Response:
    """Mark one notice as read."""
    staff_id = current_staff().id
    mark_notice_read(notice_of(staff_id, notice_id).id, staff_id=staff_id, now=utc_now())
    return _after_reading()


@blueprint.post("/read")
@signed_in
def read_all() -> Response:
    """Mark all notices as read."""
    mark_all_read(current_staff().id, now=utc_now())
    return _after_reading()


def _after_reading() -> Response:
    if not is_fragment_request():
        return see_other("notices.index", **_shown())
    context = _context() | {"unread": count_unread(current_staff().id)}
    return page("notices/index.htmx.html", **context)


def _shown() -> dict[str, Any]:
    """Return which notices the page shows, as its address holds it."""
    return {"show": "all"} if request.args.get("show") == "all" else {}


def _context() -> dict[str, Any]:
    shown = _shown()
    found = notices_of(
        current_staff().id,
        unread_only=not shown,
        number=request.args.get("page", 1, type=int),
    )
    return {"found": found, "shown": shown, "kind_icons": KIND_ICONS}
