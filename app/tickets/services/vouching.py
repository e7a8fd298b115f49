"""Vouching for the address of a ticket's requester."""

from __future__ import annotations

from datetime import datetime

from app.events.actor import Actor
from app.events.catalogue.lifecycle import TicketRequesterConfirmed
from app.events.services import record
from app.tickets.models import Ticket


def vouch_for_requester(ticket: Ticket, *, actor: Actor, now: datetime) -> None:
    """Note that whoever has the requester's address has read a mail that only it was sent.

    From now on answers are mailed in full; a second time changes nothing.
    """
    if ticket.requester_verified or not ticket.requester_email:
        return
    ticket.requester_verified = True
    record(TicketRequesterConfirmed(ticket.id, old=False, new=True), actor=actor, at=now)
