"""Telling staff what happened to a ticket."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from app.notices.services import notify
from app.tickets.models import Ticket
from app.tickets.queries.watchers import watcher_ids


def followers_of(ticket: Ticket) -> set[int]:
    """Return who wants to hear of a ticket: whoever has it, and whoever watches it."""
    return watcher_ids(ticket.id) | ({ticket.assignee_id} if ticket.assignee_id else set())


def tell_of_ticket(
    ticket: Ticket,
    people: Collection[int],
    what: str,
    *,
    kind: str,
    now: datetime,
    once: bool = False,
) -> None:
    """Add a notice about a ticket for some people, in the caller's transaction.

    :param people: keys of staff.
    :param what: what happened, in a few words; the ticket is named behind it.
    :param kind: see `app.notices.labels`.
    :param once: whoever has an unread notice of this kind about the ticket gets no second one.
    """
    notify(
        staff_ids=sorted(people),
        kind=kind,
        text=f"{what}: #{ticket.number} {ticket.subject}",
        path=f"/portal/tickets/{ticket.number}",
        ticket_id=ticket.id,
        dedupe_key=f"{kind}:{ticket.id}" if once else None,
        now=now,
    )
