"""Doing the same to several tickets, and taking it back.

Each ticket is changed by the use case that changes one, with an event of its own. What somebody
else changed in the meantime is left alone and named, and the rest goes on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import joinedload

from app.db import db
from app.errors import Invalid, PortalError
from app.events.actor import staff_actor
from app.staff.models import Staff
from app.tickets.desk import BulkChange, BulkChanged
from app.tickets.errors import TicketChanged
from app.tickets.models import Ticket
from app.tickets.services.acts import ACTS, Act, Hand

#: So many that one request still answers in a few seconds; a longer list is done in parts.
MOST_AT_ONCE = 250
#: Long enough to notice a mistake, short enough that nobody has answered on it yet.
UNDO_WITHIN = timedelta(minutes=30)
#: Until then its page still says what it did and left alone.
KEEP_FOR = timedelta(days=7)


@dataclass(frozen=True)
class Skipped:
    """A ticket that was left alone.

    :ivar reason: why, for the person.
    """

    number: int
    subject: str
    reason: str


@dataclass(frozen=True)
class Undone:
    """What came of taking a change back.

    :ivar restored: how many tickets have again what they had.
    :ivar skipped: those that have moved on since.
    """

    restored: int
    skipped: list[Skipped]


def change_many(
    picked: Mapping[int, int], *, act: Act, value: Mapping[str, Any], staff: Staff, now: datetime
) -> BulkChange:
    """Do the same to several tickets.

    :param picked: numbers of tickets, with the versions that the person saw.
    :param act: what to do.
    :param value: what was chosen, as the act reads it.
    :param staff: who does it.
    :raises Invalid: nothing was picked, or more than :data:`MOST_AT_ONCE`, or what was chosen fits
        none of the tickets; `fields` says why if the choice itself made no sense.
    """
    if not picked:
        raise Invalid(fields={"tickets": ["Please choose some tickets first."]})
    if len(picked) > MOST_AT_ONCE:
        raise Invalid(fields={"tickets": [f"Please change at most {MOST_AT_ONCE} at once."]})
    actor = staff_actor(staff.id)
    change = BulkChange(staff_id=staff.id, act=act, value=dict(value), created_at=now)
    db.session.add(change)
    db.session.flush()  # its tickets name it by its key
    skipped: list[Skipped] = []
    refusals: list[PortalError] = []
    same = 0
    for ticket in _tickets(Ticket.number.in_(picked)):
        hand = Hand(actor, now, picked[ticket.number])
        try:
            former = ACTS[act].do(ticket, value, hand)
        except (TicketChanged, Invalid) as error:
            refusals.append(error)
            skipped.append(_skipped(ticket, error))
            continue
        if former is None:
            same += 1
            continue
        row = BulkChanged(change_id=change.id, ticket_id=ticket.id, former=former)
        row.version, row.created_at = ticket.version, now
        db.session.add(row)
    change.same, change.skipped = same, {"tickets": [vars(each) for each in skipped]}
    _refuse_if_nothing_fits(refusals, len(picked))
    return change


def undo_change(change: BulkChange, *, staff: Staff, now: datetime) -> Undone:
    """Give the tickets of a change back what they had, those that nobody changed since.

    :param change: made by `staff`.
    :raises Invalid: it is too long ago, or it was taken back already.
    """
    if change.undone_at is not None:
        raise Invalid("This is undone already.")
    if now - change.created_at > UNDO_WITHIN:
        raise Invalid("This is too long ago to be undone at once.")
    db.session.refresh(change, attribute_names=["undone_at"], with_for_update=True)
    if change.undone_at is not None:
        raise Invalid("This is undone already.")
    change.undone_at = now
    rows = db.session.scalars(select(BulkChanged).where(BulkChanged.change_id == change.id))
    changed = {row.ticket_id: row for row in rows}
    actor, skipped = staff_actor(staff.id), []
    for ticket in _tickets(Ticket.id.in_(changed)):
        row = changed[ticket.id]
        try:
            ACTS[Act(change.act)].undo(ticket, row.former, Hand(actor, now, row.version))
        except (TicketChanged, Invalid) as error:
            skipped.append(_skipped(ticket, error))
    return Undone(len(changed) - len(skipped), skipped)


def forget_changes(*, now: datetime) -> int:
    """Forget changes that nobody can undo or looks at any more.

    :returns: how many.
    """
    gone = db.session.execute(delete(BulkChange).where(BulkChange.created_at < now - KEEP_FOR))
    return int(gone.rowcount)  # type: ignore[attr-defined]


def _tickets(condition: Any) -> Sequence[Ticket]:
    """Return tickets in one order, so that two who change the same ones wait for each other."""
    found = select(Ticket).where(condition).order_by(Ticket.id).options(joinedload(Ticket.assignee))
    return db.session.scalars(found).all()


def _skipped(ticket: Ticket, error: PortalError) -> Skipped:
    reason = next((texts[0] for texts in error.fields.values() if texts), error.user_message)
    if isinstance(error, TicketChanged):
        reason = "Changed in the meantime."
        who = {change.who for change in error.changes if change.who}
        if who:
            reason = f"Changed in the meantime by {', '.join(sorted(who))}."
    return Skipped(ticket.number, ticket.subject, reason)


def _refuse_if_nothing_fits(refusals: Sequence[PortalError], picked: int) -> None:
    """Refuse as a whole what each ticket refused for the same reason: the choice is wrong."""
    if len(refusals) < picked or any(isinstance(each, TicketChanged) for each in refusals):
        return
    if len({str(each.fields) for each in refusals}) == 1:
        raise refusals[0]
