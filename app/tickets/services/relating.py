"""Saying that two tickets belong together, and taking it back."""

from __future__ import annotations

from datetime import datetime

from app.db import db
from app.errors import Invalid, NotFound
from app.events.actor import Actor
from app.events.catalogue.merging import TicketRelated
from app.events.services import record
from app.tickets.models import Resolution, Ticket, TicketState
from app.tickets.queries.merged import goes_on_in
from app.tickets.queries.relations import relation_between, relation_of
from app.tickets.relations import CHOSEN, Relation, TicketRelation, seen_back
from app.tickets.services.properties import change_state, lock_ticket


def relate_tickets(
    ticket: Ticket,
    *,
    other: Ticket,
    kind: str,
    actor: Actor,
    now: datetime,
    solve: bool = False,
    expected_version: int | None = None,
) -> TicketRelation:
    """Say what a ticket is to another one, in place of what was said of the two before.

    Only staff see it. It is no activity: neither moves in a list. Where the other was merged,
    the ticket that it goes on in is meant.

    :param kind: in :data:`CHOSEN`.
    :param solve: the ticket is solved with it, as asked twice; for duplicates only.
    :param expected_version: what the person saw, who solves it.
    :raises Invalid: there is no such kind, or both are one.
    :raises TicketChanged: it is to be solved and somebody changed it since `expected_version`.
    :raises MoveRefused: it is to be solved and cannot be.
    """
    if kind not in CHOSEN:
        raise Invalid(fields={"kind": ["Please choose how they belong together."]})
    other = goes_on_in(other)
    if other.id == ticket.id:
        raise Invalid(fields={"choice": ["Please choose another ticket than this one."]})
    _lock(ticket, other)
    relation = relation_between(ticket, other)
    old = _seen_from(ticket, relation) if relation is not None else None
    if relation is None:
        relation = TicketRelation(created_at=now)
        db.session.add(relation)
    if old != kind:
        relation.ticket_id, relation.other_id, relation.kind = ticket.id, other.id, Relation(kind)
        db.session.flush()  # its key is asked for
        _note(ticket, other, old=old, new=relation.kind, actor=actor, now=now)
    if solve and kind == Relation.DUPLICATE:
        change_state(
            ticket,
            state=TicketState.SOLVED,
            resolution=Resolution.DUPLICATE,
            expected_version=expected_version,
            actor=actor,
            now=now,
        )
    return relation


def unrelate_tickets(ticket: Ticket, *, relation_id: int, actor: Actor, now: datetime) -> Ticket:
    """Say that two tickets do not belong together after all.

    :returns: the other one.
    :raises NotFound: the ticket has no such relation (any more).
    """
    relation = relation_of(ticket, relation_id)
    if relation is None:
        raise NotFound
    other_id = relation.other_id if relation.ticket_id == ticket.id else relation.ticket_id
    other = db.session.get_one(Ticket, other_id)
    old = _seen_from(ticket, relation)
    db.session.delete(relation)
    _note(ticket, other, old=old, new=None, actor=actor, now=now)
    return other


def _lock(*tickets: Ticket) -> None:
    """Lock tickets in the order of their keys, so that nobody waits for each other."""
    for each in sorted(tickets, key=lambda each: each.id):
        lock_ticket(each, expected_version=None)


def _seen_from(ticket: Ticket, relation: TicketRelation) -> str:
    if relation.ticket_id == ticket.id:
        return relation.kind
    return seen_back(relation.kind)


def _note(
    ticket: Ticket, other: Ticket, *, old: str | None, new: str | None, actor: Actor, now: datetime
) -> None:
    """Record it with both; the other one reads it from its side."""
    record(TicketRelated(ticket.id, other.id, other.number, old, new), actor=actor, at=now)
    record(
        TicketRelated(
            other.id, ticket.id, ticket.number, old and seen_back(old), new and seen_back(new)
        ),
        actor=actor,
        at=now,
    )
