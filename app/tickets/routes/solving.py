"""Solving a ticket, which asks how it was resolved: a dialog over the page, or a page."""

from __future__ import annotations

from typing import Any

from flask import Response, flash
from flask_babel import gettext as _

from app.clock import utc_now
from app.errors import Invalid
from app.events.actor import staff_actor
from app.staff.access import current_staff, signed_in
from app.tickets.blueprint import blueprint
from app.tickets.errors import TicketChanged
from app.tickets.forms import SolveForm
from app.tickets.models import Resolution, Ticket, TicketState
from app.tickets.queries.articles import links_article
from app.tickets.queries.spent import spent_on
from app.tickets.queries.visibility import ticket_visible_to
from app.tickets.routes.context import properties_context, wanted_query
from app.tickets.routes.knowledge_context import knowledge_choices
from app.tickets.routes.writing import CHANGED, dealt_with
from app.tickets.services.capturing import say_knowledge
from app.tickets.services.properties import change_state
from app.tickets.services.spending import spend_time
from app.web.forms import add_errors
from app.web.htmx import is_fragment_request, reswap, trigger
from app.web.responses import page, see_other


@blueprint.get("/tickets/<int:number>/solve")
@signed_in
def solve(number: int) -> Response:
    """Ask how a ticket was resolved."""
    ticket = ticket_visible_to(current_staff(), number)
    return _form(ticket, _empty(ticket))


@blueprint.post("/tickets/<int:number>/solve")
@signed_in
def solve_ticket(number: int) -> Response:
    """Solve a ticket."""
    staff, now = current_staff(), utc_now()
    ticket, form = ticket_visible_to(staff, number), SolveForm()
    if not form.validate():
        return _form(ticket, form, status=422)
    try:
        change_state(
            ticket,
            state=TicketState.SOLVED,
            resolution=form.resolution.data,
            expected_version=form.version.data,
            actor=staff_actor(staff.id),
            now=now,
        )
        if form.minutes.data:
            spend_time(ticket, minutes=form.minutes.data, staff=staff, now=now)
        if form.knowledge.data:
            say_knowledge(
                ticket,
                verdict=form.knowledge.data,
                article_id=form.article.data,
                actor=staff_actor(staff.id),
                now=now,
            )
    except TicketChanged as conflict:
        # What is now shown is the new ground: sending again solves.
        return _form(ticket, form, status=409, conflict=conflict)
    except Invalid as error:
        add_errors(form, error)
        return _form(ticket, form, status=422)
    if not is_fragment_request():
        flash(_("Solved."), "success")
        return see_other("tickets.show", number=number, **wanted_query())
    context = properties_context(ticket_visible_to(current_staff(), number))
    response = reswap(page("tickets/changed.htmx.html", **context), "delete")
    return dealt_with(trigger(response, CHANGED))


def ask_how(ticket: Ticket) -> Response:
    """Ask how a ticket was resolved, when somebody chose "solved" among its states."""
    if not is_fragment_request():
        return see_other("tickets.solve", number=ticket.number, **wanted_query())
    return page("tickets/solve_asked.htmx.html", **_context(ticket, _empty(ticket)))


def _empty(ticket: Ticket) -> SolveForm:
    """Return the form as it stands before anything is entered: with the time that was counted."""
    proposed = spent_on(ticket.id, viewer_id=current_staff().id).proposed
    known = {"version": ticket.version, "minutes": proposed or None}
    return SolveForm(formdata=None, data=known)


def _form(
    ticket: Ticket,
    form: SolveForm,
    *,
    status: int = 200,
    conflict: TicketChanged | None = None,
) -> Response:
    template = "tickets/solve.htmx.html" if is_fragment_request() else "tickets/solve.html"
    return page(template, status=status, **_context(ticket, form) | {"conflict": conflict})


def _context(ticket: Ticket, form: SolveForm) -> dict[str, Any]:
    linked = links_article(ticket.id)
    proposed = Resolution.ARTICLE if linked else Resolution.ANSWER
    shown = {"form": form, "conflict": None, "proposed": proposed}
    return properties_context(ticket) | knowledge_choices(ticket) | shown
