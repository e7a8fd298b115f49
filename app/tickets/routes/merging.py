"""Merging a ticket into another one, which asks into which: a dialog over the page, or a page."""

from __future__ import annotations

from flask import Response, flash
from flask_babel import gettext as _

from app.clock import utc_now
from app.errors import Invalid, NotFound
from app.events.actor import staff_actor
from app.staff.access import current_staff, signed_in
from app.tickets.blueprint import blueprint
from app.tickets.errors import DifferentPeople, TicketChanged
from app.tickets.forms import MergeForm, VersionedForm
from app.tickets.models import Ticket
from app.tickets.queries.merged import goes_on_in, merge_choices
from app.tickets.queries.visibility import ticket_visible_to
from app.tickets.routes.changes import refused_change
from app.tickets.routes.context import properties_context, wanted_query
from app.tickets.services.merging import merge_ticket, unmerge_ticket
from app.web.forms import add_errors
from app.web.htmx import is_fragment_request
from app.web.responses import page, see_other


@blueprint.get("/tickets/<int:number>/merge")
@signed_in
def merge(number: int) -> Response:
    """Ask in which ticket one is to go on."""
    return _form(ticket_visible_to(current_staff(), number), MergeForm(formdata=None))


@blueprint.post("/tickets/<int:number>/merge")
@signed_in
def merge_into(number: int) -> Response:
    """Merge a ticket, and show the one that it goes on in."""
    ticket, form = ticket_visible_to(current_staff(), number), MergeForm()
    wanted = form.into.data or form.choice.data
    if not form.validate() or not wanted:
        if not form.errors:
            add_errors(form, Invalid("Please choose a ticket."))
        return _form(ticket, form, status=422)
    try:
        target = merge_ticket(
            ticket,
            into=ticket_visible_to(current_staff(), wanted),
            expected_version=form.version.data,
            tell=form.tell.data,
            actor=staff_actor(current_staff().id),
            now=utc_now(),
        )
    except NotFound:
        add_errors(form, Invalid(fields={"into": ["There is no ticket with this number."]}))
        return _form(ticket, form, status=422)
    except TicketChanged as conflict:
        # What is now shown is the new ground: sending again merges it.
        return _form(ticket, form, status=409, conflict=conflict)
    except Invalid as error:
        add_errors(form, error)
        instead = wanted if isinstance(error, DifferentPeople) else None
        return _form(ticket, form, status=422, link_instead=instead)
    told = _("#%(old)s goes on here. Its customer reads everything in one place.", old=number)
    flash(told, "success")
    return see_other("tickets.show", number=target.number, **wanted_query())


@blueprint.get("/tickets/<int:number>/goes-on")
@signed_in
def goes_on(number: int) -> Response:
    """Lead to the ticket in which one goes on."""
    ticket = ticket_visible_to(current_staff(), number)
    return see_other("tickets.show", number=goes_on_in(ticket).number, **wanted_query())


@blueprint.post("/tickets/<int:number>/unmerge")
@signed_in
def unmerge(number: int) -> Response:
    """Let a merged ticket go on by itself again."""
    ticket, form = ticket_visible_to(current_staff(), number), VersionedForm()
    if not form.validate_on_submit():
        return refused_change(ticket, None)
    try:
        unmerge_ticket(
            ticket,
            expected_version=form.version.data,
            actor=staff_actor(current_staff().id),
            now=utc_now(),
        )
    except (TicketChanged, Invalid) as error:
        return refused_change(ticket_visible_to(current_staff(), number), error)
    flash(_("It goes on by itself again, as it was."), "success")
    return see_other("tickets.show", number=number, **wanted_query())


def _form(
    ticket: Ticket,
    form: MergeForm,
    *,
    status: int = 200,
    conflict: TicketChanged | None = None,
    link_instead: int | None = None,
) -> Response:
    template = "tickets/merge.htmx.html" if is_fragment_request() else "tickets/merge.html"
    context = properties_context(ticket) | {
        "form": form,
        "conflict": conflict,
        "choices": merge_choices(ticket),
        "link_instead": link_instead,
    }
    return page(template, status=status, **context)
