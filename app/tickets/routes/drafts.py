"""What is in the composer and not sent: kept on the server, shown again on any device."""

from __future__ import annotations

from typing import Any

from werkzeug.datastructures import FileStorage, MultiDict

from app.clock import utc_now
from app.errors import PortalError
from app.staff.access import current_staff
from app.tickets.composing import Draft
from app.tickets.forms import ComposerForm
from app.tickets.models import MessageKind, Ticket
from app.tickets.queries.drafts import draft_of, waiting_uploads
from app.tickets.routes.uploads import owner_key, stored_upload
from app.tickets.services.drafts import Writing, put_back, save_draft
from app.web.locales import translated

#: The composer's two modes, as its form names them.
KIND_OF_MODE = {"reply": MessageKind.MESSAGE, "note": MessageKind.NOTE}
MODE_OF_KIND = {kind: mode for mode, kind in KIND_OF_MODE.items()}

#: Fields that are no part of what is kept beside the texts.
_NOT_KEPT = frozenset(
    {"body", "other", "other_kind", "kind", "files", "csrf_token", "version", "seen", "next"}
    | {"preview", "save", "drop", "put_back", "writer", "seq", "draft_version"}
)


def draft_context(
    ticket: Ticket, form: ComposerForm | None = None, *, mode: str | None = None
) -> dict[str, Any]:
    """Return what the composer shows of what was typed before.

    :param form: as it was sent, when it is shown again; None for what is kept.
    :param mode: the one to show; None for the one that has a text.
    """
    staff_id = current_staff().id
    draft = draft_of(ticket.id, staff_id=staff_id)
    shown = form or _form_of(draft, mode)
    return draft_parts(shown, draft) | {"form": shown, "me": staff_id}


def draft_parts(form: ComposerForm, draft: Draft | None) -> dict[str, Any]:
    """Return what the parts of the composer need that change when a draft is saved."""
    uploads = waiting_uploads(form.uploads.data or [], owner_key=owner_key())
    return {"draft": draft, "uploads": uploads, "refused_files": []}


def keep(ticket_id: int, form: ComposerForm) -> tuple[Draft, list[tuple[str, str]]]:
    """Keep what a form holds, its files too.

    :returns: the draft, and name and reason of each file that could not be taken.
    :raises Invalid: the text is too long.
    """
    refused = []
    for file in form.files.data or []:
        if not (isinstance(file, FileStorage) and file.filename):
            continue
        try:
            form.uploads.data = [*(form.uploads.data or []), stored_upload(file)]
        except PortalError as error:
            refused.append((file.filename, translated(error.user_message)))
    form.uploads.data = [key for key in form.uploads.data or [] if key != form.drop.data]
    staff_id = current_staff().id
    draft = save_draft(ticket_id, staff_id=staff_id, writing=writing_of(form), now=utc_now())
    return draft, refused


def restore(ticket: Ticket, form: ComposerForm) -> None:
    """Keep what a form holds, then put an older text in its place."""
    draft, _refused = keep(ticket.id, form)
    put_back(draft, older_id=form.put_back.data or 0, now=utc_now())


def writing_of(form: ComposerForm) -> Writing:
    """Return what a form says is in the composer."""
    kind = KIND_OF_MODE.get(form.kind.data, MessageKind.MESSAGE)
    texts = {KIND_OF_MODE.get(form.other_kind.data): form.other.data or ""}
    texts[kind] = form.body.data or ""
    return Writing(
        kind=kind,
        answer=texts.get(MessageKind.MESSAGE, ""),
        note=texts.get(MessageKind.NOTE, ""),
        fields=kept_fields(form),
        version=form.draft_version.data or 0,
        writer=form.writer.data or "",
        seq=form.seq.data or 0,
    )


def kept_fields(form: ComposerForm) -> dict[str, list[str]]:
    """Return the form's other fields as they were sent."""
    sent = {
        each.short_name: [str(value) for value in each.raw_data or []]
        for each in form
        if each.short_name not in _NOT_KEPT
    }
    return {name: values for name, values in sent.items() if values} | {
        "uploads": list(form.uploads.data or [])
    }


def _form_of(draft: Draft | None, mode: str | None) -> ComposerForm:
    if draft is None or (draft.is_empty and not draft.fields):
        return ComposerForm(formdata=None, kind=mode or "reply")
    shown = KIND_OF_MODE[mode] if mode else MessageKind(draft.kind)
    other = MessageKind.MESSAGE if shown is MessageKind.NOTE else MessageKind.NOTE
    if mode is None and draft.text(other) and not draft.text(shown):
        shown, other = other, shown
    texts = {
        "kind": MODE_OF_KIND[shown],
        "body": draft.text(shown),
        "other_kind": MODE_OF_KIND[other],
        "other": draft.text(other),
    }
    if not draft.fields:
        return ComposerForm(formdata=None, **texts)
    return ComposerForm(formdata=MultiDict({**draft.fields, **texts}))
