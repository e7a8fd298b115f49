"""What customers were told, and who is still to hear it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Select, func, select

from app.db import db
from app.escalations.models import EscalatedTicket, EscalationUpdate, UpdateDelivery, Verdict
from app.promises.models import OWED, Promise
from app.staff.models import Staff


@dataclass(frozen=True)
class Told:
    """An update with how far it has come.

    :ivar texts: language to text; the key ``""`` is what all others got.
    :ivar tickets: for how many tickets it is.
    :ivar reached: how many of them have it.
    :ivar skipped: why others will not get it, with their number.
    """

    id: int
    texts: Mapping[str, str]
    who: str
    sent_at: datetime
    next_update_at: datetime | None
    asks: bool
    tickets: int
    reached: int
    skipped: Mapping[str, int] = field(default_factory=dict)

    @property
    def waiting(self) -> int:
        """Return how many are still to hear it."""
        return self.tickets - self.reached - sum(self.skipped.values())


def updates_of(escalation_id: int) -> list[Told]:
    """Return what the customers of an escalation were told, the newest first."""
    rows = db.session.execute(
        select(EscalationUpdate, Staff.name)
        .join(Staff, Staff.id == EscalationUpdate.staff_id)
        .where(EscalationUpdate.escalation_id == escalation_id)
        .order_by(EscalationUpdate.id.desc())
    ).all()
    counted = _counted([update.id for update, _name in rows])
    return [
        Told(
            id=update.id,
            texts=update.texts,
            who=name,
            sent_at=update.sent_at,
            next_update_at=update.next_update_at,
            asks=update.asks,
            tickets=sum(counted.get(update.id, {}).values()),
            reached=counted.get(update.id, {}).get("reached", 0),
            skipped={
                why: number
                for why, number in counted.get(update.id, {}).items()
                if why not in ("reached", "waiting")
            },
        )
        for update, name in rows
    ]


def last_update(escalation_id: int) -> EscalationUpdate | None:
    """Return the newest update of an escalation."""
    return db.session.scalar(
        select(EscalationUpdate)
        .where(EscalationUpdate.escalation_id == escalation_id)
        .order_by(EscalationUpdate.id.desc())
        .limit(1)
    )


def deliveries_of(update: EscalationUpdate) -> Select[int]:
    """Return the query for the tickets that an update is for."""
    return select(UpdateDelivery.ticket_id).where(UpdateDelivery.update_id == update.id)


def count_unheard(update: EscalationUpdate) -> int:
    """Return how many tickets were linked after an update, and wait for none."""
    late = select(func.count()).where(
        EscalatedTicket.escalation_id == update.escalation_id,
        EscalatedTicket.ticket_id.not_in(deliveries_of(update)),
    )
    return db.session.scalar(late) or 0


def asked_link(ticket_id: int) -> EscalatedTicket | None:
    """Return the newest link through which a customer was asked whether it is solved for them."""
    return db.session.scalar(
        select(EscalatedTicket)
        .where(EscalatedTicket.ticket_id == ticket_id, EscalatedTicket.asked_at.is_not(None))
        .order_by(EscalatedTicket.asked_at.desc())
        .limit(1)
    )


def question_of(ticket_id: int) -> str:
    """Return how the question stands whether an outage is over for the customer of a ticket.

    :returns: ``asked``, ``not_yet``, or empty where nothing is asked or they are content.
    """
    link = asked_link(ticket_id)
    if link is None or link.verdict == Verdict.SOLVED:
        return ""
    return "asked" if link.verdict is None else Verdict.NOT_YET.value


def promises_of_news(escalation_id: int, ticket_id: int) -> list[Promise]:
    """Return, owed still, the promises of news that earlier updates made on a ticket."""
    messages = (
        select(UpdateDelivery.message_id)
        .join(EscalationUpdate, EscalationUpdate.id == UpdateDelivery.update_id)
        .where(
            EscalationUpdate.escalation_id == escalation_id,
            UpdateDelivery.ticket_id == ticket_id,
            UpdateDelivery.message_id.is_not(None),
        )
    )
    return list(
        db.session.scalars(
            select(Promise).where(
                Promise.ticket_id == ticket_id,
                Promise.state.in_(OWED),
                Promise.message_id.in_(messages),
            )
        )
    )


def _counted(update_ids: list[int]) -> dict[int, dict[str, int]]:
    """Return, by update, the number of its deliveries by what became of them."""
    found: dict[int, dict[str, int]] = {}
    if not update_ids:
        return found
    reached = UpdateDelivery.delivered_at.is_not(None).label("reached")
    rows = db.session.execute(
        select(UpdateDelivery.update_id, reached, UpdateDelivery.skipped, func.count())
        .where(UpdateDelivery.update_id.in_(update_ids))
        .group_by(UpdateDelivery.update_id, reached, UpdateDelivery.skipped)
    )
    for update_id, is_reached, skipped, number in rows:
        what = skipped or ("reached" if is_reached else "waiting")
        found.setdefault(update_id, {})[what] = number
    return found
