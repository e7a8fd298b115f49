"""Raising an escalation, from one ticket, from several, or from nothing."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Response, flash, request
from flask_babel import gettext as _

from app.clock import utc_now
from app.errors import Invalid
from app.escalations.blueprint import blueprint
from app.escalations.forms import RaiseForm
from app.escalations.models import NoticedBy
from app.escalations.queries.finding import tickets_numbered
from app.escalations.routes.reading import read_numbers
from app.escalations.services.raising import raise_escalation
from app.staff.access import current_staff, signed_in
from app.tickets.models import Ticket
from app.web.forms import add_errors
from app.web.htmx import is_fragment_request
from app.web.responses import page, see_other


@blueprint.get("/new")
@signed_in
def new() -> Response:
    """Ask what is broken; ``ticket=12&ticket=14`` names the tickets it is about."""
    return _asked(_tickets(request.args.getlist("ticket")))


@blueprint.post("/new")
@signed_in
def new_from_chosen() -> Response:
    """Ask what is broken with the tickets that were chosen in the list."""
    return _asked(_tickets(request.form.getlist("ticket")))


@blueprint.post("")
@signed_in
def create() -> Response:
    """Raise an escalation, and go to its page."""
    form = RaiseForm()
    tickets = _tickets([form.tickets.data or ""])
    if not form.validate():
        return _form(form, tickets, status=422)
    try:
        escalation = raise_escalation(
            tickets,
            title=form.title.data or "",
            symptom=form.symptom.data or "",
            severity=form.severity.data or "",
            question=form.question.data or "",
            noticed_by=NoticedBy(form.noticed_by.data),
            raised_by=current_staff(),
            now=utc_now(),
        )
    except Invalid as error:
        add_errors(form, error)
        return _form(form, tickets, status=422)
    flash(_("Escalated. Whoever can take it has been told."), "success")
    return see_other("escalations.show", number=escalation.number)


def _tickets(texts: Iterable[str]) -> list[Ticket]:
    return tickets_numbered(current_staff(), read_numbers(texts))


def _asked(tickets: list[Ticket]) -> Response:
    form = RaiseForm(formdata=None)
    form.tickets.data = ",".join(str(ticket.number) for ticket in tickets)
    if tickets:
        form.title.data = tickets[0].subject
    return _form(form, tickets)


def _form(form: RaiseForm, tickets: list[Ticket], *, status: int = 200) -> Response:
    shape = "new.htmx.html" if is_fragment_request() else "new.html"
    return page(f"escalations/{shape}", status=status, form=form, tickets=tickets)
