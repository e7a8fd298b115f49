"""What the templates of the inbox are given."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import request, url_for

from app.care.forms import KIND_LABELS
from app.care.queries import flags_of_ticket
from app.clock import utc_now
from app.deflection.queries.trails import trail_of_ticket
from app.knowledge.markdown import render_message, render_plain_text
from app.knowledge.queries.categories import category_paths
from app.satisfaction.forms import SCORE_LABELS
from app.satisfaction.models import SurveyState
from app.satisfaction.queries import surveys_of_ticket
from app.staff.access import current_staff
from app.tickets.forms import FILTER_LABELS, PRIORITY_LABELS, STATE_LABELS, ComposerForm
from app.tickets.labels import (
    ARGUMENT_LABELS,
    CHANNEL_LABELS,
    COLUMN_LABELS,
    DISPOSITION_LABELS,
    LEFT_OUT_LABELS,
    ORDER_LABELS,
    RELATION_LABELS,
    RESOLUTION_LABELS,
    VIEW_LABELS,
)
from app.tickets.models import Ticket, TicketState
from app.tickets.queries.addresses import USUAL_COLUMNS, filter_args, read_filter
from app.tickets.queries.filters import PROMISE_SOON, InboxFilter, Viewer
from app.tickets.queries.inbox import (
    assignable_staff,
    inbox_page,
    sites_with_names,
    teams_with_names,
)
from app.tickets.queries.relations import related_tickets
from app.tickets.queries.search_syntax import with_typed_facets
from app.tickets.queries.threads import earlier_tickets, thread_for_staff
from app.tickets.queries.views import counted_views, views_for
from app.tickets.queries.won import wins_of_ticket
from app.tickets.routes.beside_context import account_context, filed_context, spent_context
from app.tickets.routes.clock_context import clocks_context
from app.tickets.routes.drafts import draft_context
from app.tickets.routes.knowledge_context import knowledge_context
from app.tickets.routes.promise_context import composer_promises, promises_context
from app.tickets.states import STAFF_MOVES
from app.web.settings import current_settings


def wanted_filter() -> InboxFilter:
    """Return the filter in the address; several values of one name count as one list."""
    args = {name: ",".join(request.args.getlist(name)) for name in request.args}
    return read_filter(with_typed_facets(args))


def wanted_query() -> dict[str, str]:
    """Return the filter of the list as addresses hold it, to keep it on the way."""
    return filter_args(wanted_filter())


def list_context() -> dict[str, Any]:
    """Return what the list of tickets needs, for the filter in the address."""
    viewer = Viewer(current_staff().id, utc_now())
    wanted = wanted_filter()
    return {
        "tickets": inbox_page(wanted, viewer=viewer),
        "wanted": wanted,
        "query": filter_args(wanted),
        "row_address": _row_address(filter_args(wanted) | {"after": wanted.after}),
        "columns": wanted.columns or USUAL_COLUMNS,
        "ignored": [ARGUMENT_LABELS[name] for name in wanted.ignored],
    }


def views_context(query: Mapping[str, str], *, counted: bool) -> dict[str, Any]:
    """Return the views, and which one the address shows.

    :param query: the filter as addresses hold it.
    :param counted: with their numbers, which cost more than all the rest of the list.
    """
    staff = current_staff()
    views = (
        counted_views(staff, viewer=Viewer(staff.id, utc_now())) if counted else views_for(staff)
    )
    shown = next((view for view in views if view.query == query), None)
    return {"views": views, "view_shown": shown, "view_labels": VIEW_LABELS, "counted": counted}


def list_page_context() -> dict[str, Any]:
    """Return what the list and its head need."""
    context = list_context()
    query = context["query"]
    return (
        context
        | views_context(query, counted=False)
        | {
            "selected": request.args.get("selected", type=int),
            "filter_labels": FILTER_LABELS,
            "is_page": False,
            "ticket": None,
        }
    )


def filter_context() -> dict[str, Any]:
    """Return everything that the filter form offers."""
    wanted = wanted_filter()
    return {
        "wanted": wanted,
        "query": filter_args(wanted),
        "columns": wanted.columns or USUAL_COLUMNS,
        "sites": sites_with_names(),
        "teams": teams_with_names(),
        "categories": category_paths(),
        "people": assignable_staff(),
        "filter_labels": FILTER_LABELS,
        "order_labels": ORDER_LABELS,
        "resolution_labels": RESOLUTION_LABELS,
        "disposition_labels": DISPOSITION_LABELS,
        "priority_labels": PRIORITY_LABELS,
        "column_labels": COLUMN_LABELS,
        "channel_labels": CHANNEL_LABELS,
        "is_page": True,
    }


def properties_context(ticket: Ticket) -> dict[str, Any]:
    """Return what the property forms offer for a ticket."""
    present, now = TicketState(ticket.state), utc_now()
    moves = [state for state in TicketState if state == present or state in STAFF_MOVES[present]]
    return {
        "ticket": ticket,
        "state_choices": [(state.value, STATE_LABELS[state]) for state in moves],
        "priority_choices": [(key.value, label) for key, label in PRIORITY_LABELS.items()],
        "resolution_choices": [(key.value, label) for key, label in RESOLUTION_LABELS.items()],
        "assignee_choices": assignable_staff(),
        "me": current_staff().id,
        "query": wanted_query(),
        "state_labels": STATE_LABELS,
        "priority_labels": PRIORITY_LABELS,
        "resolution_labels": RESOLUTION_LABELS,
        "moved": None,
        "problem": "",
        "now": now,
        "soon": now + PROMISE_SOON,
    }


def thread_context(ticket: Ticket) -> dict[str, Any]:
    """Return what the conversation needs."""
    return {
        "ticket": ticket,
        "thread": thread_for_staff(ticket, viewer_id=current_staff().id),
        "message_html": render_message,
        "plain_html": render_plain_text,
        "query": wanted_query(),
        "state_labels": STATE_LABELS,
        "priority_labels": PRIORITY_LABELS,
        "resolution_labels": RESOLUTION_LABELS,
        "relation_labels": RELATION_LABELS,
    }


def composer_context(
    ticket: Ticket, form: ComposerForm | None = None, *, mode: str | None = None
) -> dict[str, Any]:
    """Return what the composer needs.

    :param form: as it was sent, when it is shown again; None for what is kept as a draft.
    :param mode: ``reply`` or ``note``; None for the one that has a text.
    """
    return draft_context(ticket, form, mode=mode) | {
        "ticket": ticket,
        "preview_html": None,
        "conflict": None,
        "is_sent": False,
        "query": wanted_query(),
        **composer_promises(ticket),
        "max_bytes": current_settings().max_upload_mb * 1024 * 1024,
        "state_labels": STATE_LABELS,
        "priority_labels": PRIORITY_LABELS,
        "resolution_labels": RESOLUTION_LABELS,
    }


def about_context(ticket: Ticket) -> dict[str, Any]:
    """Return what stands beside the conversation, below the properties; loaded after the page.

    A section adds its own function to this sum and its partial to ``tickets/_about.html``.
    """
    return (
        {"ticket": ticket, "query": wanted_query(), "channel_labels": CHANNEL_LABELS}
        | filed_context(ticket)
        | clocks_context(ticket)
        | promises_context(ticket)
        | account_context(ticket)
        | spent_context(ticket)
        | trail_context(ticket)
        | ratings_context(ticket)
        | flags_context(ticket)
        | {"wins": wins_of_ticket(ticket.id)}
        | knowledge_context(ticket)
        | relations_context(ticket)
        | earlier_context(ticket)
    )


def trail_context(ticket: Ticket) -> dict[str, Any]:
    """Return what the requester tried before asking."""
    return {"trail": trail_of_ticket(ticket.id)}


def ratings_context(ticket: Ticket) -> dict[str, Any]:
    """Return what the customer said of our help."""
    asked = surveys_of_ticket(ticket.id)
    return {
        "ratings": [survey for survey in asked if survey.state == SurveyState.ANSWERED],
        "survey": asked[-1] if asked else None,
        "score_labels": SCORE_LABELS,
        "left_out_labels": LEFT_OUT_LABELS,
    }


def flags_context(ticket: Ticket) -> dict[str, Any]:
    """Return what the ticket shows should be mended."""
    return {"flags": flags_of_ticket(ticket.id), "flag_labels": KIND_LABELS}


def relations_context(ticket: Ticket) -> dict[str, Any]:
    """Return the tickets that belong to it."""
    return {"related": related_tickets(ticket), "relation_labels": RELATION_LABELS}


def earlier_context(ticket: Ticket) -> dict[str, Any]:
    """Return other tickets of the same requester."""
    return {"earlier": earlier_tickets(ticket)}


def ticket_context(ticket: Ticket, form: ComposerForm | None = None) -> dict[str, Any]:
    """Return what an open ticket needs: head, conversation, composer and properties."""
    return (
        properties_context(ticket)
        | composer_context(ticket, form)
        | thread_context(ticket)
        | {"after": wanted_filter().after or None}
    )


def _row_address(query: Mapping[str, str]) -> Callable[[int], str]:
    """Return what makes addresses of tickets that keep the list's filter; built once for all."""
    kept: dict[str, Any] = {name: value for name, value in query.items() if value}
    pattern = url_for("tickets.show", number=0, **kept)
    before, _, behind = pattern.partition("/0")
    return lambda number: f"{before}/{number}{behind}"
