"""Taking files in, tying them to what they belong to, and clearing away what nobody kept."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import delete, select, update

from app.db import db
from app.files.errors import TooManyFiles, UploadRefused, UploadTooLarge
from app.files.images import reencode_image
from app.files.kinds import kind_of
from app.files.models import Attachment
from app.files.names import clean_filename
from app.texts import Sentence

MAX_FILES_PER_MESSAGE = 5
#: An upload that was not sent with anything for this long is thrown away.
ORPHAN_AGE = timedelta(hours=24)
_CHUNK = 256 * 1024


def store_upload(
    stream: BinaryIO,
    *,
    filename: str | None,
    owner_key: str,
    files_dir: Path,
    max_bytes: int,
    now: datetime,
    images_only: bool = False,
) -> Attachment:
    """Take one file in; it waits, unattached, for the message or article it belongs to.

    The bytes are on disk under their final name before the row can be committed: a committed
    row always has its file, and a file without a row is cleared away later.

    :param stream: the upload.
    :param filename: as the browser gave it; cleaned here.
    :param owner_key: who may attach it, such as ``staff:7`` or ``session:42``.
    :param files_dir: ``Settings.files_dir``.
    :param max_bytes: largest size taken.
    :param images_only: take raster images only (article images).
    :returns: the flushed row.
    :raises UploadTooLarge: more bytes than the limit.
    :raises UploadRefused: empty, a kind that is not taken, or not what its name says.
    """
    name = clean_filename(filename)
    storage_name = secrets.token_hex(16)
    files_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = files_dir / f".{storage_name}.part"
    try:
        _receive(stream, draft, max_bytes)
        kind = kind_of(draft, name)
        if images_only and not kind.image:
            raise UploadRefused("Only PNG, JPEG, GIF and WebP images can be put into an article.")
        if kind.image:
            clean = files_dir / f".{storage_name}.image"
            try:
                reencode_image(draft, clean)
                clean.replace(draft)
            finally:
                clean.unlink(missing_ok=True)
        size, digest = _seal(draft)
        draft.replace(files_dir / storage_name)
        _sync_directory(files_dir)
    finally:
        draft.unlink(missing_ok=True)
    attachment = Attachment(
        key=secrets.token_urlsafe(16),
        owner_key=owner_key,
        filename=name,
        media_type=kind.media_type,
        size_bytes=size,
        sha256=digest,
        storage_name=storage_name,
        inline=kind.image,
        created_at=now,
    )
    db.session.add(attachment)
    db.session.flush()  # the caller answers with the key or ties it to its message at once
    return attachment


def attach_to_message(
    message_id: int, *, keys: Sequence[str], owner_key: str, most: int = MAX_FILES_PER_MESSAGE
) -> list[Attachment]:
    """Tie waiting uploads to a message.

    :param keys: public keys as the form sent them; foreign, unknown and used ones are passed over.
    :param owner_key: only this person's uploads are tied.
    :param most: files that one message may carry.
    :returns: the tied files, in the order of their upload.
    :raises TooManyFiles: more than that.
    """
    wanted = list(dict.fromkeys(key for key in keys if key))
    if not wanted:
        return []
    if len(wanted) > most:
        raise TooManyFiles
    files = list(
        db.session.scalars(
            select(Attachment)
            .where(
                Attachment.key.in_(wanted),
                Attachment.owner_key == owner_key,
                Attachment.message_id.is_(None),
                Attachment.article_id.is_(None),
            )
            .order_by(Attachment.id)
        )
    )
    for file in files:
        file.message_id = message_id
    return files


def attach_to_article(article_id: int, *, keys: Iterable[str]) -> None:
    """Tie the waiting images that an article's text names to the article."""
    wanted = sorted(set(keys))
    if wanted:
        db.session.execute(
            update(Attachment)
            .where(
                Attachment.key.in_(wanted),
                Attachment.message_id.is_(None),
                Attachment.article_id.is_(None),
            )
            .values(article_id=article_id)
        )


def open_file(attachment: Attachment, *, files_dir: Path) -> BinaryIO:
    """Open the bytes of a stored file.

    :raises FileNotFoundError: the file is gone, for example restored without its directory.
    """
    return (files_dir / attachment.storage_name).open("rb")


def collect_orphans(*, files_dir: Path, now: datetime, keep: Collection[str] = ()) -> int:
    """Clear away uploads nobody sent and files no row knows.

    :param keep: keys of uploads that still wait to be sent.
    :returns: how many files were removed.
    """
    cutoff = now - ORPHAN_AGE
    db.session.execute(
        delete(Attachment).where(
            Attachment.message_id.is_(None),
            Attachment.article_id.is_(None),
            Attachment.created_at < cutoff,
            Attachment.key.not_in(keep),
        )
    )
    if not files_dir.is_dir():
        return 0
    known = set(db.session.scalars(select(Attachment.storage_name)))
    removed = 0
    for path in files_dir.iterdir():
        if path.name not in known and path.stat().st_mtime < cutoff.timestamp():
            path.unlink(missing_ok=True)
            removed += 1
    return removed


def _receive(stream: BinaryIO, path: Path, max_bytes: int) -> None:
    """Copy a stream to disk, giving up at the limit."""
    size = 0
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        while chunk := stream.read(_CHUNK):
            size += len(chunk)
            if size > max_bytes:
                raise UploadTooLarge(
                    Sentence(
                        "This file is too large. The limit is %(count)s MB.",
                        count=max_bytes // 1024 // 1024,
                    )
                )
            file.write(chunk)
    if size == 0:
        raise UploadRefused(Sentence("This file is empty."))


def _seal(path: Path) -> tuple[int, str]:
    """Force a file to the disk; return its size in bytes and its SHA-256."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        os.fsync(file.fileno())
        return os.fstat(file.fileno()).st_size, digest


def _sync_directory(path: Path) -> None:
    """Force a directory's entries to the disk, so that a rename survives a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def discard_file(attachment: Attachment, *, files_dir: Path) -> None:
    """Remove the bytes of an upload whose row is about to be rolled back."""
    (files_dir / attachment.storage_name).unlink(missing_ok=True)
