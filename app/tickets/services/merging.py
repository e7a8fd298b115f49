"""Making one ticket of two, and two of one again."""

from __future__ import annotations

from datetime import datetime

from app.db import db
from app.errors import Invalid
from app.events.actor import Actor
from app.events.catalogue.merging import TicketMergedIn
from app.events.catalogue.tickets import MessageAdded
from app.events.services import record
from app.tickets.errors import DifferentPeople, SetAside
from app.tickets.models import Disposition, Message, MessageKind, Ticket, TicketState
from app.tickets.queries.merged import goes_on_in, is_same_person, merged_into
from app.tickets.queries.past import ticket_merged_into
from app.tickets.queries.tags import tags_of_each
from app.tickets.queries.watchers import watcher_ids
from app.tickets.services.mails import tell_of_merging
from app.tickets.services.properties import lock_ticket, move_to, note_change
from app.tickets.services.setting_aside import bring_back, put_aside
from app.tickets.services.tags import tag_tickets
from app.tickets.services.watching import watch_ticket
from app.tickets.states import AFTER_CUSTOMER_MESSAGE, UNSOLVED

#: Where the words of a person who waits in the merged ticket put the other.
_WAITING = frozenset({TicketState.NEW, TicketState.OPEN})


def merge_ticket(
    ticket: Ticket,
    *,
    into: Ticket,
    actor: Actor,
    now: datetime,
    expected_version: int | None = None,
    tell: bool = False,
) -> Ticket:
    """Let a ticket go on in another one of the same person.

    It is closed and in no list and no figure. Its messages are read in the other, where whatever
    its requester writes from now on arrives; tags and watchers come along. What nobody has
    answered in it counts in the other from now on.

    :param tell: its requester is told by mail where it goes on. That is no answer.
    :returns: the ticket that goes on, which may be one that `into` was merged into before.
    :raises TicketChanged: somebody changed it since `expected_version`.
    :raises SetAside: it is set aside already, or what it should go into is.
    :raises Invalid: they are the same, or the other is closed.
    :raises DifferentPeople: they are not surely of one person.
    """
    target = goes_on_in(into)
    # Always in the order of their keys, so that two merges at once cannot wait for each other.
    for each in sorted({ticket, target}, key=lambda each: each.id):
        lock_ticket(each, expected_version=expected_version if each is ticket else None)
    if target.id == ticket.id:
        raise Invalid("A ticket cannot be merged into itself, nor into one that goes on in it.")
    if target.disposition is not None:
        raise SetAside("That ticket is set aside. Take it back first.")
    if target.state == TicketState.CLOSED and ticket.state in UNSOLVED:
        raise Invalid("That ticket is closed for good. Merge it into this one instead.")
    if not is_same_person(ticket, target):
        raise DifferentPeople
    waits = _unanswered(ticket)
    put_aside(ticket, Disposition.MERGED, actor=actor, now=now, into_id=target.id)
    for each in [ticket, *merged_into(ticket)]:
        each.merged_into_id = target.id
    merged = TicketMergedIn(target.id, ticket.id, None, ticket.number)
    note_change(target, merged, actor=actor, now=now)
    tag_tickets([target.id], add=tags_of_each([ticket.id]).get(ticket.id, ()), actor=actor, now=now)
    watch_ticket(target.id, staff_ids=watcher_ids(ticket.id), actor=actor, now=now)
    if waits is not None:
        record(MessageAdded(target.id, waits.id, waits.author_kind), actor=actor, at=now)
        target.last_customer_message_at = waits.sent_at
        state = TicketState(target.state)
        move_to(target, AFTER_CUSTOMER_MESSAGE.get(state, state), actor=actor, now=now)
    if tell:
        tell_of_merging(target, old_number=ticket.number, now=now)
    return target


def unmerge_ticket(
    ticket: Ticket, *, actor: Actor, now: datetime, expected_version: int | None = None
) -> Ticket:
    """Let a merged ticket go on by itself again, in the state that it had.

    What was written in the other since stays there.

    :raises TicketChanged: somebody changed it since `expected_version`.
    :raises SetAside: it was not merged.
    """
    lock_ticket(ticket, expected_version=expected_version)
    if ticket.disposition != Disposition.MERGED or ticket.merged_into_id is None:
        raise SetAside("This ticket was not merged.")
    target = db.session.get_one(Ticket, ticket.merged_into_id)
    lock_ticket(target, expected_version=None)
    ticket.merged_into_id = None
    for each in merged_into(target):
        if ticket_merged_into(each.id) == ticket.id:
            each.merged_into_id = ticket.id
    bring_back(ticket, actor=actor, now=now)
    freed = TicketMergedIn(target.id, ticket.id, ticket.number, None)
    note_change(target, freed, actor=actor, now=now)
    return ticket


def _unanswered(ticket: Ticket) -> Message | None:
    """Return the requester's last message if they wait for an answer to it."""
    if ticket.state not in _WAITING:
        return None
    last = db.session.scalar(
        db.select(Message)
        .where(Message.ticket_id == ticket.id, Message.kind == MessageKind.MESSAGE)
        .order_by(Message.id.desc())
        .limit(1)
    )
    return last if last is not None and last.staff_id is None else None
