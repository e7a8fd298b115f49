"""Celebrating what went well, in the customers' own words."""

from __future__ import annotations

from flask import Response, flash
from flask_babel import gettext as _

from app.care.forms import WinForm
from app.clock import utc_now
from app.errors import Conflict, Invalid
from app.events.actor import staff_actor
from app.staff.access import current_staff, signed_in
from app.tickets.blueprint import blueprint
from app.tickets.queries.visibility import ticket_visible_to
from app.tickets.queries.won import last_words, newest_wins
from app.tickets.services.celebrating import keep_win, take_win_back
from app.web.forms import add_errors
from app.web.responses import page, see_other


@blueprint.get("/wins")
@signed_in
def wins() -> Response:
    """Show what customers said when something went well."""
    return page("tickets/wins.html", lines=newest_wins())


@blueprint.get("/tickets/<int:number>/wins/new")
@signed_in
def new_win(number: int) -> Response:
    """Offer the customer's last words to be kept."""
    ticket = ticket_visible_to(current_staff(), number)
    form = WinForm(formdata=None, data={"words": last_words(ticket.id)})
    return page("tickets/win.html", ticket=ticket, form=form)


@blueprint.post("/tickets/<int:number>/wins")
@signed_in
def create_win(number: int) -> Response:
    """Keep a customer's words, and go back to the ticket."""
    ticket, form = ticket_visible_to(current_staff(), number), WinForm()
    status = 422
    if form.validate():
        try:
            keep_win(
                ticket,
                words=form.words.data or "",
                note=form.note.data or "",
                actor=staff_actor(current_staff().id),
                now=utc_now(),
            )
        except (Invalid, Conflict) as error:
            add_errors(form, error)
            status = error.status
        else:
            flash(_("Kept. It stands on the page of wins for everybody."), "success")
            return see_other("tickets.show", number=number)
    return page("tickets/win.html", status=status, ticket=ticket, form=form)


@blueprint.post("/wins/<int:win_id>/take-back")
@signed_in
def take_back_win(win_id: int) -> Response:
    """Show a win no longer."""
    take_win_back(win_id, actor=staff_actor(current_staff().id), now=utc_now())
    flash(_("Taken back."), "success")
    return see_other("tickets.wins")
