"""Setting by hand when something is due on a ticket."""

from __future__ import annotations

from flask import Response, flash
from flask_babel import gettext as _

from app.clock import utc_now
from app.clocks.vocabulary import CommitmentKind
from app.errors import Invalid, PortalError
from app.events.actor import staff_actor
from app.promises.dates import read_due
from app.staff.access import current_staff, signed_in
from app.tickets.blueprint import blueprint
from app.tickets.forms import DueForm
from app.tickets.models import Ticket
from app.tickets.queries.visibility import ticket_visible_to
from app.tickets.routes.clock_context import clocks_context
from app.tickets.routes.context import about_context, wanted_query
from app.tickets.routes.promise_context import working_days
from app.tickets.routes.writing import CHANGED
from app.tickets.services.clocks import set_due
from app.web.forms import add_errors
from app.web.htmx import is_fragment_request, trigger
from app.web.responses import page, see_other


@blueprint.post("/tickets/<int:number>/due")
@signed_in
def set_due_by_hand(number: int) -> Response:
    """Say by when something is due, or hand that back to the rules."""
    ticket, form, now = ticket_visible_to(current_staff(), number), DueForm(), utc_now()
    if not form.validate_on_submit():
        return _refused(ticket, form)
    try:
        due_at = None
        if not form.hand_back.data:
            days = working_days()
            due_at = read_due(form.due.data or "", now=now, days=days, field="due")
        set_due(
            ticket,
            CommitmentKind(form.commitment.data),
            due_at,
            actor=staff_actor(current_staff().id),
            now=now,
            expected_version=form.version.data,
        )
    except Invalid as error:
        add_errors(form, error)
        return _refused(ticket, form)
    except PortalError as error:
        form.due.errors = [error.user_message]
        return _refused(ticket, form, status=error.status)
    if not is_fragment_request():
        flash(_("The time is set."), "success")
        return see_other("tickets.show", number=number, **wanted_query())
    context = clocks_context(ticket)
    return trigger(
        page("tickets/_clocks.html", ticket=ticket, query=wanted_query(), **context), CHANGED
    )


def _refused(ticket: Ticket, form: DueForm, *, status: int = 422) -> Response:
    context = about_context(ticket) | clocks_context(ticket, form)
    name = "tickets/_clocks.html" if is_fragment_request() else "tickets/about.html"
    return page(name, status=status, **context)
