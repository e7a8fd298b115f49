"""Addresses that get no mail: because it comes back, or because they asked for none."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.db import db
from app.events.actor import Actor
from app.events.catalogue.mail import SuppressionAdded, SuppressionLifted
from app.events.services import record
from app.notifications.models import Suppression, SuppressionReason


def suppress_address(
    address: str,
    *,
    reason: SuppressionReason,
    mail_id: int | None,
    actor: Actor,
    now: datetime,
) -> Suppression:
    """Send nothing more to an address; a second time for the same reason changes nothing.

    :param mail_id: the mail that showed it.
    """
    address = address.lower()
    known = db.session.scalar(
        select(Suppression).where(Suppression.address == address, Suppression.reason == reason)
    )
    if known is not None:
        return known
    row = Suppression(address=address, reason=reason, mail_id=mail_id, created_at=now)
    db.session.add(row)
    db.session.flush()  # the event names it by its key
    record(SuppressionAdded(row.id, reason), actor=actor, at=now)
    return row


def lift_suppression(suppression: Suppression, *, actor: Actor, now: datetime) -> None:
    """Let an address get mail again."""
    record(SuppressionLifted(suppression.id, suppression.reason), actor=actor, at=now)
    db.session.delete(suppression)
