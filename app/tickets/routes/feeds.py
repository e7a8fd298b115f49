"""Promises in one's own calendar programme, under a secret address that can be revoked."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Response, flash, request
from flask_babel import gettext as _

from app.clock import utc_now
from app.errors import NotFound
from app.promises.calendar_feed import calendar_of
from app.promises.models import FeedScope
from app.promises.services.feeds import close_feed, feed_of_token, open_feed, open_feeds
from app.staff.access import current_staff, signed_in
from app.tickets.blueprint import blueprint
from app.tickets.queries.promise_feed import feed_entries
from app.web.access import public
from app.web.responses import page, see_other
from app.web.settings import current_settings

NAMES = {FeedScope.OWN: "My promises", FeedScope.TEAM: "Our promises"}


@blueprint.get("/day/calendar")
@signed_in
def calendar() -> Response:
    """Show which feeds there are."""
    return _page()


@blueprint.post("/day/calendar/<scope>")
@signed_in
def change_calendar(scope: str) -> Response:
    """Make the address of a feed and show it this once, or revoke it."""
    if scope not in set(FeedScope):
        raise NotFound
    staff_id, wanted = current_staff().id, FeedScope(scope)
    if request.form.get("act") == "revoke":
        close_feed(staff_id, wanted, now=utc_now())
        flash(_("The address opens nothing any more."), "success")
        return see_other("tickets.calendar")
    token = open_feed(staff_id, wanted, now=utc_now())
    return _page(address=f"{current_settings().base_url}/portal/feeds/promises/{token}.ics")


@blueprint.get("/feeds/promises/<token>.ics")
@public
def promise_feed(token: str) -> Response:
    """Give a calendar programme the promises of a feed."""
    settings = current_settings()
    feed = feed_of_token(token)
    body = calendar_of(
        feed_entries(feed, base_url=settings.base_url, now=utc_now()),
        name=NAMES[FeedScope(feed.scope)],
        host=urlsplit(settings.base_url).hostname or "localhost",
    )
    response = Response(body, content_type="text/calendar; charset=utf-8")
    response.headers["Cache-Control"] = "private, no-cache"
    response.add_etag()
    response.make_conditional(request)
    return response


def _page(address: str = "") -> Response:
    return page("tickets/calendar.html", opened=open_feeds(current_staff().id), address=address)
