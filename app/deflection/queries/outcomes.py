"""How help sessions ended, in numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from sqlalchemy import case, func, or_, select

from app.db import db
from app.deflection.models import HelpContact, HelpDaily, HelpSession, Outcome
from app.deflection.queries.scope import Scope
from app.deflection.shares import Share

#: Outcomes of a session whose attribution window has passed, or that failed before.
DECIDED = (
    Outcome.CONFIRMED,
    Outcome.LIKELY,
    Outcome.ABANDONED,
    Outcome.UNKNOWN,
    Outcome.FAILED,
)


@dataclass(frozen=True)
class OutcomeCounts:
    """Help sessions of a scope by outcome.

    :ivar by_outcome: those that count and whose time is over.
    :ivar by_detail: the same, by outcome and sub-kind.
    :ivar pending: those whose time is not over.
    :ivar failed_early: those whose time is not over and that a ticket followed already.
    :ivar excluded: those that do not count, by reason.
    """

    by_outcome: Mapping[str, int] = field(default_factory=dict)
    by_detail: Mapping[tuple[str, str], int] = field(default_factory=dict)
    excluded: Mapping[str, int] = field(default_factory=dict)
    pending: int = 0
    failed_early: int = 0

    def of(self, outcome: str) -> int:
        """Return the number of sessions with an outcome."""
        return self.by_outcome.get(outcome, 0)

    @property
    def decided(self) -> int:
        """Return how many sessions have ended for good: the base of every share."""
        return sum(self.of(outcome) for outcome in DECIDED)

    @property
    def floor(self) -> Share:
        """Return the share of sessions that were certainly helped."""
        return Share(self.of(Outcome.CONFIRMED), self.decided)

    @property
    def ceiling(self) -> Share:
        """Return the share of sessions that were helped at best."""
        return Share(self.of(Outcome.CONFIRMED) + self.of(Outcome.LIKELY), self.decided)

    def share(self, outcome: str) -> Share:
        """Return the share of an outcome among the decided."""
        return Share(self.of(outcome), self.decided)

    def details(self, outcome: str) -> list[tuple[str, int]]:
        """Return the sub-kinds of an outcome, most frequent first."""
        found = [(detail, n) for (of, detail), n in self.by_detail.items() if of == outcome]
        return sorted(found, key=lambda pair: (-pair[1], pair[0]))


def outcomes_between(scope: Scope) -> OutcomeCounts:
    """Return how the help sessions of a scope ended, and which ones do not count and why."""
    by_outcome: Counter[str] = Counter()
    by_detail: Counter[tuple[str, str]] = Counter()
    excluded: Counter[str] = Counter()
    early: Counter[str] = Counter()
    kinds = (HelpSession.excluded, HelpSession.outcome, HelpSession.detail)
    ripe = func.count(case((scope.ripe(), 1)))
    rows = db.session.execute(
        select(*kinds, ripe, func.count()).where(*scope.conditions()).group_by(*kinds)
    )
    for reason, outcome, detail, ripe_count, count in rows:
        if reason:
            excluded[reason] += count
            continue
        # Ripe and still pending: due, and refreshed within the minute.
        decided = ripe_count if outcome in DECIDED else 0
        by_outcome[outcome] += decided
        by_detail[outcome, detail] += decided
        early[outcome] += count - decided
    return OutcomeCounts(
        +by_outcome,
        +by_detail,
        excluded,
        pending=early.total() - early[Outcome.FAILED],
        failed_early=early[Outcome.FAILED],
    )


@dataclass(frozen=True)
class Sensitivity:
    """What the ceiling would be with another threshold of reading."""

    read_seconds: int
    likely: int
    ceiling: Share


def sensitivity_to_reading(
    scope: Scope, counts: OutcomeCounts, *, thresholds: Sequence[int] = (10, 30, 60)
) -> list[Sensitivity]:
    """Return the ceiling under other thresholds, from the same sessions.

    :param counts: of the same scope.
    :param thresholds: seconds of active reading.
    """
    columns = [
        func.count(
            case(
                (
                    or_(
                        HelpSession.longest_read_seconds >= seconds,
                        HelpSession.read_to_end.is_(True),
                    ),
                    1,
                )
            )
        )
        for seconds in thresholds
    ]
    row = db.session.execute(
        select(*columns).where(
            *scope.counted(),
            scope.ripe(),
            # Only the threshold of reading parts these two from each other.
            HelpSession.outcome.in_((Outcome.LIKELY, Outcome.UNKNOWN)),
            HelpSession.ended_looking.is_(False),
        )
    ).one()
    confirmed = counts.of(Outcome.CONFIRMED)
    return [
        Sensitivity(seconds, likely, Share(confirmed + likely, counts.decided))
        for seconds, likely in zip(thresholds, row, strict=True)
    ]


def writers_who_tried(scope: Scope) -> Share:
    """Return which share of the people who wrote had searched or read in the 24 hours before.

    The period of the scope counts, not its site or surface: a ticket has neither.
    """
    tried = func.count(
        func.distinct(case((HelpContact.tried_session_id.is_not(None), HelpContact.person_key)))
    )
    row = db.session.execute(
        select(tried, func.count(func.distinct(HelpContact.person_key))).where(
            HelpContact.at >= scope.since, HelpContact.at < scope.until
        )
    ).one()
    return Share(row[0], row[1])


@dataclass(frozen=True)
class Week:
    """One week's sessions.

    :ivar begins_at: its first moment.
    """

    begins_at: datetime
    floor: Share
    ceiling: Share

    @property
    def last_day(self) -> str:
        """Return its last day as addresses name it."""
        return (self.begins_at.date() + timedelta(days=6)).isoformat()


def weeks_until(scope: Scope, *, weeks: int = 26) -> list[Week]:
    """Return the weeks before the end of a scope, oldest first, from the first that has sessions.

    Sessions that were deleted after their time come from the daily totals.
    """
    begins = [scope.until - timedelta(weeks=n) for n in range(weeks, 0, -1)]
    counts = [Counter[str]() for _ in begins]
    # The newest beginning that a session has passed is that of its week.
    passed = [(HelpSession.started_at >= begins[week], week) for week in range(weeks - 1, 0, -1)]
    number = case(*passed, else_=0)
    whole = replace(scope, since=begins[0])
    # A subquery, since PostgreSQL takes two equal expressions with parameters for different ones.
    dated = (
        select(number.label("week"), HelpSession.outcome)
        .where(*whole.counted(), whole.ripe())
        .subquery()
    )
    for week, outcome, count in db.session.execute(
        select(dated.c.week, dated.c.outcome, func.count()).group_by(dated.c.week, dated.c.outcome)
    ):
        counts[week][outcome] += count
    daily = select(HelpDaily).where(
        HelpDaily.day >= begins[0].date(),
        HelpDaily.day < scope.until.date(),
        HelpDaily.excluded == "",
    )
    if scope.site_id is not None:
        daily = daily.where(HelpDaily.site_id == scope.site_id)
    if scope.surface:
        daily = daily.where(HelpDaily.surface == scope.surface)
    for row in db.session.scalars(daily):
        noon = datetime(row.day.year, row.day.month, row.day.day, 12, tzinfo=UTC)
        week = sum(1 for begin in begins[1:] if noon >= begin)
        counts[week][row.outcome] += row.sessions
    found: list[Week] = []
    for begin, by_outcome in zip(begins, counts, strict=True):
        total = OutcomeCounts(by_outcome)
        if found or total.decided:
            found.append(Week(begin, total.floor, total.ceiling))
    return found
