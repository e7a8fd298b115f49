"""Files that come with a form, and what is wrong with a form."""

from __future__ import annotations

from collections.abc import Sequence

from flask import current_app
from flask_wtf import FlaskForm
from werkzeug.datastructures import FileStorage

from app.clock import utc_now
from app.errors import PortalError
from app.files.errors import TooManyFiles
from app.files.services import MAX_FILES_PER_MESSAGE, store_upload
from app.web.locales import translated, translated_fields


def keep_uploads(files: Sequence[FileStorage] | None, *, owner: str) -> list[str]:
    """Store the files of a form and return their keys.

    :param owner: who may attach them.
    :raises TooManyFiles: more than a message can carry.
    :raises PortalError: a file that is not taken.
    """
    settings = current_app.extensions["settings"]
    chosen = [file for file in files or [] if file and file.filename]
    if len(chosen) > MAX_FILES_PER_MESSAGE:
        raise TooManyFiles
    return [
        store_upload(
            file.stream,  # type: ignore[arg-type]  # werkzeug says IO[bytes]
            filename=file.filename,
            owner_key=owner,
            files_dir=settings.files_dir,
            max_bytes=settings.max_upload_mb * 1024 * 1024,
            now=utc_now(),
        ).key
        for file in chosen
    ]


def show_errors(form: FlaskForm, error: PortalError) -> None:
    """Put what a service said into the form, so that it is shown at its fields."""
    for name, messages in translated_fields(error.fields).items():
        if name in form:
            form[name].errors = list(messages)
    if not error.fields:
        form.form_errors.append(translated(error.user_message))
