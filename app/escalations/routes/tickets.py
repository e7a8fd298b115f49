"""The tickets of an escalation, and the escalations of a ticket."""

from __future__ import annotations

from flask import Response, flash, request
from flask_babel import gettext as _
from flask_babel import ngettext

from app.clock import utc_now
from app.escalations.blueprint import blueprint
from app.escalations.forms import LinkForm
from app.escalations.labels import STATE_WORDS
from app.escalations.queries.beside import beside_ticket
from app.escalations.queries.finding import escalation_visible_to, tickets_numbered
from app.escalations.routes.reading import read_numbers
from app.escalations.routes.sheets import done, sheet
from app.escalations.services.linking import link_tickets, unlink_ticket
from app.events.actor import staff_actor
from app.staff.access import current_staff, signed_in
from app.tickets.queries.visibility import ticket_visible_to
from app.web.htmx import is_fragment_request
from app.web.responses import page, see_other


@blueprint.post("/<int:number>/tickets")
@signed_in
def link(number: int) -> Response:
    """Link tickets by their numbers."""
    staff = current_staff()
    escalation, form = escalation_visible_to(staff, number), LinkForm()
    wanted = read_numbers([form.numbers.data or ""])
    tickets = tickets_numbered(staff, wanted)
    missing = sorted(set(wanted) - {ticket.number for ticket in tickets})
    if not wanted or missing:
        form.numbers.errors = [
            _("There is no ticket %(numbers)s.", numbers=", ".join(f"#{each}" for each in missing))
            if missing
            else _("Please give the number of a ticket.")
        ]
        return sheet(escalation, status=422, link_form=form, refused="link")
    ids = [ticket.id for ticket in tickets]
    added = len(link_tickets(escalation, ids, linked_by=staff, now=utc_now()))
    flash(ngettext("%(num)d ticket linked.", "%(num)d tickets linked.", added), "success")
    if request.args.get("from") == "ticket":
        return see_other("tickets.show", number=tickets[0].number)
    return see_other("escalations.show", number=number)


@blueprint.post("/<int:number>/tickets/<int:ticket_number>/unlink")
@signed_in
def unlink(number: int, ticket_number: int) -> Response:
    """Say that a ticket is not about this after all."""
    staff = current_staff()
    escalation = escalation_visible_to(staff, number)
    ticket = ticket_visible_to(staff, ticket_number)
    unlink_ticket(escalation, ticket.id, actor=staff_actor(staff.id), now=utc_now())
    return done(escalation, _("Taken off. What its customer was told stays told."))


@blueprint.get("/beside/<int:ticket_number>")
@signed_in
def beside(ticket_number: int) -> Response:
    """Show the escalations of a ticket, and those it might belong to."""
    ticket = ticket_visible_to(current_staff(), ticket_number)
    shape = "beside.htmx.html" if is_fragment_request() else "beside.html"
    return page(
        f"escalations/{shape}",
        ticket=ticket,
        beside=beside_ticket(ticket),
        state_words=STATE_WORDS,
    )
