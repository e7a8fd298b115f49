"""Files of messages, for staff."""

from __future__ import annotations

from flask import Response

from app.files.serving import serve_file
from app.staff.access import current_staff, signed_in
from app.tickets.blueprint import blueprint
from app.tickets.queries.files import file_of_ticket
from app.tickets.queries.visibility import ticket_visible_to
from app.web.settings import current_settings


@blueprint.get("/tickets/<int:number>/files/<key>")
@signed_in
def file(number: int, key: str) -> Response:
    """Give out a file of a message or note."""
    ticket = ticket_visible_to(current_staff(), number)
    attachment = file_of_ticket(ticket, key, notes=True)
    return serve_file(attachment, files_dir=current_settings().files_dir)
