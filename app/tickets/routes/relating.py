"""Linking a ticket with another one, which asks how: a dialog over the page, or a page."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, request
from flask_babel import gettext as _

from app.clock import utc_now
from app.errors import Invalid, NotFound
from app.events.actor import staff_actor
from app.staff.access import current_staff, signed_in
from app.tickets.blueprint import blueprint
from app.tickets.errors import TicketChanged
from app.tickets.forms import RelationForm
from app.tickets.models import Ticket
from app.tickets.queries.relations import relation_choices
from app.tickets.queries.visibility import ticket_visible_to
from app.tickets.relations import Relation
from app.tickets.routes.context import properties_context, wanted_query
from app.tickets.services.relating import relate_tickets, unrelate_tickets
from app.tickets.states import UNSOLVED
from app.web.forms import add_errors
from app.web.htmx import is_fragment_request
from app.web.responses import page, see_other


@blueprint.get("/tickets/<int:number>/link")
@signed_in
def relate(number: int) -> Response:
    """Ask which ticket one belongs to; with words, show what is found for them."""
    ticket, words = ticket_visible_to(current_staff(), number), request.args.get("find")
    if words is not None and is_fragment_request():
        return page("tickets/_relate_choices.html", **_choices(ticket, words), chosen=None)
    kind = request.args.get("kind", Relation.RELATED.value)
    form = RelationForm(formdata=None, data={"find": words or "", "kind": kind})
    return _form(ticket, form)


@blueprint.post("/tickets/<int:number>/link")
@signed_in
def relate_to(number: int) -> Response:
    """Link a ticket with another, and go back to it."""
    ticket, form = ticket_visible_to(current_staff(), number), RelationForm()
    if not form.validate() or not form.choice.data:
        if not form.errors:
            add_errors(form, Invalid(fields={"choice": ["Please choose a ticket."]}))
        return _form(ticket, form, status=422)
    try:
        relate_tickets(
            ticket,
            other=ticket_visible_to(current_staff(), form.choice.data),
            kind=form.kind.data,
            solve=form.solve.data,
            expected_version=form.version.data,
            actor=staff_actor(current_staff().id),
            now=utc_now(),
        )
    except TicketChanged as conflict:
        return _form(ticket, form, status=409, conflict=conflict)
    except (Invalid, NotFound) as error:
        add_errors(form, error)
        return _form(ticket, form, status=422)
    flash(_("Linked. Both tickets show it."), "success")
    return see_other("tickets.show", number=number, **wanted_query())


@blueprint.post("/tickets/<int:number>/link/<int:relation_id>/remove")
@signed_in
def unrelate(number: int, relation_id: int) -> Response:
    """Take a link away."""
    ticket = ticket_visible_to(current_staff(), number)
    actor, now = staff_actor(current_staff().id), utc_now()
    other = unrelate_tickets(ticket, relation_id=relation_id, actor=actor, now=now)
    flash(_("No longer linked with #%(other)s.", other=other.number), "success")
    return see_other("tickets.show", number=number, **wanted_query())


def _choices(ticket: Ticket, words: str) -> dict[str, Any]:
    return {"ticket": ticket, "find": words, "choices": relation_choices(ticket, words)}


def _form(
    ticket: Ticket,
    form: RelationForm,
    *,
    status: int = 200,
    conflict: TicketChanged | None = None,
) -> Response:
    template = "tickets/relate.htmx.html" if is_fragment_request() else "tickets/relate.html"
    context = properties_context(ticket) | _choices(ticket, form.find.data or "")
    may_solve = ticket.state in UNSOLVED and ticket.disposition is None
    return page(
        template,
        status=status,
        **context | {"form": form, "conflict": conflict, "may_solve": may_solve},
        chosen=form.choice.data,
    )
