"""Known incidents, as those who may be affected read of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, or_, select

from app.customers.models import Customer
from app.db import db
from app.errors import NotFound
from app.escalations.models import EscalatedTicket, Escalation, NoticeScope
from app.escalations.states import RUNNING
from app.tickets.models import Ticket

#: More at once helps nobody; the worst come first.
MOST = 3


@dataclass(frozen=True)
class KnownIncident:
    """A known incident in the language of its reader.

    :ivar text: what staff wrote for them.
    :ivar updated_at: when they last did.
    """

    number: int
    text: str
    updated_at: datetime

    @property
    def first_line(self) -> str:
        """Return what it is about, short enough for a subject."""
        return self.text.strip().split("\n", 1)[0][:120]


def known_incidents(
    *, language: str, site_id: int | None = None, account_id: int | None = None
) -> list[KnownIncident]:
    """Return the notices for somebody, the worst first.

    :param language: of the reader.
    :param site_id: where they are; None is the help centre, which belongs to all sites.
    :param account_id: of the signed-in customer; None for everybody else.
    """
    here = Escalation.notice_scope == NoticeScope.SITE
    if site_id is not None:
        here = and_(here, or_(Escalation.site_id.is_(None), Escalation.site_id == site_id))
    whose = [here]
    if account_id is not None:
        affected = (
            select(EscalatedTicket.escalation_id)
            .join(Ticket, Ticket.id == EscalatedTicket.ticket_id)
            .join(Customer, Customer.id == Ticket.customer_id)
            .where(Customer.account_id == account_id)
        )
        whose.append(
            and_(Escalation.notice_scope == NoticeScope.ACCOUNTS, Escalation.id.in_(affected))
        )
    rows = db.session.execute(
        select(Escalation.number, Escalation.notice, Escalation.notice_at)
        .where(Escalation.notice_at.is_not(None), Escalation.state.in_(RUNNING), or_(*whose))
        .order_by(Escalation.severity, Escalation.id)
        .limit(MOST)
    )
    return [
        KnownIncident(row.number, row.notice.get(language) or row.notice[""], row.notice_at)
        for row in rows
        if row.notice
    ]


def known_incident(
    number: int, *, language: str, site_id: int | None = None, account_id: int | None = None
) -> KnownIncident:
    """Return one notice for somebody.

    :param number: of the escalation.
    :param language: see :func:`known_incidents`.
    :param site_id: likewise.
    :param account_id: likewise.
    :raises NotFound: there is none that they may read.
    """
    found = known_incidents(language=language, site_id=site_id, account_id=account_id)
    for each in found:
        if each.number == number:
            return each
    raise NotFound
