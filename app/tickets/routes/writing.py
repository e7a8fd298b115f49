"""Writing to a ticket: answers and notes, with preview and files."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Response, flash
from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from app.clock import utc_now
from app.errors import Invalid, PortalError
from app.events.actor import staff_actor
from app.files.services import store_upload
from app.knowledge.markdown import render_message
from app.staff.access import current_staff, signed_in
from app.staff.models import Staff
from app.tickets.blueprint import blueprint
from app.tickets.errors import TicketChanged
from app.tickets.forms import ComposerForm
from app.tickets.models import Ticket
from app.tickets.queries.visibility import ticket_visible_to
from app.tickets.routes.context import (
    composer_context,
    properties_context,
    thread_context,
    ticket_context,
    wanted_query,
)
from app.tickets.routes.inbox import note_reading
from app.tickets.routes.promise_context import wished_promise
from app.tickets.services.promising import fulfil_wish
from app.tickets.services.replies import add_note, add_reply
from app.web.forms import add_errors
from app.web.htmx import is_fragment_request, reswap, trigger
from app.web.responses import page, see_other
from app.web.settings import current_settings

#: Raised in the browser when a ticket changed by this page's own doing: lists and threads look
#: at once instead of at their next poll.
CHANGED = "ticket-changed"


@blueprint.post("/tickets/<int:number>/messages")
@signed_in
def write(number: int) -> Response:
    """Send an answer or keep a note; or only show what it would look like."""
    staff = current_staff()
    ticket = ticket_visible_to(staff, number)
    form = ComposerForm()
    if form.preview.data:
        preview = render_message(form.body.data or "")
        return _composer(ticket, form, status=200, preview_html=preview)
    if not form.validate_on_submit():
        return _composer(ticket, form, status=422)
    try:
        _write(ticket, staff, form)
    except TicketChanged as conflict:
        # What the writer has now seen is the new ground: sending again sends.
        return _composer(ticket, form, status=409, conflict=conflict)
    except Invalid as error:
        add_errors(form, error)
        return _composer(ticket, form, status=422)
    except PortalError as error:
        form.form_errors.append(error.user_message)
        return _composer(ticket, form, status=error.status)
    if not is_fragment_request():
        flash(_("Sent.") if form.kind.data == "reply" else _("Note added."), "success")
        return see_other("tickets.show", number=number, **wanted_query())
    note_reading(ticket.id)
    context = thread_context(ticket) | properties_context(ticket) | composer_context(ticket)
    return trigger(page("tickets/sent.htmx.html", **context | {"is_sent": True}), CHANGED)


def _write(ticket: Ticket, staff: Staff, form: ComposerForm) -> None:
    now = utc_now()
    wish = wished_promise(form, ticket, now=now)
    keys = stored_uploads(form.files.data, owner_key=f"staff:{staff.id}")
    if form.kind.data == "note":
        message = add_note(ticket, author=staff, body=form.body.data, attachment_keys=keys, now=now)
    else:
        message = add_reply(
            ticket,
            author=staff,
            body=form.body.data,
            attachment_keys=keys,
            next_state=form.next.data or None,
            resolution=form.resolution.data,
            expected_version=form.version.data,
            seen_message_id=form.seen.data,
            now=now,
        )
    fulfil_wish(ticket, message, wish, actor=staff_actor(staff.id), now=now)


def stored_uploads(files: Iterable[FileStorage | str], *, owner_key: str) -> list[str]:
    """Take in the files of a form and return their keys.

    :raises PortalError: a file is too large or of a kind that is not taken.
    """
    settings = current_settings()
    return [
        store_upload(
            file.stream,  # type: ignore[arg-type]
            filename=file.filename,
            owner_key=owner_key,
            files_dir=settings.files_dir,
            max_bytes=settings.max_upload_mb * 1024 * 1024,
            now=utc_now(),
        ).key
        for file in files
        if isinstance(file, FileStorage) and file.filename
    ]


def _composer(ticket: Ticket, form: ComposerForm, *, status: int, **changes: object) -> Response:
    """Show the composer again with everything that was typed."""
    if not is_fragment_request():
        context = ticket_context(ticket, form) | changes
        return page("tickets/inbox.html", status=status, **context)
    context = thread_context(ticket) | properties_context(ticket)
    context |= composer_context(ticket, form) | changes
    response = page("tickets/composer.htmx.html", status=status, **context)
    # Morphing keeps the caret, later keystrokes and the chosen files, which no answer can hold.
    return reswap(response, "outerMorph")
