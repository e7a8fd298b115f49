"""Reading stored files back."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import false, or_, select

from app.db import db
from app.files.models import Attachment


def attachment_by_key(key: str) -> Attachment | None:
    """Return a file by its public key; the caller decides who may see it."""
    return db.session.scalar(select(Attachment).where(Attachment.key == key))


def attachments_waiting(keys: Collection[str], *, owner_key: str) -> Sequence[Attachment]:
    """Return the uploads of one person that are not tied to anything yet."""
    if not keys:
        return []
    return db.session.scalars(
        select(Attachment)
        .where(
            Attachment.key.in_(list(keys)[:20]),
            Attachment.owner_key == owner_key,
            Attachment.message_id.is_(None),
            Attachment.article_id.is_(None),
        )
        .order_by(Attachment.id)
    ).all()


def attachments_of_article(article_id: int) -> Sequence[Attachment]:
    """Return the images of an article, oldest first."""
    return db.session.scalars(
        select(Attachment).where(Attachment.article_id == article_id).order_by(Attachment.id)
    ).all()


def attachments_of_message(message_id: int) -> Sequence[Attachment]:
    """Return the files of a ticket's message, in the order of their upload."""
    return db.session.scalars(
        select(Attachment).where(Attachment.message_id == message_id).order_by(Attachment.id)
    ).all()


def attachments_by_keys(keys: Collection[str]) -> Sequence[Attachment]:
    """Return files by their public keys."""
    if not keys:
        return []
    return db.session.scalars(
        select(Attachment).where(Attachment.key.in_(sorted(keys))).order_by(Attachment.id)
    ).all()


def attachment_with_content(
    sha256: str, *, owner_key: str, article_id: int | None, but: int = 0
) -> Attachment | None:
    """Return a stored file with this content that one import or article already has.

    :param owner_key: of the import that may have stored it.
    :param article_id: of the article it may be in.
    :param but: key of a file that does not count.
    """
    return db.session.scalar(
        select(Attachment)
        .where(
            Attachment.sha256 == sha256,
            Attachment.message_id.is_(None),
            Attachment.id != but,
            or_(
                Attachment.owner_key == owner_key,
                Attachment.article_id == article_id if article_id else false(),
            ),
        )
        .order_by(Attachment.id)
        .limit(1)
    )
