"""The escalations that a ticket is part of, and those it might belong to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.db import db
from app.escalations.models import EscalatedTicket, Escalation
from app.escalations.queries.sheets import Relative
from app.escalations.queries.words import shared_words, telling_words
from app.escalations.states import RUNNING
from app.tickets.models import Ticket

#: So many telling words in common make it worth a question.
ENOUGH_WORDS = 2
MOST_CANDIDATES = 3


@dataclass(frozen=True)
class Beside:
    """What stands beside a ticket.

    :ivar linked: escalations that it is part of.
    :ivar candidates: running ones that read like it, the likeliest first.
    """

    linked: Sequence[Relative]
    candidates: Sequence[Relative]


def beside_ticket(ticket: Ticket) -> Beside:
    """Return the escalations of a ticket, and running ones that it might belong to."""
    shown = select(Escalation.number, Escalation.title, Escalation.state, Escalation.severity)
    linked = [
        Relative(**row._mapping)
        for row in db.session.execute(
            shown.join(EscalatedTicket, EscalatedTicket.escalation_id == Escalation.id)
            .where(EscalatedTicket.ticket_id == ticket.id)
            .order_by(Escalation.id)
        )
    ]
    return Beside(linked, _candidates(ticket, {each.number for each in linked}))


def _candidates(ticket: Ticket, linked: set[int]) -> list[Relative]:
    """Return running escalations with words in common; the same site and area count as one each.

    What names a site is about that site alone.
    """
    words = telling_words(ticket.subject)
    running = db.session.scalars(
        select(Escalation).where(Escalation.state.in_(RUNNING), Escalation.number.not_in(linked))
    )
    scored: list[tuple[int, Escalation]] = []
    for each in running:
        if None not in (each.site_id, ticket.site_id) and each.site_id != ticket.site_id:
            continue
        common = shared_words(words, telling_words(f"{each.title} {each.symptom}"))
        if not common:
            continue
        same_site = each.site_id is not None and each.site_id == ticket.site_id
        same_area = each.area_id is not None and each.area_id == ticket.category_id
        score = common + same_site + same_area
        if score >= ENOUGH_WORDS:
            scored.append((score, each))
    scored.sort(key=lambda pair: (-pair[0], pair[1].severity, pair[1].id))
    return [
        Relative(each.number, each.title, each.state, each.severity)
        for _score, each in scored[:MOST_CANDIDATES]
    ]
