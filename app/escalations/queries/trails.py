"""What the linked tickets add to a timeline: what happened on them, and what was tried before."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select

from app.db import db
from app.deflection.models import HelpEvent, HelpSession
from app.deflection.vocabulary import Kind
from app.escalations.event_words import LEVELS, Names, event_text
from app.escalations.lines import Line
from app.escalations.models import EntryLevel, EscalatedTicket, Escalation
from app.events.models import EventRecord
from app.knowledge.models import Article
from app.tickets.models import Ticket

#: What a person searched and read this long before their ticket belongs to its story.
TRIED_BEFORE = timedelta(days=7)
#: An outage can have five hundred tickets; nobody reads fifty thousand lines.
MOST_LINES = 300

_TOLD = (
    "ticket:opened",
    "ticket:message_added",
    "ticket:note_added",
    "ticket:state_changed",
    "ticket:priority_changed",
    "ticket:assigned",
    "ticket:promise_made",
    "ticket:promise_moved",
    "ticket:promise_kept",
    "ticket:promise_broken",
    "ticket:flagged",
    "ticket:confirmed",
    "ticket:merged_in",
)
_TRIED = (Kind.SEARCH, Kind.CLICK, Kind.SUGGESTION_CLICK, Kind.FEEDBACK)


def ticket_lines(escalation: Escalation, names: Names) -> Iterator[Line]:
    """Yield what happened on linked tickets, the newest lines where there are too many.

    :param names: see :class:`Names`.
    """
    linked = select(EscalatedTicket.ticket_id).where(EscalatedTicket.escalation_id == escalation.id)
    rows = db.session.execute(
        select(EventRecord, Ticket.number)
        .join(Ticket, Ticket.id == EventRecord.subject_id)
        .where(
            EventRecord.subject_kind == "ticket",
            EventRecord.subject_id.in_(linked),
            EventRecord.kind.in_(_TOLD),
        )
        .order_by(EventRecord.id.desc())
        .limit(MOST_LINES)
    ).all()
    for row, number in reversed(rows):
        text = event_text(row.kind, row.data, names)
        yield Line(
            key=f"event:{row.id}",
            level=LEVELS.get(row.kind, EntryLevel.LOG),
            happened_at=row.at,
            recorded_at=row.at,
            text=f"#{number}: {text}",
            who=names.person(row.actor_id) if row.actor_kind == "staff" else "",
            source="ticket",
            path=f"/portal/tickets/{number}",
        )


def deflection_lines(escalation: Escalation, _names: Names) -> Iterator[Line]:
    """Yield what the people behind linked tickets searched and opened in the week before."""
    tickets = _people(escalation.id)
    if not tickets:
        return
    customers = {row.customer_id for row in tickets if row.customer_id is not None}
    visitors = {row.visitor_id for row in tickets if row.visitor_id is not None}
    earliest = min(row.created_at for row in tickets) - TRIED_BEFORE
    rows = db.session.execute(
        select(HelpEvent, HelpSession.customer_id, HelpSession.visitor_id, Article.title)
        .join(HelpSession, HelpSession.id == HelpEvent.help_session_id)
        .outerjoin(Article, Article.id == HelpEvent.article_id)
        .where(
            or_(HelpSession.customer_id.in_(customers), HelpSession.visitor_id.in_(visitors)),
            HelpEvent.at >= earliest,
            HelpEvent.kind.in_(_TRIED),
        )
        .order_by(HelpEvent.at.desc(), HelpEvent.id.desc())
        .limit(MOST_LINES)
    ).all()
    for event, customer_id, visitor_id, title in reversed(rows):
        number = _ticket_after(tickets, customer_id, visitor_id, event.at)
        if number is not None:
            yield Line(
                key=f"help:{event.id}",
                level=EntryLevel.LOG,
                happened_at=event.at,
                recorded_at=event.at,
                text=f"Before #{number}: {_tried(event, title or 'an article')}",
                source="help",
                path=f"/portal/tickets/{number}",
            )


def with_numbers(escalation: Escalation, names: Names) -> Names:
    """Return names that also know the numbers of tickets that were ever linked.

    :param names: what is known so far.
    """
    ever = select(EventRecord.data).where(
        EventRecord.subject_kind == "escalation",
        EventRecord.subject_id == escalation.id,
        EventRecord.kind.in_(
            ("escalation:ticket_linked", "escalation:ticket_unlinked", "escalation:verdict_given")
        ),
    )
    ids = {data["ticket_id"] for data in db.session.scalars(ever)}
    rows = db.session.execute(select(Ticket.id, Ticket.number).where(Ticket.id.in_(ids)))
    return replace(names, numbers={row.id: row.number for row in rows})


def _people(escalation_id: int) -> Sequence[Any]:
    return db.session.execute(
        select(Ticket.number, Ticket.customer_id, Ticket.visitor_id, Ticket.created_at)
        .join(EscalatedTicket, EscalatedTicket.ticket_id == Ticket.id)
        .where(
            EscalatedTicket.escalation_id == escalation_id,
            func.coalesce(Ticket.customer_id, Ticket.visitor_id).is_not(None),
        )
        .order_by(Ticket.created_at)
        .limit(MOST_LINES)
    ).all()


def _ticket_after(
    tickets: Sequence[Any], customer_id: int | None, visitor_id: int | None, at: datetime
) -> int | None:
    """Return the number of the person's first ticket within a week after something."""
    for row in tickets:
        theirs = (customer_id is not None and row.customer_id == customer_id) or (
            visitor_id is not None and row.visitor_id == visitor_id
        )
        if theirs and timedelta() <= row.created_at - at <= TRIED_BEFORE:
            return int(row.number)
    return None


def _tried(event: HelpEvent, title: str) -> str:
    if event.kind == Kind.SEARCH:
        return f"searched “{event.query}”"
    if event.kind == Kind.FEEDBACK:
        helped = bool(event.data.get("helped"))
        return f"said that “{title}” helped" if helped else f"said that “{title}” did not help"
    return f"opened “{title}”"
