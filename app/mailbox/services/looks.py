"""Noting how a look into a mailbox went."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.db import db
from app.mailbox.models import MailboxLook


def note_look(name: str, *, trouble: str, now: datetime) -> MailboxLook:
    """Note when a mailbox was read, or why it could not be.

    :param name: of the mailbox.
    :param trouble: empty if it was read well.
    """
    look = db.session.scalar(select(MailboxLook).where(MailboxLook.name == name))
    if look is None:
        look = MailboxLook(name=name, created_at=now)
        db.session.add(look)
    look.trouble = trouble
    if not trouble:
        look.read_at = now
    return look
