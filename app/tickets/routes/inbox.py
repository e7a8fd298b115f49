"""The inbox: the list, and a ticket beside it."""

from __future__ import annotations

from functools import partial

from flask import Response, request, url_for

from app.clock import utc_now
from app.knowledge.models import Audience
from app.knowledge.services.finding import find_articles
from app.notices.queries import has_unread_about
from app.notices.services import mark_ticket_notices_read
from app.staff.access import current_staff, signed_in
from app.tickets.blueprint import blueprint
from app.tickets.queries.threads import Thread, thread_mark
from app.tickets.queries.visibility import ticket_visible_to
from app.tickets.routes.context import (
    about_context,
    filter_context,
    list_context,
    list_page_context,
    properties_context,
    thread_context,
    ticket_context,
    views_context,
    wanted_query,
)
from app.tickets.services.seen import mark_read
from app.web.htmx import is_fragment_request, replace_address
from app.web.responses import page
from app.web.settings import current_settings
from app.web.transactions import after_response_write

#: A link to an article that only staff may read would be a dead end for the customer.
LINKABLE = frozenset({Audience.PUBLIC, Audience.CUSTOMERS})


def unchanged() -> Response:
    """Answer a poll that nothing is new; htmx then leaves the page alone."""
    return Response(status=204)


def note_reading(ticket_id: int, thread: Thread) -> None:
    """Remember, once the answer is sent, that the viewer has the thread before them."""
    viewer, now = current_staff().id, utc_now()
    if not thread.is_read:
        after_response_write(partial(mark_read, ticket_id, staff_id=viewer, now=now))
    if has_unread_about(ticket_id, staff_id=viewer):
        after_response_write(partial(mark_ticket_notices_read, ticket_id, staff_id=viewer, now=now))


@blueprint.get("/inbox")
@signed_in
def inbox() -> Response:
    """Show the list, with nothing open."""
    return page(_template("inbox"), **list_page_context())


@blueprint.get("/inbox/list")
@signed_in
def list_pane() -> Response:
    """Show the list beside a ticket that came first."""
    return page("tickets/list.htmx.html", **list_page_context())


@blueprint.get("/inbox/filter")
@signed_in
def filter_form() -> Response:
    """Show what else the list can be narrowed down by."""
    return page(_template("filter"), **filter_context())


@blueprint.get("/inbox/rows")
@signed_in
def rows() -> Response:
    """Answer the list's poll, or its filter."""
    context = list_context()
    if request.args.get("seen") == context["tickets"].fingerprint:
        return unchanged()
    selected = request.args.get("selected", type=int)
    context |= views_context(context["query"], counted=True)
    response = page("tickets/rows.htmx.html", selected=selected, **context)
    if "filtered" in request.args:
        here = "tickets.show" if selected else "tickets.inbox"
        replace_address(response, url_for(here, number=selected, **context["query"]))
    return response


@blueprint.get("/inbox/counts")
@signed_in
def counts() -> Response:
    """Answer the poll of the views' numbers."""
    query = wanted_query()
    return page("tickets/counts.htmx.html", query=query, **views_context(query, counted=True))


@blueprint.get("/tickets/<int:number>")
@signed_in
def show(number: int) -> Response:
    """Show a ticket; a page loads the list beside it afterwards, a fragment leaves it as it is."""
    ticket = ticket_visible_to(current_staff(), number)
    context = ticket_context(ticket)
    note_reading(ticket.id, context["thread"])
    template = "tickets/ticket.htmx.html" if is_fragment_request() else "tickets/inbox.html"
    return page(template, **context)


@blueprint.get("/tickets/<int:number>/about")
@signed_in
def about(number: int) -> Response:
    """Show what stands beside a conversation."""
    ticket = ticket_visible_to(current_staff(), number)
    return page(_template("about"), **about_context(ticket))


@blueprint.get("/tickets/<int:number>/thread")
@signed_in
def thread(number: int) -> Response:
    """Answer the conversation's poll."""
    ticket = ticket_visible_to(current_staff(), number)
    if request.args.get("seen") == thread_mark(ticket):
        return unchanged()
    context = thread_context(ticket) | properties_context(ticket)
    response = page("tickets/thread.htmx.html", **context)
    note_reading(ticket.id, context["thread"])
    return response


@blueprint.get("/tickets/articles")
@signed_in
def articles() -> Response:
    """Find articles to put a link to one into an answer."""
    found = find_articles(
        request.args.get("article", ""), audiences=LINKABLE, limit=6, as_you_type=True
    )
    return page("tickets/_articles.html", found=found, base_url=current_settings().base_url)


def _template(name: str) -> str:
    return f"tickets/{name}.htmx.html" if is_fragment_request() else f"tickets/{name}.html"
