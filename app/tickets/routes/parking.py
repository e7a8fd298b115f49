"""Putting a ticket on hold, which asks why and until when: a dialog over the page, or a page."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import Response, flash
from flask_babel import gettext as _

from app.clock import utc_now
from app.errors import Invalid
from app.events.actor import staff_actor
from app.staff.access import current_staff, signed_in
from app.tickets.blueprint import blueprint
from app.tickets.errors import TicketChanged
from app.tickets.forms import HoldForm
from app.tickets.models import Ticket
from app.tickets.moments import morning_of
from app.tickets.queries.visibility import ticket_visible_to
from app.tickets.routes.context import properties_context, wanted_query
from app.tickets.routes.writing import CHANGED
from app.tickets.services.parking import park_ticket
from app.web.forms import add_errors
from app.web.htmx import is_fragment_request, reswap, trigger
from app.web.responses import page, see_other
from app.web.settings import current_settings


@blueprint.get("/tickets/<int:number>/hold")
@signed_in
def hold(number: int) -> Response:
    """Ask why a ticket is to be on hold, and until when."""
    ticket = ticket_visible_to(current_staff(), number)
    return _form(ticket, _empty(ticket))


@blueprint.post("/tickets/<int:number>/hold")
@signed_in
def hold_ticket(number: int) -> Response:
    """Put a ticket on hold."""
    ticket, form = ticket_visible_to(current_staff(), number), HoldForm()
    if not form.validate():
        return _form(ticket, form, status=422)
    try:
        park_ticket(
            ticket,
            reason=form.reason.data or "",
            look_at=morning_of(form.look_at.data, _zone()) if form.look_at.data else None,
            expected_version=form.version.data,
            actor=staff_actor(current_staff().id),
            now=utc_now(),
        )
    except TicketChanged as conflict:
        # What is now shown is the new ground: sending again puts it on hold.
        return _form(ticket, form, status=409, conflict=conflict)
    except Invalid as error:
        add_errors(form, error)
        return _form(ticket, form, status=422)
    if not is_fragment_request():
        flash(_("On hold. It comes back into the lists by itself."), "success")
        return see_other("tickets.show", number=number, **wanted_query())
    context = properties_context(ticket_visible_to(current_staff(), number))
    return trigger(reswap(page("tickets/changed.htmx.html", **context), "delete"), CHANGED)


def ask_why(ticket: Ticket) -> Response:
    """Ask why and until when, when somebody chose "on hold" among the states."""
    if not is_fragment_request():
        return see_other("tickets.hold", number=ticket.number, **wanted_query())
    return page("tickets/hold_asked.htmx.html", **_context(ticket, _empty(ticket)))


def _empty(ticket: Ticket) -> HoldForm:
    """Return the form as it stands before anything is entered: tomorrow, or what is so far."""
    look_at = ticket.look_at or utc_now() + timedelta(days=1)
    known = {"reason": ticket.hold_reason, "look_at": look_at.astimezone(_zone()).date()}
    return HoldForm(formdata=None, data=known)


def _zone() -> ZoneInfo:
    return ZoneInfo(current_settings().timezone)


def _form(
    ticket: Ticket,
    form: HoldForm,
    *,
    status: int = 200,
    conflict: TicketChanged | None = None,
) -> Response:
    template = "tickets/hold.htmx.html" if is_fragment_request() else "tickets/hold.html"
    return page(template, status=status, **_context(ticket, form) | {"conflict": conflict})


def _context(ticket: Ticket, form: HoldForm) -> dict[str, Any]:
    return properties_context(ticket) | {"form": form, "conflict": None}
