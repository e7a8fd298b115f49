"""Writing to a ticket: answers and notes, with preview, files and drafts."""

from __future__ import annotations

from flask import Response, flash
from flask_babel import gettext as _

from app.clock import utc_now
from app.errors import Invalid, PortalError
from app.events.actor import staff_actor
from app.knowledge.markdown import render_message
from app.staff.access import current_staff, signed_in
from app.staff.models import Staff
from app.tickets.blueprint import blueprint
from app.tickets.errors import TicketChanged
from app.tickets.forms import ComposerForm
from app.tickets.models import Ticket, TicketState
from app.tickets.queries.visibility import ticket_visible_to
from app.tickets.routes.context import (
    composer_context,
    properties_context,
    thread_context,
    ticket_context,
    wanted_query,
)
from app.tickets.routes.drafts import KIND_OF_MODE, draft_parts, keep, restore
from app.tickets.routes.inbox import note_reading
from app.tickets.routes.promise_context import wished_promise
from app.tickets.routes.uploads import stored_uploads
from app.tickets.services.drafts import empty_draft
from app.tickets.services.promising import fulfil_wish
from app.tickets.services.replies import add_note, add_reply
from app.web.forms import add_errors
from app.web.htmx import is_fragment_request, reswap, trigger
from app.web.responses import page, see_other
from app.web.transactions import own_unit

#: Raised in the browser when a ticket changed by this page's own doing: lists and threads look
#: at once instead of at their next poll.
CHANGED = "ticket-changed"
#: Raised when the open ticket is dealt with; what opens then is up to the person (`open-row.js`).
DEALT_WITH = "ticket-dealt-with"


@blueprint.post("/tickets/<int:number>/messages")
@signed_in
def write(number: int) -> Response:
    """Send an answer or keep a note; or keep a draft, or only show what it would look like."""
    form = ComposerForm()
    ticket = ticket_visible_to(current_staff(), number)
    if form.save.data:
        return _draft_kept(ticket, form)
    if form.drop.data or form.put_back.data is not None:
        return _draft_changed(ticket, form)
    if not is_fragment_request() and any(form.files.data or []):
        refused = _files_kept(ticket.id, form)
        ticket = ticket_visible_to(current_staff(), number)
        if refused:
            return _composer(ticket, form, status=422, refused_files=refused)
    if form.preview.data:
        preview = render_message(form.body.data or "")
        return _composer(ticket, form, status=200, preview_html=preview)
    return _sent(ticket, form)


def _sent(ticket: Ticket, form: ComposerForm) -> Response:
    if not form.validate_on_submit():
        return _composer(ticket, form, status=422)
    try:
        _write(ticket, current_staff(), form)
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
        return see_other("tickets.show", number=ticket.number, **wanted_query())
    context = thread_context(ticket) | properties_context(ticket)
    note_reading(ticket.id, context["thread"])
    context |= composer_context(ticket, mode=form.kind.data)
    response = trigger(page("tickets/sent.htmx.html", **context | {"is_sent": True}), CHANGED)
    is_solved = form.kind.data == "reply" and form.next.data == TicketState.SOLVED
    return dealt_with(response) if is_solved else response


def dealt_with(response: Response) -> Response:
    """Let the browser open what its person wants to see once a ticket is dealt with."""
    return trigger(response, DEALT_WITH, {"then": str(current_staff().after_solving)})


def _write(ticket: Ticket, staff: Staff, form: ComposerForm) -> None:
    now = utc_now()
    wish = wished_promise(form, ticket, now=now)
    keys = [*(form.uploads.data or []), *stored_uploads(form.files.data or [])]
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
    empty_draft(
        ticket.id,
        staff_id=staff.id,
        kind=KIND_OF_MODE[form.kind.data],
        writer=form.writer.data or "",
        seq=form.seq.data or 0,
        now=now,
    )


def _files_kept(ticket_id: int, form: ComposerForm) -> list[tuple[str, str]]:
    """Take files in at once: without JavaScript no answer to a refused form could hold them.

    :returns: name and reason of each file that could not be taken.
    """
    refused: list[tuple[str, str]] = []
    own_unit(lambda: refused.extend(keep(ticket_id, form)[1]))
    form.files.data = []
    return refused


def _draft_kept(ticket: Ticket, form: ComposerForm) -> Response:
    """Keep what a form holds and answer with what changed in the composer."""
    draft, refused = keep(ticket.id, form)
    if is_fragment_request():
        parts = draft_parts(form, draft) | {"ticket": ticket, "refused_files": refused}
        return page("tickets/draft.htmx.html", **parts)
    for name, reason in refused:
        flash(f"{name}: {reason}", "error")
    flash(_("Draft saved."), "success")
    return see_other("tickets.show", number=ticket.number, **wanted_query())


def _draft_changed(ticket: Ticket, form: ComposerForm) -> Response:
    """Leave a file out, or put an older text back, and show the composer anew."""
    if form.put_back.data is not None:
        restore(ticket, form)
    else:
        keep(ticket.id, form)
    if not is_fragment_request():
        return see_other("tickets.show", number=ticket.number, **wanted_query())
    return page("tickets/_composer.html", **composer_context(ticket) | {"is_sent": True})


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
