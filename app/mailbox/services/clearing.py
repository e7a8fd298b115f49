"""Letting go of the bytes of mails that are done with."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select

from app.db import db
from app.mailbox.limits import RAW_KEPT
from app.mailbox.models import RawMail, ReceivedMail, ReceivedState

_AT_ONCE = 200


def forget_raw(*, now: datetime) -> int:
    """Remove the bytes of mails that were settled long ago; what waits for a person keeps them.

    :returns: how many lost their bytes.
    """
    done = (
        select(RawMail.received_id)
        .join(ReceivedMail, ReceivedMail.id == RawMail.received_id)
        .where(
            ReceivedMail.state.in_((ReceivedState.PROCESSED, ReceivedState.IGNORED)),
            ReceivedMail.processed_at < now - RAW_KEPT,
        )
        .order_by(RawMail.received_id)
        .limit(_AT_ONCE)
    )
    keys = list(db.session.scalars(done))
    if keys:
        db.session.execute(delete(RawMail).where(RawMail.received_id.in_(keys)))
    return len(keys)
