"""The tickets of a list as a file."""

from __future__ import annotations

import tempfile

from flask import Response, send_file

from app.clock import utc_now
from app.errors import NotFound
from app.staff.access import current_staff, signed_in
from app.tickets.blueprint import blueprint
from app.tickets.exporting import as_csv, as_json
from app.tickets.queries.export import exported_tickets
from app.tickets.queries.filters import Viewer
from app.tickets.routes.context import wanted_filter

WRITERS = {"csv": (as_csv, "text/csv"), "json": (as_json, "application/json")}
#: What is larger waits on the disk until it is sent.
_IN_MEMORY = 1024 * 1024


@blueprint.get("/inbox/export.<kind>")
@signed_in
def export(kind: str) -> Response:
    """Give every ticket of the filter in the address, as CSV or JSON."""
    if kind not in WRITERS:
        raise NotFound
    write, content_type = WRITERS[kind]
    now = utc_now()
    tickets = exported_tickets(wanted_filter(), viewer=Viewer(current_staff().id, now))
    file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 - closed once it is sent
    for part in write(tickets):
        file.write(part)
    file.seek(0)
    response = send_file(
        file,
        mimetype=content_type,
        as_attachment=True,
        download_name=f"tickets-{now:%Y-%m-%d}.{kind}",
        etag=False,
    )
    response.headers["Cache-Control"] = "private, no-store"
    response.call_on_close(file.close)
    return response
