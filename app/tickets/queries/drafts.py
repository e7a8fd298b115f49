"""Reading what staff are writing."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import bindparam, select

from app.db import db
from app.files.models import Attachment
from app.tickets.composing import Draft


def draft_of(ticket_id: int, *, staff_id: int) -> Draft | None:
    """Return what a person has typed on a ticket; it may have been emptied since."""
    return db.session.scalar(_DRAFT, {"ticket_id": ticket_id, "staff_id": staff_id})


#: Every look at a ticket asks this; built once.
_DRAFT = select(Draft).where(
    Draft.ticket_id == bindparam("ticket_id"), Draft.staff_id == bindparam("staff_id")
)


def waiting_uploads(keys: Sequence[str], *, owner_key: str) -> list[Attachment]:
    """Return the uploads of somebody that wait to be sent, in the order of their keys.

    :param keys: as a form or draft names them; others' and sent ones are passed over.
    """
    if not keys:
        return []
    found = db.session.scalars(
        select(Attachment).where(
            Attachment.key.in_(keys),
            Attachment.owner_key == owner_key,
            Attachment.message_id.is_(None),
            Attachment.article_id.is_(None),
        )
    )
    by_key = {file.key: file for file in found}
    return [by_key[key] for key in dict.fromkeys(keys) if key in by_key]


def upload_keys_in_drafts() -> set[str]:
    """Return the keys of the uploads that drafts hold on to."""
    kept = db.session.scalars(select(Draft.fields).where(Draft.is_empty.is_(False)))
    return {key for fields in kept for key in fields.get("uploads", [])}
