"""What customers said of our help, beside their ticket."""

from __future__ import annotations

from flask import Response, flash
from flask_babel import gettext as _

from app.clock import utc_now
from app.errors import PortalError
from app.events.actor import staff_actor
from app.satisfaction.forms import ContestForm
from app.satisfaction.queries import answer_of_ticket
from app.staff.access import current_staff, signed_in
from app.tickets.blueprint import blueprint
from app.tickets.queries.visibility import ticket_visible_to
from app.tickets.services.rating import contest_rating
from app.web.responses import see_other


@blueprint.post("/tickets/<int:number>/answers/<int:survey_id>/note")
@signed_in
def contest(number: int, survey_id: int) -> Response:
    """Write beside an answer what is to be said about it."""
    ticket = ticket_visible_to(current_staff(), number)
    survey, form = answer_of_ticket(ticket.id, survey_id), ContestForm()
    actor = staff_actor(current_staff().id)
    try:
        contest_rating(survey, note=form.note.data or "", actor=actor, now=utc_now())
    except PortalError as error:
        flash(error.user_message, "error")
    else:
        flash(_("Saved. The answer counts as before."), "success")
    return see_other("tickets.show", number=number)
