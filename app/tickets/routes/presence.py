"""Who else has a ticket before them; asked every few seconds, apart from the conversation."""

from __future__ import annotations

from functools import partial

from flask import Response, request

from app.clock import utc_now
from app.staff.access import current_staff, signed_in
from app.tickets.blueprint import blueprint
from app.tickets.queries.presence import present_at
from app.tickets.queries.visibility import ticket_visible_to
from app.tickets.routes.inbox import unchanged
from app.tickets.services.presence import RENEW_AFTER, note_presence
from app.web.responses import page
from app.web.transactions import after_response_write


@blueprint.get("/tickets/<int:number>/presence")
@signed_in
def presence(number: int) -> Response:
    """Say who else looks at a ticket and who writes, and note that the viewer does."""
    viewer, now = current_staff().id, utc_now()
    ticket = ticket_visible_to(current_staff(), number)
    present = present_at(ticket.id, now=now)
    own = next((each for each in present if each.staff_id == viewer), None)
    if own is None or own.seen_at < now - RENEW_AFTER:
        after_response_write(partial(note_presence, ticket.id, staff_id=viewer, now=now))
    others = [each for each in present if each.staff_id != viewer]
    mark = "-".join(f"{each.staff_id}{each.writes}" for each in others) or "nobody"
    if request.args.get("here") == mark:
        return unchanged()
    return page("tickets/presence.htmx.html", ticket=ticket, others=others, mark=mark)
