"""Noting that somebody wrote to us after all."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from app.config import Settings
from app.db import db
from app.deflection.models import BEFORE, IDLE, HelpContact, HelpEvent, HelpSession, person_key
from app.deflection.services.inserting import insert_missing
from app.deflection.services.refreshing import refresh_sessions
from app.deflection.services.stitching import stitch
from app.deflection.vocabulary import SCHEMA_VERSION, Kind
from app.events.catalogue.tickets import TicketOpened

#: Channels that staff use for somebody who telephoned or wrote elsewhere.
ELSEWHERE = frozenset({"staff"})


def note_ticket_created(
    event: TicketOpened, *, settings: Settings, now: datetime
) -> HelpContact | None:
    """Join a new ticket to the help session it came out of and to the person's earlier ones.

    :param event: the ticket; without a help session of its own, the one its requester has
        under way is taken.
    :returns: the contact, or None if the ticket was noted before.
    """
    if db.session.scalar(select(HelpContact.id).where(HelpContact.ticket_id == event.ticket_id)):
        return None
    key = person_key(
        customer_id=event.customer_id,
        visitor_id=event.visitor_id,
        session_key=f"ticket-{event.ticket_id}",
    )
    session = _session_of(event, key, now=now)
    if session is not None:
        stitch(
            session,
            customer_id=event.customer_id,
            visitor_id=event.visitor_id,
            settings=settings,
            now=now,
        )
        if event.customer_id is None and event.visitor_id is None:
            key = session.person_key
    contact = HelpContact(
        ticket_id=event.ticket_id,
        ticket_number=event.number,
        channel=event.channel,
        person_key=key,
        help_session_id=session.id if session else None,
        at=now,
        tried_session_id=_tried_session(key, session, now=now),
    )
    db.session.add(contact)
    if session is not None:
        _append_contact(session, event, now=now)
    _refresh_earlier(key, session, settings=settings, now=now)
    return contact


def _session_of(event: TicketOpened, key: str, *, now: datetime) -> HelpSession | None:
    if event.help_session_id is not None:
        return db.session.get(HelpSession, event.help_session_id, with_for_update=True)
    return db.session.scalar(
        select(HelpSession)
        .where(HelpSession.person_key == key, HelpSession.last_event_at >= now - IDLE)
        .order_by(HelpSession.last_event_at.desc(), HelpSession.id.desc())
        .limit(1)
        .with_for_update()
    )


def _tried_session(key: str, session: HelpSession | None, *, now: datetime) -> int | None:
    """Return the session that tells what the writer had tried: the ticket's own, or one before."""
    if session is not None and session.has_tried:
        return session.id
    return db.session.scalar(
        select(HelpSession.id)
        .where(
            HelpSession.person_key == key,
            HelpSession.last_event_at >= now - BEFORE,
            HelpSession.has_tried.is_(True),
        )
        .order_by(HelpSession.last_event_at.desc(), HelpSession.id.desc())
        .limit(1)
    )


def _append_contact(session: HelpSession, event: TicketOpened, *, now: datetime) -> None:
    searches = db.session.scalars(
        select(HelpEvent.event_id)
        .where(HelpEvent.help_session_id == session.id, HelpEvent.kind == Kind.SEARCH)
        .order_by(HelpEvent.id.desc())
        .limit(3)
    ).all()
    kind = Kind.CONTACT_ELSEWHERE if event.channel in ELSEWHERE else Kind.TICKET_CREATED
    insert_missing(
        HelpEvent,
        [
            {
                "event_id": f"ticket:{event.ticket_id}",
                "help_session_id": session.id,
                "kind": kind.value,
                "at": now,
                "ticket_id": event.ticket_id,
                "data": {
                    "v": SCHEMA_VERSION,
                    "number": event.number,
                    "channel": event.channel,
                    "last_search_ids": list(searches),
                },
            }
        ],
        unique=("event_id",),
    )


def _refresh_earlier(
    key: str, session: HelpSession | None, *, settings: Settings, now: datetime
) -> None:
    """Refresh every session that this contact may have made a failure."""
    affected = db.session.scalars(
        select(HelpSession).where(
            HelpSession.person_key == key,
            HelpSession.last_event_at >= now - timedelta(hours=settings.attribution_hours),
        )
    ).all()
    own = [session] if session is not None and session not in affected else []
    refresh_sessions([*affected, *own], settings=settings, now=now)
