"""Images of imported articles, each stored once however often it is imported."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from app.clock import utc_now
from app.db import rollback_session, unit_of_work
from app.files.queries import attachment_with_content
from app.files.services import discard_file, store_upload
from app.knowledge.queries.articles import id_by_external_id


@dataclass(frozen=True)
class ImageStore:
    """Where images go.

    :ivar files_dir: ``Settings.files_dir``.
    :ivar max_bytes: largest image taken.
    :ivar dry_run: look, and store nothing.
    """

    files_dir: Path
    max_bytes: int
    dry_run: bool = False

    def address_of(self, file: Path, *, source: str, external_id: str) -> str:
        """Return the address under which readers get an image, storing it if it is new.

        An image is recognised by its bytes: as they lie in the folder (an export brought back),
        or as they become when written anew (the same import again).

        :raises UploadRefused: not an image that is taken.
        """
        owner_key = f"import:{source}:{external_id}"
        raw = hashlib.sha256(file.read_bytes()).hexdigest()
        with unit_of_work():
            article_id = id_by_external_id(source, external_id)
            known = attachment_with_content(raw, owner_key=owner_key, article_id=article_id)
            if known is not None:
                return f"/files/{known.key}"
            with file.open("rb") as stream:
                stored = store_upload(
                    stream,
                    filename=file.name,
                    owner_key=owner_key,
                    files_dir=self.files_dir,
                    max_bytes=self.max_bytes,
                    now=utc_now(),
                    images_only=True,
                )
            known = attachment_with_content(
                stored.sha256, owner_key=owner_key, article_id=article_id, but=stored.id
            )
            address = f"/files/{(known or stored).key}"
            if known is not None or self.dry_run:
                discard_file(stored, files_dir=self.files_dir)
                rollback_session()
            return address
