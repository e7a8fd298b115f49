"""Mailed links that open one ticket to its requester."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from sqlalchemy import select, update

from app.db import db
from app.errors import NotFound
from app.tickets.models import RequestLink, Ticket
from app.tickets.queries.merged import goes_on_in
from app.tickets.queries.visibility import shown_to_requesters

#: Source: docs/tickets.md, "Request links".
LINK_LIFE = timedelta(days=30)
TOKEN_BYTES = 16


def hash_link(token: str) -> str:
    """Return the form of a link's token that is stored; a stolen table opens nothing."""
    return hashlib.sha256(token.encode()).hexdigest()


def create_request_link(ticket: Ticket, *, now: datetime) -> str:
    """Make a link for a ticket.

    :returns: the token, 128 random bits, kept nowhere else.
    """
    token = secrets.token_urlsafe(TOKEN_BYTES)
    db.session.add(
        RequestLink(
            ticket_id=ticket.id,
            token_hash=hash_link(token),
            expires_at=now + LINK_LIFE,
            created_at=now,
        )
    )
    return token


def request_path(token: str) -> str:
    """Return the address of a request below the installation's own."""
    return f"/help/requests/{token}"


def revoke_request_links(ticket: Ticket, *, now: datetime) -> None:
    """Make all links of a ticket useless."""
    db.session.execute(
        update(RequestLink)
        .where(RequestLink.ticket_id == ticket.id, RequestLink.revoked_at.is_(None))
        .values(revoked_at=now)
    )


def ticket_of_link(token: str, *, now: datetime) -> Ticket:
    """Return the ticket that a link opens; of one that was merged, where it goes on.

    :raises NotFound: the link is unknown, expired or revoked, or the ticket is in the bin; the
        answer does not say which.
    """
    ticket = db.session.scalar(
        select(Ticket)
        .join(RequestLink, RequestLink.ticket_id == Ticket.id)
        .where(
            RequestLink.token_hash == hash_link(token),
            RequestLink.expires_at > now,
            RequestLink.revoked_at.is_(None),
            shown_to_requesters(),
        )
    )
    if ticket is None:
        raise NotFound
    return goes_on_in(ticket)
