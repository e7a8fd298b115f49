"""Marking a ticket as spam, deleting it, taking it back; and a reopening that was only thanks."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, flash
from flask_babel import gettext as _

from app.clock import utc_now
from app.errors import Invalid
from app.events.actor import Actor, staff_actor
from app.staff.access import current_staff, signed_in
from app.tickets.blueprint import blueprint
from app.tickets.errors import TicketChanged
from app.tickets.forms import AsideForm, VersionedForm
from app.tickets.models import Disposition, Ticket
from app.tickets.queries.visibility import ticket_visible_to
from app.tickets.routes.changes import refused_change
from app.tickets.routes.context import wanted_query
from app.tickets.services.reopening import dismiss_reopen
from app.tickets.services.setting_aside import set_aside, take_back
from app.web.responses import see_other


@blueprint.post("/tickets/<int:number>/aside")
@signed_in
def put_aside(number: int) -> Response:
    """Mark a ticket as spam or put it into the bin, and go on with the list."""
    form = AsideForm()

    def act(ticket: Ticket, actor: Actor) -> None:
        set_aside(
            ticket,
            disposition=form.disposition.data or "",
            expected_version=form.version.data,
            actor=actor,
            now=utc_now(),
        )

    refused = _try(number, form, act)
    if refused is not None:
        return refused
    told = {
        Disposition.SPAM: _("#%(number)s is marked as spam and counts nowhere.", number=number),
        Disposition.DELETED: _("#%(number)s is in the bin.", number=number),
    }
    flash(told[Disposition(form.disposition.data)], "success")
    return see_other("tickets.inbox", **wanted_query())


@blueprint.post("/tickets/<int:number>/back")
@signed_in
def bring_back(number: int) -> Response:
    """Take a ticket back that was spam or deleted."""
    form = VersionedForm()

    def act(ticket: Ticket, actor: Actor) -> None:
        take_back(ticket, expected_version=form.version.data, actor=actor, now=utc_now())

    return _try(number, form, act) or _shown(number, _("It is back, as it was."))


@blueprint.post("/tickets/<int:number>/thanks")
@signed_in
def only_thanks(number: int) -> Response:
    """Let a ticket be solved as before that only a thank-you opened again."""
    form = VersionedForm()

    def act(ticket: Ticket, actor: Actor) -> None:
        dismiss_reopen(ticket, expected_version=form.version.data, actor=actor, now=utc_now())

    return _try(number, form, act) or _shown(number, _("Solved, as before the thank-you."))


def _shown(number: int, text: str) -> Response:
    flash(text, "success")
    return see_other("tickets.show", number=number, **wanted_query())


def _try(number: int, form: VersionedForm, act: Callable[[Ticket, Actor], None]) -> Response | None:
    """Do something to a ticket; the answer is what to show if it was refused."""
    ticket = ticket_visible_to(current_staff(), number)
    if not form.validate_on_submit():
        return refused_change(ticket, None)
    try:
        act(ticket, staff_actor(current_staff().id))
    except (TicketChanged, Invalid) as error:
        return refused_change(ticket_visible_to(current_staff(), number), error)
    return None
