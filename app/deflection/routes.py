"""The intake of help events, and the deflection pages of the portal."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

from flask import Blueprint, Response, request, url_for
from flask_login import current_user

from app.clock import utc_now
from app.deflection.forms import DAYS, ReportFilter, report_filter, session_filter
from app.deflection.models import Surface
from app.deflection.queries.articles import articles_between, remarks_between
from app.deflection.queries.listing import describe_session, sessions_between
from app.deflection.queries.outcomes import (
    outcomes_between,
    sensitivity_to_reading,
    weeks_until,
    writers_who_tried,
)
from app.deflection.queries.searches import SearchRow, searches_between
from app.deflection.queries.sessions import help_session, site_names
from app.deflection.queries.trails import trail_of_session
from app.deflection.services.recording import HelpSource, record_help_events
from app.deflection.vocabulary import parse_batch
from app.errors import Invalid
from app.limits.services import hit_in_memory, limit_key
from app.staff.access import signed_in
from app.web.access import public
from app.web.responses import page
from app.web.settings import current_settings

blueprint = Blueprint("deflection", __name__)

#: A full batch of the longest events is smaller.
MAX_BODY_BYTES = 128 * 1024
#: Batches a minute from one address; a whole office may share one.
MAX_BATCHES = 240
#: Rows of each table; the rest is in the lists behind it.
TOP = 10


@blueprint.post("/help/events")
@public
def collect() -> tuple[str, int]:
    """Take a batch of events from the help centre's script."""
    settings, now = current_settings(), utc_now()
    address = limit_key("help-events", request.remote_addr or "", secret=settings.secret_key)
    hit_in_memory(address, limit=MAX_BATCHES, window_seconds=60, now=now)
    batch = parse_batch(_json_body())
    record_help_events(
        HelpSource(
            session_key=batch.session_key,
            surface=Surface.HELP,
            user_agent=request.user_agent.string,
            locale=batch.locale,
            is_staff=bool(current_user.is_authenticated),
            had_input=batch.had_input,
        ),
        events=batch.events,
        settings=settings,
        now=now,
    )
    return "", 204


def _json_body() -> Any:
    """Decode the body whatever type it claims: beacons say ``text/plain``."""
    body = request.get_data(cache=False)
    if len(body) > MAX_BODY_BYTES:
        raise Invalid("That is more than a batch of events.")
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise Invalid("The body must be JSON.") from None


@blueprint.get("/portal/deflection")
@signed_in
def index() -> Response:
    """Show how help sessions ended, and what people searched for."""
    asked = report_filter(request.args)
    scope = asked.scope(now=utc_now(), settings=current_settings())
    before = scope.before()
    counts = outcomes_between(scope)
    searches = searches_between(scope)
    return page(
        "deflection/index.html",
        asked=asked,
        scope=scope,
        all_days=DAYS,
        sites=site_names(),
        counts=counts,
        before=outcomes_between(before),
        sensitivity=sensitivity_to_reading(scope, counts),
        weeks=weeks_until(scope),
        tried=writers_who_tried(scope),
        tried_before=writers_who_tried(before),
        tables=_search_tables(searches),
        search_count=sum(row.times for row in searches),
        articles=articles_between(scope),
        remarks=remarks_between(scope),
        settings=current_settings(),
        top=TOP,
        here=partial(_address, "deflection.index", asked),
        behind=partial(_address, "deflection.sessions", asked),
    )


def _address(endpoint: str, asked: ReportFilter, **changes: Any) -> str:
    """Return an address of the same period, site and surface, changed where named."""
    return url_for(endpoint, **asked.args(**changes))


def _search_tables(searches: list[SearchRow]) -> dict[str, list[SearchRow]]:
    """Return the rows of the four tables of searches, each ordered by what it is about."""

    def most(figure: str) -> list[SearchRow]:
        rows = [row for row in searches if getattr(row, figure)]
        return sorted(rows, key=lambda row: -getattr(row, figure))[:TOP]

    return {
        "times": most("times"),
        "without_result": most("without_result"),
        "without_click": most("without_click"),
        "with_ticket": most("with_ticket"),
    }


@blueprint.get("/portal/deflection/sessions")
@signed_in
def sessions() -> Response:
    """List the help sessions behind a number."""
    asked = report_filter(request.args)
    wanted = session_filter(request.args)
    scope = asked.scope(now=utc_now(), settings=current_settings())
    number = request.args.get("page", 1, type=int)
    arguments: dict[str, Any] = request.args.to_dict()

    def address(page_number: int) -> str:
        return url_for("deflection.sessions", **(arguments | {"page": page_number}))

    return page(
        "deflection/sessions.html",
        asked=asked,
        scope=scope,
        wanted=wanted,
        query=request.args.get("query", ""),
        found=sessions_between(scope, wanted, number=number),
        here=partial(_address, "deflection.index", asked),
        address=address,
    )


@blueprint.get("/portal/deflection/sessions/<int:session_id>")
@signed_in
def session(session_id: int) -> Response:
    """Show one help session: its trail and why it counts as it does."""
    found = help_session(session_id)
    return page(
        "deflection/session.html",
        row=describe_session(found),
        trail=trail_of_session(found.id),
        settings=current_settings(),
    )
