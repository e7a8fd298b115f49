"""Finding help sessions."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.db import db
from app.deflection.models import IDLE, HelpContact, HelpSession
from app.errors import NotFound
from app.sites.models import Site


def current_session(
    *, session_key: str = "", person_key: str = "", now: datetime
) -> HelpSession | None:
    """Return the help session that a client or person has under way, or None.

    :param session_key: the client's own key; asked first.
    :param person_key: see :func:`app.deflection.models.person_key`.
    """
    for column, value in (
        (HelpSession.key, session_key),
        (HelpSession.person_key, person_key),
    ):
        if not value:
            continue
        session = db.session.scalar(
            select(HelpSession)
            .where(column == value, HelpSession.last_event_at >= now - IDLE)
            .order_by(HelpSession.last_event_at.desc(), HelpSession.id.desc())
            .limit(1)
        )
        if session is not None:
            return session
    return None


def help_session(session_id: int) -> HelpSession:
    """Return a help session.

    :raises NotFound: there is none; it may have been aggregated away.
    """
    session = db.session.get(HelpSession, session_id)
    if session is None:
        raise NotFound
    return session


def session_before_ticket(ticket_id: int) -> int | None:
    """Return the id of the help session that tells what the writer of a ticket had tried.

    That is the one the ticket came out of; if nothing was searched or read in it, or there was
    none, the person's last one of the 24 hours before in which something was.
    """
    row = db.session.execute(
        select(HelpContact.tried_session_id, HelpContact.help_session_id).where(
            HelpContact.ticket_id == ticket_id
        )
    ).first()
    return (row.tried_session_id or row.help_session_id) if row else None


def site_names() -> list[tuple[int, str]]:
    """Return the sites by name, for filters."""
    rows = db.session.execute(select(Site.id, Site.name).order_by(Site.name, Site.id))
    return [(row.id, row.name) for row in rows]
