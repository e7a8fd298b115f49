"""The jobs that read received mail."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

from flask import current_app
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.clock import utc_now
from app.config import Settings
from app.db import db, read_only, rollback_session
from app.jobs.services import enqueue_job
from app.mailbox.fetching import fetch_new
from app.mailbox.imap import MailboxTrouble, mailbox_address
from app.mailbox.limits import MAX_BYTES
from app.mailbox.models import RawMail, Reason, ReceivedMail, ReceivedState
from app.mailbox.parsing.reading import read_mail
from app.mailbox.services.clearing import forget_raw
from app.mailbox.services.looks import note_look
from app.mailbox.services.processing import FileRoom, process_mail
from app.mailbox.services.receiving import recover_unread
from app.mailbox.services.settling import settle

log = logging.getLogger(__name__)

FETCH_JOB = "mailbox.fetch"
#: A mail that nobody has read for so long has lost its job.
LOST_AFTER = timedelta(minutes=10)


def process_received(payload: dict[str, Any]) -> None:
    """Read a mail and put it where it belongs; one that cannot be read is kept and counted.

    :param payload: ``received_id``.
    """
    received_id = int(payload["received_id"])
    settings: Settings = current_app.extensions["settings"]
    # Read and parsed before this job's own transaction begins: from then on it holds the one
    # write lock of SQLite, and a large mail takes a while.
    with read_only(), Session(db.engine) as session:
        raw = session.scalar(select(RawMail.content).where(RawMail.received_id == received_id))
        size = session.scalar(select(ReceivedMail.size_bytes).where(ReceivedMail.id == received_id))
    if raw is None or size is None:
        return
    room = FileRoom(settings.files_dir, settings.max_upload_mb * 1024 * 1024)
    try:
        mail = read_mail(raw, is_cut=size > MAX_BYTES)
        process_mail(_row(received_id), mail, room=room, now=utc_now())
        db.session.flush()
    except SQLAlchemyError:
        raise  # the database's trouble is not the mail's: the job tries again
    except Exception:
        log.exception("received mail %s cannot be read", received_id)
        rollback_session()
        row = _row(received_id)
        if row.state == ReceivedState.RECEIVED:
            settle(row, ReceivedState.UNPROCESSABLE, Reason.BROKEN, now=utc_now())


def fetch_received(_payload: dict[str, Any]) -> None:
    """Take what is new in the mailbox; trouble with it is noted, and passes or is looked into."""
    settings: Settings = current_app.extensions["settings"]
    if not settings.imap_url:
        return
    name = mailbox_address(settings.imap_url).name
    # Before this job's own transaction begins: each mail is committed apart, and no server is
    # waited for while the database is held.
    try:
        fetched = fetch_new(settings.imap_url)
    except MailboxTrouble as trouble:
        note_look(name, trouble=str(trouble), now=utc_now())
        return
    note_look(name, trouble="", now=utc_now())
    if fetched.has_more:
        enqueue_job(FETCH_JOB, {}, now=utc_now(), dedupe_key="mailbox:more")


def sweep_received(_payload: dict[str, Any]) -> None:
    """Read what lost its job, and let go of the bytes of what has long been done with."""
    now = utc_now()
    recover_unread(now=now, before=now - LOST_AFTER)
    forget_raw(now=now)


def _row(received_id: int) -> ReceivedMail:
    return db.session.get_one(
        ReceivedMail, received_id, with_for_update=True, populate_existing=True
    )
