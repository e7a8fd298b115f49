"""The trail: what somebody did in a help session, told in order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import select

from app.db import db
from app.deflection.models import HelpEvent, HelpSession
from app.deflection.queries.sessions import session_before_ticket
from app.deflection.vocabulary import Kind
from app.knowledge.models import Article, Revision


@dataclass(frozen=True)
class TrailArticle:
    """An article as a trail names it.

    :ivar title: as it was read, if the revision is known, else as it is.
    :ivar revision_number: None if not known.
    """

    id: int
    slug: str
    title: str
    state: str
    revision_number: int | None


@dataclass
class Step:
    """One line of a trail.

    :ivar kind: ``search``, ``offered``, ``read``, ``yes``, ``no``, ``solved``, ``form``,
        ``withheld``, ``left`` (the form, unsent), ``ticket`` or ``elsewhere``.
    :ivar query: of a search.
    :ivar n_results: of a search.
    :ivar articles: seen among the results, or offered, best first.
    :ivar article: opened or voted on.
    :ivar seconds: of active reading.
    :ivar depth: how far down it was read, in percent.
    :ivar reasons: of a vote.
    :ivar comment: of a vote, in the person's words.
    :ivar ticket_number: of a ticket.
    """

    kind: str
    at: datetime
    query: str = ""
    n_results: int = 0
    articles: list[TrailArticle] = field(default_factory=list)
    article: TrailArticle | None = None
    seconds: int = 0
    depth: int = 0
    reasons: list[str] = field(default_factory=list)
    comment: str = ""
    ticket_number: int | None = None


@dataclass(frozen=True)
class Trail:
    """A help session and what happened in it.

    :ivar steps: oldest first; empty if somebody only looked in.
    :ivar is_earlier: of a visit before the one that the ticket came out of.
    """

    session: HelpSession
    steps: list[Step]
    is_earlier: bool = False


def trail_of_session(help_session_id: int) -> Trail | None:
    """Return the trail of a help session, or None if it was aggregated away."""
    session = db.session.get(HelpSession, help_session_id)
    if session is None:
        return None
    events = db.session.scalars(
        select(HelpEvent)
        .where(HelpEvent.help_session_id == session.id)
        .order_by(HelpEvent.at, HelpEvent.id)
    ).all()
    return Trail(session, _Teller(_articles_named(events)).tell(events))


def trail_of_ticket(ticket_id: int) -> Trail | None:
    """Return what the requester of a ticket had tried, or None if nothing is known."""
    session_id = session_before_ticket(ticket_id)
    trail = trail_of_session(session_id) if session_id is not None else None
    if trail is None or any(step.kind in ("ticket", "elsewhere") for step in trail.steps):
        return trail
    return replace(trail, is_earlier=True)


_Named = Mapping[tuple[int, int | None], TrailArticle]


def _articles_named(events: Sequence[HelpEvent]) -> _Named:
    """Load the articles of a trail in one query, each in every revision that was met."""
    wanted = {(event.article_id, event.revision_id) for event in events if event.article_id}
    for event in events:
        wanted |= {(article_id, None) for article_id in event.data.get("article_ids", ())}
    ids = {article_id for article_id, _ in wanted}
    revisions = {revision_id for _, revision_id in wanted if revision_id}
    if not ids:
        return {}
    found: dict[tuple[int, int | None], TrailArticle] = {}
    for row in db.session.execute(
        select(Article.id, Article.slug, Article.title, Article.state).where(Article.id.in_(ids))
    ):
        found[row.id, None] = TrailArticle(row.id, row.slug, row.title, row.state, None)
    for revision in db.session.execute(
        select(Revision.id, Revision.article_id, Revision.number, Revision.title).where(
            Revision.id.in_(revisions), Revision.article_id.in_(ids)
        )
    ):
        present = found[revision.article_id, None]
        found[revision.article_id, revision.id] = TrailArticle(
            present.id, present.slug, revision.title, present.state, revision.number
        )
    return found


class _Teller:
    """Turns events into steps, joining what belongs together.

    :param articles: by article and revision id.
    """

    def __init__(self, articles: _Named) -> None:
        self.articles = articles
        self.steps: list[Step] = []

    def tell(self, events: Iterable[HelpEvent]) -> list[Step]:
        """Return the steps of events that come oldest first."""
        telling: Mapping[str, Callable[[HelpEvent], None]] = {
            Kind.SEARCH: self._search,
            Kind.IMPRESSION: self._impression,
            Kind.SUGGESTION_SHOWN: self._suggestions,
            Kind.CLICK: self._read,
            Kind.SUGGESTION_CLICK: self._read,
            Kind.READ: self._read,
            Kind.FEEDBACK: self._vote,
            Kind.RESOLVED_CLAIM: self._claim,
            Kind.FORM_OPENED: self._form,
            Kind.FORM_ABANDONED: self._left,
            Kind.TICKET_CREATED: self._contact,
            Kind.CONTACT_ELSEWHERE: self._contact,
        }
        for event in events:
            if event.kind in telling:
                telling[event.kind](event)
        return self.steps

    def _add(self, step: Step) -> None:
        self.steps.append(step)

    def _article(self, event: HelpEvent) -> TrailArticle | None:
        if event.article_id is None:
            return None
        known = self.articles.get((event.article_id, event.revision_id))
        return known or self.articles.get((event.article_id, None))

    def _last(self, kind: str) -> Step | None:
        return self.steps[-1] if self.steps and self.steps[-1].kind == kind else None

    def _search(self, event: HelpEvent) -> None:
        query = event.query or ""
        last = self._last("search")
        if last is not None and query.casefold().startswith(last.query.casefold()):
            self.steps.pop()  # still typing: the longer text is the search that was meant
        self._add(Step("search", event.at, query=query, n_results=event.n_results or 0))

    def _impression(self, event: HelpEvent) -> None:
        """Put a result that was seen under the search it answers, else under an offer."""
        article = self._article(event)
        if article is None:
            return
        step = self._last("search") or self._last("offered")
        if step is None:
            step = Step("offered", event.at)
            self._add(step)
        if article.id not in {seen.id for seen in step.articles}:
            step.articles.append(article)

    def _suggestions(self, event: HelpEvent) -> None:
        if event.data.get("withheld"):
            self._add(Step("withheld", event.at))
            return
        shown = [
            self.articles[article_id, None]
            for article_id in event.data.get("article_ids", ())
            if (article_id, None) in self.articles
        ]
        last = self._last("offered")
        if last is None:
            self._add(Step("offered", event.at, articles=shown))
        else:
            # The list changes while the subject is typed; what stands last was read last.
            last.articles = shown

    def _read(self, event: HelpEvent) -> None:
        article = self._article(event)
        if article is None:
            return
        open_step = next(
            (
                step
                for step in reversed(self.steps)
                if step.kind == "read" and step.article and step.article.id == article.id
            ),
            None,
        )
        is_tail = event.kind == Kind.READ and open_step is not None
        if open_step is None or not is_tail:
            if event.kind != Kind.READ and self._last("read") is open_step and open_step:
                return  # opened twice in a row: one reading
            open_step = Step("read", event.at, article=article)
            self._add(open_step)
        open_step.seconds += event.data.get("seconds", 0)
        open_step.depth = max(open_step.depth, event.data.get("depth", 0))
        if open_step.article and open_step.article.revision_number is None:
            open_step.article = article

    def _vote(self, event: HelpEvent) -> None:
        kind = "yes" if event.data.get("helped") else "no"
        article = self._article(event)
        last = self._last(kind)
        if last is None or last.article != article:
            last = Step(kind, event.at, article=article)
            self._add(last)
        last.reasons = event.data.get("reasons") or last.reasons
        last.comment = event.data.get("comment") or last.comment

    def _claim(self, event: HelpEvent) -> None:
        self._add(Step("solved", event.at, article=self._article(event)))

    def _left(self, event: HelpEvent) -> None:
        self._add(Step("left", event.at))

    def _form(self, event: HelpEvent) -> None:
        if self._last("form") is None:
            self._add(Step("form", event.at))

    def _contact(self, event: HelpEvent) -> None:
        kind = "ticket" if event.kind == Kind.TICKET_CREATED else "elsewhere"
        self._add(Step(kind, event.at, ticket_number=event.data.get("number")))
