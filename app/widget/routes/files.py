"""Files that go with a request."""

from __future__ import annotations

from collections.abc import Iterable
from typing import BinaryIO, cast

from flask import Response, abort, jsonify, request, url_for

from app.clock import utc_now
from app.customers.models import PersonSession
from app.errors import Invalid
from app.files.queries import attachment_by_key
from app.files.services import store_upload
from app.files.serving import serve_file
from app.widget.access import client_address, current_site, needed_person, settings, widget
from app.widget.blueprint import blueprint
from app.widget.limits import limit_writes
from app.widget.signing import file_token, is_file_token


@blueprint.post("/w/<site_key>/uploads")
@widget
def upload() -> tuple[Response, int]:
    """Take one file in; it waits for the request it belongs to."""
    person, now = needed_person(), utc_now()
    limit_writes(
        current_site(), None, address=client_address(), secret_key=settings().secret_key, now=now
    )
    file = request.files.get("file")
    if file is None:
        raise Invalid("There is no file in the request.")
    stored = store_upload(
        cast(BinaryIO, file.stream),
        filename=file.filename,
        owner_key=f"session:{person.id}",
        files_dir=settings().files_dir,
        max_bytes=settings().max_upload_mb * 1024 * 1024,
        now=now,
    )
    return jsonify(key=stored.key, name=stored.filename, size=stored.size_bytes), 201


@blueprint.get("/w/<site_key>/files/<key>")
@widget
def show_file(key: str) -> Response:
    """Give a file of a conversation to the panel that shows the conversation."""
    token = request.args.get("t", "")
    attachment = attachment_by_key(key)
    if attachment is None or not is_file_token(token, key, secret_key=settings().secret_key):
        abort(404)
    return serve_file(attachment, files_dir=settings().files_dir)


def file_links(keys: Iterable[str], person: PersonSession) -> dict[str, str]:
    """Return the addresses under which a person's panel shows files, by key."""
    secret_key = settings().secret_key
    return {
        key: url_for(
            "widget.show_file",
            key=key,
            t=file_token(key, person.id, secret_key=secret_key),
        )
        for key in keys
    }
