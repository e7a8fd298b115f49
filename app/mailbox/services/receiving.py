"""Keeping a mail: its row, its bytes and the job that reads it, in the caller's transaction."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.db import db
from app.jobs.services import enqueue_job
from app.mailbox.limits import KEPT_OF_LARGER, MAX_BYTES
from app.mailbox.models import RawMail, ReceivedMail, ReceivedState
from app.mailbox.parsing.reading import Heading, heading_of, identity_of, parsed

PROCESS_JOB = "mailbox.process"
PIPE = "pipe"


@dataclass(frozen=True)
class Place:
    """Where a mail was taken from.

    :ivar mailbox: ``pipe``, or user, host and folder.
    :ivar envelope_to: the address it was delivered to; empty if nobody said it.
    """

    mailbox: str = PIPE
    uidvalidity: int | None = None
    uid: int | None = None
    envelope_to: str = ""


def keep_mail(
    raw: bytes, *, now: datetime, place: Place | None = None, size_bytes: int | None = None
) -> ReceivedMail:
    """Keep a mail as it came; what was kept before is returned instead.

    :param raw: at least its beginning.
    :param place: where it was; None for the pipe.
    :param size_bytes: of the whole mail, if `raw` is only the beginning.
    """
    place = place or Place()
    size = len(raw) if size_bytes is None else size_bytes
    if size > MAX_BYTES:
        raw = raw[:KEPT_OF_LARGER]
    identity, heading, id_hash = _facts(raw)
    known = _known(identity)
    if known is not None:
        return known
    row = ReceivedMail(
        identity=identity,
        message_id_hash=id_hash,
        mailbox=place.mailbox,
        uidvalidity=place.uidvalidity,
        uid=place.uid,
        size_bytes=size,
        envelope_to=place.envelope_to.lower(),
        from_address=heading.from_address,
        from_name=heading.from_name,
        subject=heading.subject,
        created_at=now,
    )
    try:
        with db.session.begin_nested():
            db.session.add(row)
            db.session.flush()  # bytes and job name it by its key
            db.session.add(RawMail(received_id=row.id, content=raw))
    except IntegrityError:
        # Another process kept the same mail in this moment.
        known = _known(identity)
        if known is None:
            raise
        return known
    enqueue_processing(row, now=now)
    return row


def enqueue_processing(row: ReceivedMail, *, now: datetime) -> None:
    """Let the worker read a mail."""
    enqueue_job(PROCESS_JOB, {"received_id": row.id}, now=now, dedupe_key=f"mail_in:{row.id}")


def recover_unread(*, now: datetime, before: datetime) -> int:
    """Give mails a job again whose own was given up or deleted.

    :param before: mails that came later are left alone.
    :returns: how many unread mails were looked at.
    """
    rows = db.session.scalars(
        select(ReceivedMail)
        .where(ReceivedMail.state == ReceivedState.RECEIVED, ReceivedMail.created_at < before)
        .order_by(ReceivedMail.id)
        .limit(200)
    ).all()
    for row in rows:
        enqueue_processing(row, now=now)
    return len(rows)


def _known(identity: str) -> ReceivedMail | None:
    return db.session.scalar(select(ReceivedMail).where(ReceivedMail.identity == identity))


def _facts(raw: bytes) -> tuple[str, Heading, str]:
    """Return identity, head and hash of the Message-ID; a mail nobody can read has its bytes'."""
    try:
        message = parsed(raw)
        heading = heading_of(message)
        identity = identity_of(raw, message)
    except Exception:  # noqa: BLE001 - whatever is wrong with it, it is kept
        return hashlib.sha256(raw).hexdigest(), Heading("", "", "", "", ()), ""
    message_id = heading.message_id
    id_hash = hashlib.sha256(message_id.encode()).hexdigest() if message_id else ""
    return identity, heading, id_hash
