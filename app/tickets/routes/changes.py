"""Changing one property of a ticket; a change in between is shown, never overwritten."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, url_for
from flask_babel import gettext as _

from app.clock import utc_now
from app.errors import Invalid
from app.events.actor import staff_actor
from app.staff.access import current_staff, signed_in
from app.tickets.blueprint import blueprint
from app.tickets.errors import HoldNeeded, ResolutionNeeded, TicketChanged
from app.tickets.forms import (
    AssigneeForm,
    PriorityForm,
    ResolutionForm,
    StateForm,
    VersionedForm,
)
from app.tickets.models import Ticket
from app.tickets.queries.visibility import ticket_visible_to
from app.tickets.routes.context import (
    list_page_context,
    properties_context,
    ticket_context,
    wanted_query,
)
from app.tickets.routes.parking import ask_why
from app.tickets.routes.promise_context import promises_left_behind
from app.tickets.routes.solving import ask_how
from app.tickets.routes.writing import CHANGED
from app.tickets.services.properties import (
    assign_ticket,
    change_priority,
    change_resolution,
    change_state,
)
from app.tickets.services.seen import mark_unread
from app.web.htmx import is_fragment_request, push_address, trigger
from app.web.responses import page, see_other


@blueprint.post("/tickets/<int:number>/state")
@signed_in
def update_state(number: int) -> Response:
    """Move a ticket to another state."""
    return _change(number, StateForm())


@blueprint.post("/tickets/<int:number>/priority")
@signed_in
def update_priority(number: int) -> Response:
    """Change how soon a ticket is wanted."""
    return _change(number, PriorityForm())


@blueprint.post("/tickets/<int:number>/assignee")
@signed_in
def update_assignee(number: int) -> Response:
    """Give a ticket to somebody or nobody."""
    return _change(number, AssigneeForm())


@blueprint.post("/tickets/<int:number>/resolution")
@signed_in
def update_resolution(number: int) -> Response:
    """Correct how a solved ticket was resolved."""
    return _change(number, ResolutionForm())


@blueprint.post("/tickets/<int:number>/unread")
@signed_in
def make_unread(number: int) -> Response:
    """Mark a ticket as not read and go back to the list."""
    staff = current_staff()
    mark_unread(ticket_visible_to(staff, number).id, staff_id=staff.id)
    if not is_fragment_request():
        return see_other("tickets.inbox", **wanted_query())
    context = list_page_context()
    address: Any = context["query"]
    response = page("tickets/inbox.htmx.html", **context)
    return push_address(response, url_for("tickets.inbox", **address))


def _change(number: int, form: VersionedForm) -> Response:
    ticket = ticket_visible_to(current_staff(), number)
    former = ticket.assignee_id
    if not form.validate_on_submit():
        return refused_change(ticket, None)
    try:
        _apply(ticket, form)
    except (TicketChanged, Invalid) as error:
        if isinstance(form, StateForm) and isinstance(error, ResolutionNeeded):
            return ask_how(ticket)
        if isinstance(form, StateForm) and isinstance(error, HoldNeeded):
            return ask_why(ticket)
        return refused_change(ticket_visible_to(current_staff(), number), error)
    left_behind = promises_left_behind(ticket, former)
    if not is_fragment_request():
        flash(_("Saved."), "success")
        if left_behind:
            flash(_("%(name)s still has promises here.", name=left_behind.former), "info")
        return see_other("tickets.show", number=number, **wanted_query())
    ticket = ticket_visible_to(current_staff(), number)
    return trigger(_properties(ticket, left_behind=left_behind), CHANGED)


def refused_change(ticket: Ticket, error: TicketChanged | Invalid | None) -> Response:
    """Show a ticket as it is, and why something was not done to it.

    :param error: None if the form itself made no sense.
    """
    if isinstance(error, TicketChanged):
        return _properties(ticket, status=409, moved=error)
    problem = _first_message(error) if error else _("Please choose one of the values.")
    return _properties(ticket, status=422, problem=problem)


def _apply(ticket: Ticket, form: VersionedForm) -> None:
    actor, now = staff_actor(current_staff().id), utc_now()
    version = form.version.data
    if isinstance(form, StateForm):
        state = form.state.data
        change_state(ticket, state=state, expected_version=version, actor=actor, now=now)
    elif isinstance(form, ResolutionForm):
        how = form.resolution.data
        change_resolution(ticket, resolution=how, expected_version=version, actor=actor, now=now)
    elif isinstance(form, PriorityForm):
        priority = form.priority.data
        change_priority(ticket, priority=priority, expected_version=version, actor=actor, now=now)
    elif isinstance(form, AssigneeForm):
        chosen = form.assignee.data
        assign_ticket(ticket, assignee_id=chosen, expected_version=version, actor=actor, now=now)


def _first_message(error: Invalid) -> str:
    return next((messages[0] for messages in error.fields.values()), error.user_message)


def _properties(ticket: Ticket, *, status: int = 200, **changes: object) -> Response:
    if is_fragment_request():
        context = properties_context(ticket) | {"left_behind": None} | changes
        return page("tickets/properties.htmx.html", status=status, **context)
    return page("tickets/inbox.html", status=status, **ticket_context(ticket) | changes)
