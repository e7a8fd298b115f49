"""What people searched for, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Subquery, and_, case, func, not_, or_, select

from app.db import db
from app.deflection.models import HelpEvent, HelpSession, Outcome
from app.deflection.queries.scope import Scope
from app.deflection.vocabulary import Kind

_FOLLOWING = (Kind.SEARCH, Kind.CLICK, Kind.SUGGESTION_CLICK, Kind.READ)


@dataclass(frozen=True)
class SearchRow:
    """One search text and what came of it.

    :ivar key: folded form; texts that fold alike are counted together.
    :ivar query: one of the texts, as typed.
    :ivar times: how often it was searched.
    :ivar sessions: in how many help sessions.
    :ivar without_result: of `times`.
    :ivar without_click: of `times`: there were results, and none was opened.
    :ivar with_ticket: of `sessions`: a ticket followed within the attribution window.
    """

    key: str
    query: str
    times: int
    sessions: int
    without_result: int
    without_click: int
    with_ticket: int


def settled_searches(scope: Scope) -> Subquery:
    """Return the searches of a scope, each with whether something was opened after it.

    A search that the next one continues (``cal``, ``calendar``) or repeats is the same search,
    still being typed, and is left out. Columns: help_session_id, outcome, query_key, query,
    n_results, is_clicked.
    """
    session, order = HelpEvent.help_session_id, (HelpEvent.at, HelpEvent.id)
    next_kind = func.lead(HelpEvent.kind).over(partition_by=session, order_by=order)
    next_key = func.lead(HelpEvent.query_key).over(partition_by=session, order_by=order)
    acts = (
        select(
            HelpEvent.help_session_id,
            HelpSession.outcome,
            HelpEvent.kind,
            HelpEvent.query_key,
            HelpEvent.query,
            HelpEvent.n_results,
            next_kind.label("next_kind"),
            next_key.label("next_key"),
        )
        .join(HelpSession, HelpSession.id == HelpEvent.help_session_id)
        .where(*scope.counted(), scope.no_earlier_acts(), HelpEvent.kind.in_(_FOLLOWING))
        .subquery()
    )
    still_typing = and_(
        acts.c.next_kind == Kind.SEARCH,
        func.substr(acts.c.next_key, 1, func.length(acts.c.query_key)) == acts.c.query_key,
    )
    return (
        select(
            acts.c.help_session_id,
            acts.c.outcome,
            acts.c.query_key,
            acts.c.query,
            acts.c.n_results,
            and_(acts.c.next_kind.is_not(None), acts.c.next_kind != Kind.SEARCH).label(
                "is_clicked"
            ),
        )
        .where(
            acts.c.kind == Kind.SEARCH,
            or_(acts.c.next_kind.is_(None), not_(still_typing)),
        )
        .subquery()
    )


def searches_between(scope: Scope) -> list[SearchRow]:
    """Return every search text of a scope with its figures, most frequent first."""
    found = settled_searches(scope)
    has_results = found.c.n_results > 0
    rows = db.session.execute(
        select(
            found.c.query_key,
            func.max(found.c.query),
            func.count(),
            func.count(func.distinct(found.c.help_session_id)),
            func.count(case((found.c.n_results == 0, 1))),
            func.count(case((and_(has_results, not_(found.c.is_clicked)), 1))),
            func.count(
                func.distinct(case((found.c.outcome == Outcome.FAILED, found.c.help_session_id)))
            ),
        )
        .group_by(found.c.query_key)
        .order_by(func.count().desc(), found.c.query_key)
    )
    return [SearchRow(*row) for row in rows]
