"""How a help session ended: one pure function over its events.

Source: docs/deflection.md, which says in words what is decided here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.deflection.models import Outcome
from app.deflection.vocabulary import Kind

#: The end of an article counts as reached at this scroll depth, in percent.
END_DEPTH = 95
#: …and after this much active reading: a short article shows its end as it opens, and a
#: glance at it is no reading.
END_SECONDS = 5

OPENING = frozenset({Kind.CLICK, Kind.SUGGESTION_CLICK, Kind.READ})
TRYING = OPENING | {Kind.SEARCH, Kind.FEEDBACK, Kind.RESOLVED_CLAIM}
INTENT = TRYING | {Kind.FORM_OPENED, Kind.TICKET_CREATED}
SHOWING = frozenset({Kind.IMPRESSION, Kind.SUGGESTION_SHOWN})
CONTACT = frozenset({Kind.TICKET_CREATED, Kind.CONTACT_ELSEWHERE})
#: What the server adds by itself; it does not prolong a session.
DERIVED = CONTACT | {Kind.FORM_ABANDONED}


@dataclass(frozen=True)
class Act:
    """An event of a help session as a plain value.

    :ivar event_id: identity; acts with the same one are one act.
    :ivar sequence: order among acts of the same time.
    :ivar seconds: of active reading.
    :ivar depth: how far down the article was read, in percent.
    :ivar helped: of a ``feedback``.
    """

    event_id: str
    kind: Kind
    at: datetime
    sequence: int
    article_id: int | None = None
    n_results: int | None = None
    seconds: int = 0
    depth: int = 0
    helped: bool | None = None


@dataclass(frozen=True)
class Summary:
    """What the acts of a session amount to, whatever came after.

    :ivar intent_at: of the first act that shows a need; None if there was none.
    :ivar ended_at: of the last act.
    :ivar has_tried: something was searched or read.
    :ivar confirmed_by: ``resolved_claim``, ``yes`` or empty.
    :ivar form_open: the form was opened.
    :ivar last_act: kind of the last deliberate act; ``no`` for a feedback that says so.
    """

    intent_at: datetime | None
    ended_at: datetime | None
    has_tried: bool
    confirmed_by: str
    form_open: bool
    longest_read_seconds: int
    read_to_end: bool
    last_act: str

    @property
    def has_intent(self) -> bool:
        """Say whether this is a help session and not a mere visit."""
        return self.intent_at is not None

    @property
    def ended_looking(self) -> bool:
        """Say whether the person was last seen searching or saying no."""
        return self.last_act in ("search", "no")


@dataclass(frozen=True)
class Verdict:
    """How a session ended.

    :ivar detail: why, as a short word; with a failure what was tried before.
    :ivar decided_at: since when this holds; None while pending.
    :ivar recheck_at: when to ask again; None once decided.
    """

    outcome: Outcome
    detail: str
    decided_at: datetime | None
    recheck_at: datetime | None


def in_order(events: Iterable[Act]) -> list[Act]:
    """Return each act once, oldest first."""
    unique = {event.event_id: event for event in events}
    return sorted(unique.values(), key=lambda event: (event.at, event.sequence, event.event_id))


def summarise(events: Iterable[Act]) -> Summary:
    """Sum up the acts of one session."""
    return _sum_up(in_order(events))


def _sum_up(acts: Sequence[Act]) -> Summary:
    seconds: dict[int, int] = defaultdict(int)
    depth: dict[int, int] = defaultdict(int)
    votes: dict[int | None, bool] = {}
    for act in acts:
        if act.kind is Kind.READ and act.article_id is not None:
            seconds[act.article_id] += act.seconds
            depth[act.article_id] = max(depth[act.article_id], act.depth)
        elif act.kind is Kind.FEEDBACK and act.helped is not None:
            votes[act.article_id] = act.helped
    claimed = any(act.kind is Kind.RESOLVED_CLAIM for act in acts)
    return Summary(
        intent_at=next((act.at for act in acts if act.kind in INTENT), None),
        ended_at=max((act.at for act in acts if act.kind not in DERIVED), default=None)
        or max((act.at for act in acts), default=None),
        has_tried=any(act.kind in TRYING for act in acts),
        confirmed_by="resolved_claim" if claimed else "yes" if any(votes.values()) else "",
        form_open=any(act.kind is Kind.FORM_OPENED for act in acts),
        longest_read_seconds=max(seconds.values(), default=0),
        read_to_end=any(
            depth[article] >= END_DEPTH and total >= END_SECONDS
            for article, total in seconds.items()
        ),
        last_act=_last_act(acts),
    )


def _last_act(acts: Sequence[Act]) -> str:
    """Name the last deliberate act.

    A reading event often arrives when an article is left, after the vote on that same article;
    it is the tail of an act already counted and not a new one.
    """
    last = ""
    article: int | None = None
    for act in acts:
        if act.kind not in INTENT:
            continue
        if act.kind is Kind.READ and act.article_id == article and last != Kind.SEARCH:
            continue
        last = "no" if act.kind is Kind.FEEDBACK and act.helped is False else act.kind.value
        article = act.article_id
    return last


def derive_outcome(
    events: Iterable[Act],
    *,
    tickets_of_person: Iterable[datetime],
    now: datetime,
    attribution_hours: int,
    read_seconds: int,
) -> Verdict:
    """Say how a help session ended, as far as can be known now.

    :param events: the session's acts, in any order, repeats allowed.
    :param tickets_of_person: when the same person wrote to us, on any topic and by any way.
    :param now: the time of asking.
    :param attribution_hours: how long after the session's last act a ticket still counts as
        its failure. Source: the setting of this name.
    :param read_seconds: active reading from which an article counts as read. 30 by default.
        Source: a habit of search research (satisfied-click dwell time), not a law; the report
        therefore shows 10 and 60 beside it.
    """
    acts = in_order(events)
    summary = _sum_up(acts)
    if summary.intent_at is None or summary.ended_at is None:
        return Verdict(Outcome.UNKNOWN, "no_intent", summary.ended_at, None)
    decided_at = summary.ended_at + timedelta(hours=attribution_hours)
    contacts = [act.at for act in acts if act.kind in CONTACT]
    contacts += [at for at in tickets_of_person if at >= summary.intent_at]
    contact_at = min((at for at in contacts if at <= min(decided_at, now)), default=None)
    if contact_at is not None:
        return Verdict(Outcome.FAILED, _tried(acts, contact_at), contact_at, None)
    if now < decided_at:
        return Verdict(Outcome.PENDING, "", None, decided_at)
    outcome, detail = _without_contact(acts, summary, read_seconds)
    return Verdict(outcome, detail, decided_at, None)


def _tried(acts: Sequence[Act], until: datetime) -> str:
    before = [act for act in acts if act.at <= until]
    if any(act.kind in OPENING for act in before):
        return "after_reading"
    searches = [act for act in before if act.kind is Kind.SEARCH]
    if any(act.n_results for act in searches) or any(act.kind in SHOWING for act in before):
        return "after_no_click"
    return "after_no_result" if searches else "asked_at_once"


def _without_contact(
    acts: Sequence[Act], summary: Summary, read_seconds: int
) -> tuple[Outcome, str]:
    if summary.confirmed_by:
        return Outcome.CONFIRMED, summary.confirmed_by
    if summary.form_open:
        return Outcome.ABANDONED, "form_not_sent"
    read = summary.longest_read_seconds >= read_seconds
    if (read or summary.read_to_end) and not summary.ended_looking:
        return Outcome.LIKELY, "read_long" if read else "read_to_end"
    if summary.last_act == "no":
        return Outcome.UNKNOWN, "ended_with_no"
    if any(act.kind in OPENING for act in acts):
        return Outcome.UNKNOWN, "ended_searching" if summary.ended_looking else "short_read"
    found = any(act.kind is Kind.SEARCH and act.n_results for act in acts)
    return Outcome.UNKNOWN, "no_click" if found else "no_result"
