"""How long a ticket took: what browsers count, and what people say."""

from __future__ import annotations

from flask import Response, flash, request
from flask_babel import gettext as _

from app.clock import utc_now
from app.errors import Invalid
from app.staff.access import current_staff, signed_in
from app.tickets.blueprint import blueprint
from app.tickets.forms import SpentForm
from app.tickets.models import Ticket
from app.tickets.queries.visibility import ticket_visible_to
from app.tickets.routes.beside_context import spent_context
from app.tickets.routes.context import about_context, wanted_query
from app.tickets.services.spending import note_activity, spend_time
from app.web.forms import add_errors
from app.web.htmx import is_fragment_request
from app.web.responses import page, see_other


@blueprint.post("/tickets/<int:number>/active")
@signed_in
def note_active(number: int) -> Response:
    """Take what a browser has counted since it last told."""
    staff = current_staff()
    ticket = ticket_visible_to(staff, number)
    seconds = request.form.get("seconds", 0, type=int)
    note_activity(ticket.id, staff_id=staff.id, seconds=seconds, now=utc_now())
    return Response(status=204)


@blueprint.post("/tickets/<int:number>/time")
@signed_in
def spend(number: int) -> Response:
    """Add minutes to a ticket."""
    ticket, form = ticket_visible_to(current_staff(), number), SpentForm()
    if not form.validate():
        return _section(ticket, form, status=422)
    try:
        spend_time(ticket, minutes=form.minutes.data or 0, staff=current_staff(), now=utc_now())
    except Invalid as error:
        add_errors(form, error)
        return _section(ticket, form, status=422)
    if not is_fragment_request():
        flash(_("Saved."), "success")
        return see_other("tickets.about", number=number, **wanted_query())
    return _section(ticket, None)


def _section(ticket: Ticket, form: SpentForm | None, *, status: int = 200) -> Response:
    if not is_fragment_request():
        context = about_context(ticket) | spent_context(ticket, form)
        return page("tickets/about.html", status=status, **context)
    context = {"ticket": ticket, "query": wanted_query()} | spent_context(ticket, form)
    return page("tickets/_spent.html", status=status, **context)
