"""What is owed on tickets by when: worked out after each event, looked at as time passes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from app.clocks.commitments import Commitment
from app.clocks.models import TicketCommitment
from app.clocks.queries import commitments_to_warn_of, tickets_overdue_unnoticed
from app.clocks.services import keep_commitments
from app.clocks.vocabulary import CommitmentKind
from app.db import db
from app.events.actor import SYSTEM, Actor
from app.events.catalogue.clocks import TicketCommitmentBreached, TicketDueSet
from app.events.services import record
from app.promises.dates import checked_due
from app.tickets.errors import NothingOwed
from app.tickets.models import Ticket
from app.tickets.services.properties import lock_ticket
from app.tickets.services.telling import followers_of, tell_of_ticket
from app.tickets.states import UNSOLVED

#: Tickets looked at in one transaction.
BATCH = 100

OWED = {
    CommitmentKind.FIRST_REPLY: "A first answer",
    CommitmentKind.NEXT_REPLY: "An answer",
    CommitmentKind.RESOLUTION: "A resolution",
}


def wind_clocks(ticket_id: int, *, zone: str, now: datetime) -> None:
    """Work out what is owed on a ticket, in the transaction of what happened to it.

    :param zone: IANA name, of the installation.
    """
    # Of two that change a ticket at once the second sees what the first did.
    db.session.flush()
    db.session.execute(select(Ticket.id).where(Ticket.id == ticket_id).with_for_update())
    ticket = db.session.get_one(Ticket, ticket_id)
    kept = keep_commitments(ticket_id, zone=zone, now=now)
    due = kept.clocks.next_due
    ticket.next_due_at = due.due_at if due else None
    ticket.next_due_kind = due.kind.value if due else None
    ticket.clocks_at = now
    for each in kept.breached:
        _tell_of_breach(ticket, each, now=now)


def look_at_clocks(*, zone: str, now: datetime) -> int:
    """Note what has become overdue, warn of what soon will be, work out what is not known.

    :param zone: IANA name, of the installation.
    :returns: how many tickets it looked at; :data:`BATCH` or more means there may be others.
    """
    for row in commitments_to_warn_of(now, limit=BATCH):
        _warn(row, now=now)
    unknown = db.session.scalars(
        select(Ticket.id).where(Ticket.clocks_at.is_(None)).order_by(Ticket.id).limit(BATCH)
    ).all()
    ids = list(dict.fromkeys([*tickets_overdue_unnoticed(now, limit=BATCH), *unknown]))
    for ticket_id in ids:
        wind_clocks(ticket_id, zone=zone, now=now)
    return len(ids)


def wind_all_clocks() -> None:
    """Have the clocks of every ticket that is not done worked out anew, soon, in portions."""
    db.session.execute(update(Ticket).where(Ticket.state.in_(UNSOLVED)).values(clocks_at=None))


def set_due(
    ticket: Ticket,
    kind: CommitmentKind,
    due_at: datetime | None,
    *,
    actor: Actor,
    now: datetime,
    expected_version: int | None = None,
) -> None:
    """Say by when something is due on a ticket, whatever the rules say.

    :param due_at: None hands it back to the rules.
    :raises NothingOwed: nothing of the kind is.
    :raises Invalid: the time has passed.
    :raises TicketChanged: somebody changed the ticket since.
    """
    lock_ticket(ticket, expected_version=expected_version)
    if due_at is not None:
        due_at = checked_due(due_at, now=now, field="due")
    row = db.session.scalar(
        select(TicketCommitment)
        .where(
            TicketCommitment.ticket_id == ticket.id,
            TicketCommitment.kind == kind,
            TicketCommitment.decided_at.is_(None),
            TicketCommitment.exclusion.is_(None),
        )
        .order_by(TicketCommitment.turn.desc())
        .limit(1)
    )
    if row is None:
        raise NothingOwed
    if due_at is None and not row.is_manual:
        return
    old = row.due_at.isoformat() if row.due_at else None
    record(
        TicketDueSet(ticket.id, kind.value, old, due_at.isoformat() if due_at else None),
        actor=actor,
        at=now,
    )


def _tell_of_breach(ticket: Ticket, commitment: Commitment, *, now: datetime) -> None:
    assert commitment.breached_at is not None
    event = TicketCommitmentBreached(
        ticket.id, commitment.kind.value, commitment.turn, commitment.breached_at.isoformat()
    )
    record(event, actor=SYSTEM, at=now)
    # Of what was answered meanwhile, or what is long past, nobody needs to be told.
    if commitment.is_open:
        _tell(ticket, f"{OWED[commitment.kind]} is overdue", kind="overdue", now=now)


def _warn(row: TicketCommitment, *, now: datetime) -> None:
    row.warned_at = now
    ticket = db.session.get_one(Ticket, row.ticket_id)
    what = OWED[CommitmentKind(row.kind)]
    if row.due_at is not None and row.due_at > now:
        _tell(ticket, f"{what} is due soon", kind="due_soon", now=now)


def _tell(ticket: Ticket, what: str, *, kind: str, now: datetime) -> None:
    tell_of_ticket(ticket, followers_of(ticket), what, kind=kind, now=now, once=True)
