"""Joining what one person did before and after we knew them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select

from app.config import Settings
from app.db import db
from app.deflection.models import BEFORE, HelpContact, HelpSession, person_key
from app.deflection.services.refreshing import refresh_sessions


def stitch(
    session: HelpSession,
    *,
    customer_id: int | None,
    visitor_id: int | None,
    settings: Settings,
    now: datetime,
) -> None:
    """Give a session, and its person's others of the last 24 hours, to who they turn out to be.

    Nothing happens if no more is known than before. Only ids that the server itself handed out
    join anything; nobody is recognised by browser, address or behaviour.

    :param session: under way.
    :param customer_id: the customer, if known now.
    :param visitor_id: the visitor, if known now.
    """
    is_customer = customer_id is not None and session.customer_id is None
    is_visitor = visitor_id is not None and session.visitor_id is None
    if session.customer_id is not None or not (is_customer or is_visitor):
        return
    old_key = session.person_key
    new_key = person_key(customer_id=customer_id, visitor_id=visitor_id)
    since = now - BEFORE
    sessions = db.session.scalars(
        select(HelpSession).where(
            or_(HelpSession.person_key == old_key, HelpSession.key == session.key),
            HelpSession.customer_id.is_(None),
            HelpSession.last_event_at >= since,
        )
    ).all()
    contacts = db.session.scalars(
        select(HelpContact).where(HelpContact.person_key == old_key, HelpContact.at >= since)
    ).all()
    for contact in contacts:
        contact.person_key = new_key
    for each in sessions:
        each.person_key = new_key
        each.customer_id = customer_id
        each.visitor_id = each.visitor_id or visitor_id
    refresh_sessions(sessions, settings=settings, now=now)
