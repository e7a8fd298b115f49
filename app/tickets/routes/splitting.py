"""Splitting a ticket in which two things are asked."""

from __future__ import annotations

from flask import Response, flash
from flask_babel import gettext as _

from app.clock import utc_now
from app.errors import PortalError
from app.events.actor import staff_actor
from app.staff.access import current_staff, signed_in
from app.tickets.blueprint import blueprint
from app.tickets.errors import TicketChanged
from app.tickets.forms import SplitForm
from app.tickets.models import Ticket
from app.tickets.queries.threads import messages_with_files
from app.tickets.queries.visibility import ticket_visible_to
from app.tickets.routes.context import properties_context, wanted_query
from app.tickets.services.splitting import split_ticket
from app.web.forms import add_errors
from app.web.responses import page, see_other


@blueprint.get("/tickets/<int:number>/split")
@signed_in
def split(number: int) -> Response:
    """Ask which messages become a ticket of their own."""
    return _form(ticket_visible_to(current_staff(), number), SplitForm(formdata=None))


@blueprint.post("/tickets/<int:number>/split")
@signed_in
def split_off(number: int) -> Response:
    """Split a ticket, and show the new one."""
    ticket, form = ticket_visible_to(current_staff(), number), SplitForm()
    if not form.validate():
        return _form(ticket, form, status=422)
    try:
        new = split_ticket(
            ticket,
            message_ids=form.message.data or [],
            subject=form.subject.data or "",
            expected_version=form.version.data,
            actor=staff_actor(current_staff().id),
            now=utc_now(),
        )
    except TicketChanged as conflict:
        return _form(ticket, form, status=409, conflict=conflict)
    except PortalError as error:
        add_errors(form, error)
        return _form(ticket, form, status=error.status)
    flash(
        _("Split off from #%(old)s. The customer gets a mail with the new number.", old=number),
        "success",
    )
    return see_other("tickets.show", number=new.number, **wanted_query())


def _form(
    ticket: Ticket,
    form: SplitForm,
    *,
    status: int = 200,
    conflict: TicketChanged | None = None,
) -> Response:
    context = properties_context(ticket) | {
        "form": form,
        "conflict": conflict,
        "messages": [
            message for message in messages_with_files(ticket.id) if message.ticket_id == ticket.id
        ],
    }
    return page("tickets/split.html", status=status, **context)
