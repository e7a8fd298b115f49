"""Files that forms of the inbox send along."""

from __future__ import annotations

from collections.abc import Iterable

from werkzeug.datastructures import FileStorage

from app.clock import utc_now
from app.files.services import store_upload
from app.staff.access import current_staff
from app.web.settings import current_settings


def owner_key() -> str:
    """Return whose the uploads of this request are."""
    return f"staff:{current_staff().id}"


def stored_upload(file: FileStorage) -> str:
    """Take in one file and return its key.

    :raises PortalError: it is too large or of a kind that is not taken.
    """
    settings = current_settings()
    return store_upload(
        file.stream,  # type: ignore[arg-type]
        filename=file.filename,
        owner_key=owner_key(),
        files_dir=settings.files_dir,
        max_bytes=settings.max_upload_mb * 1024 * 1024,
        now=utc_now(),
    ).key


def stored_uploads(files: Iterable[FileStorage | str]) -> list[str]:
    """Take in the files of a form and return their keys.

    :raises PortalError: a file is too large or of a kind that is not taken.
    """
    return [
        stored_upload(file) for file in files if isinstance(file, FileStorage) and file.filename
    ]
