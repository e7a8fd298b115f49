"""The frame of the portal: its home, the command palette and the style guide."""

from __future__ import annotations

from flask import Blueprint, Response, request

from app.clock import utc_now
from app.customers.queries import customers_matching
from app.knowledge.models import Audience
from app.knowledge.services.finding import find_articles
from app.portal.navigation import places, portal_frame
from app.staff.access import current_staff, signed_in
from app.tickets.queries.filters import InboxFilter, Viewer
from app.tickets.queries.inbox import inbox_page
from app.web.htmx import is_fragment_request
from app.web.responses import page, see_other

blueprint = Blueprint("portal", __name__, url_prefix="/portal")
blueprint.app_context_processor(portal_frame)

PALETTE_TICKETS = 6
PALETTE_ARTICLES = 5
PALETTE_CUSTOMERS = 4
TEXT_MAX = 100


@blueprint.get("/")
@signed_in
def index() -> Response:
    """Begin the day in the inbox."""
    return see_other("tickets.inbox")


@blueprint.get("/palette")
@signed_in
def palette() -> Response:
    """Find a page, ticket, article or customer."""
    text = request.args.get("q", "").replace("\x00", "").strip()[:TEXT_MAX]
    words = text.casefold()
    wanted = [place for place in places() if words in str(place.label).casefold()]
    template = "portal/_palette.html" if is_fragment_request() else "portal/palette.html"
    if not text:
        return page(template, text=text, places=wanted, tickets=[], articles=[], customers=[])
    viewer = Viewer(current_staff().id, utc_now())
    tickets = inbox_page(InboxFilter(state="any", text=text), viewer=viewer)
    articles = find_articles(
        text, audiences=frozenset(Audience), limit=PALETTE_ARTICLES, as_you_type=True
    )
    return page(
        template,
        text=text,
        places=wanted,
        tickets=tickets.rows[:PALETTE_TICKETS],
        articles=articles.items,
        customers=customers_matching(text, limit=PALETTE_CUSTOMERS),
    )


@blueprint.get("/styleguide")
@signed_in
def styleguide() -> Response:
    """Show every component in every state."""
    return page("styleguide.html", now=utc_now())
