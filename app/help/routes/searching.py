"""Searching the help centre."""

from __future__ import annotations

from flask import Response, request

from app.help.recording import event_id, record_after, search_events
from app.help.routes.blueprint import blueprint
from app.help.viewer import audiences
from app.knowledge.services import find_articles
from app.web.access import public
from app.web.responses import page

PER_PAGE = 10
AS_YOU_TYPE = 6
LAST_PAGE = 5


@blueprint.get("/help/search")
@public
def search() -> Response:
    """Show what is found for a question, with topics and tags to narrow it down."""
    query = request.args.get("q", "").strip()
    number = min(max(request.args.get("page", 1, type=int), 1), LAST_PAGE)
    category = request.args.get("category") or None
    tags = [tag for tag in request.args.getlist("tag") if tag][:5]
    found = find_articles(
        query,
        audiences=audiences(),
        limit=PER_PAGE,
        offset=(number - 1) * PER_PAGE,
        tags=tags,
        category=category,
        facets=True,
    )
    search_id = event_id()
    response = page(
        "help/search.html",
        query=query,
        found=found,
        number=number,
        pages=min(LAST_PAGE, max(1, -(-found.total // PER_PAGE))),
        category=category,
        tags=tags,
        search_id=search_id,
        first_rank=(number - 1) * PER_PAGE + 1,
    )
    events = search_events(found, search_id) if number == 1 else []
    return record_after(response, events) if events else response


@blueprint.get("/help/suggestions")
@public
def suggestions() -> Response:
    """Answer while somebody types: a fragment of links, not recorded as a search."""
    query = request.args.get("q", "").strip()
    found = find_articles(query, audiences=audiences(), limit=AS_YOU_TYPE, as_you_type=True)
    return page("help/_suggestions.html", query=query, found=found)
