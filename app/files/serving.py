"""Giving a stored file out so that it can do nothing but be looked at or saved."""

from __future__ import annotations

from pathlib import Path

from flask import Response, abort, send_file

from app.files.models import Attachment

POLICY = "default-src 'none'; sandbox"


def serve_file(attachment: Attachment, *, files_dir: Path, cache_seconds: int = 0) -> Response:
    """Answer with a file. Who may have it is decided by the caller, before.

    Only images that were written anew are shown in place; everything else is a download.

    :param files_dir: ``Settings.files_dir``.
    :param cache_seconds: how long browsers and proxies may keep it; 0 for anything personal.
    """
    path = files_dir / attachment.storage_name
    if not path.is_file():
        abort(404)
    response = send_file(
        path.resolve(),
        mimetype=attachment.media_type,
        as_attachment=not attachment.inline,
        download_name=attachment.filename,
        etag=attachment.sha256,
        max_age=cache_seconds,
    )
    headers = response.headers
    headers["Content-Security-Policy"] = POLICY
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Cross-Origin-Resource-Policy"] = "same-site"
    headers["Cache-Control"] = (
        f"public, max-age={cache_seconds}" if cache_seconds else "private, no-store"
    )
    return response
