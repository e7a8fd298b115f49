"""Bringing records into the knowledge base; doing it twice changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from itertools import islice

from app.clock import utc_now
from app.db import db, rollback_session, unit_of_work
from app.errors import PortalError
from app.events.actor import Actor
from app.knowledge.exchange.matching import Shelves, known_articles, known_owners
from app.knowledge.exchange.records import ArticleRecord, ReadRecord
from app.knowledge.models import Article, ArticleState, Category
from app.knowledge.queries import taken_slugs
from app.knowledge.services.articles import NewArticle, create_articles
from app.knowledge.services.properties import change_properties
from app.knowledge.services.publishing import (
    archive_article,
    publish_article,
    unpublish_article,
)
from app.knowledge.services.revisions import save_revision

#: Articles a transaction: long enough to be quick, short enough to let others write in between.
BATCH = 100


class Change(StrEnum):
    """What an import does with one record."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"


@dataclass
class ImportReport:
    """What an import did, or would do.

    :ivar problems: place and reason of everything that was not imported.
    """

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    problems: list[tuple[str, str]] = field(default_factory=list)

    @property
    def summary(self) -> str:
        """Return the counts in one line."""
        parts = [
            f"{self.created} created",
            f"{self.updated} updated",
            f"{self.unchanged} unchanged",
        ]
        if self.problems:
            parts.append(f"{len(self.problems)} failed")
        return ", ".join(parts)

    def count(self, change: Change) -> None:
        """Count one record."""
        setattr(self, change.value, getattr(self, change.value) + 1)


def _say_nothing(*_what: object) -> None:
    """Keep quiet, for callers that read the report at the end."""


def import_records(
    records: Iterable[ReadRecord],
    *,
    actor: Actor,
    dry_run: bool = False,
    on_problem: Callable[[str, str], None] = _say_nothing,
    on_batch: Callable[[int], None] = _say_nothing,
) -> ImportReport:
    """Create and update articles, a hundred a transaction, holding no more in memory.

    A record that cannot be imported is reported, and the others are imported all the same.

    :param records: read as they are needed.
    :param dry_run: say what would change and change nothing.
    :param on_problem: called at once with the place and reason of each failure.
    :param on_batch: called with the number of records so far.
    """
    report = ImportReport()
    done = 0
    for batch in _batches(iter(records), BATCH):
        with unit_of_work():
            _import_batch(batch, actor, utc_now(), report, on_problem)
            if dry_run:
                rollback_session()
        # What is written need not be remembered: ten thousand articles would fill the memory.
        db.session.expunge_all()
        done += len(batch)
        on_batch(done)
    return report


def _import_batch(
    batch: Sequence[ReadRecord],
    actor: Actor,
    now: datetime,
    report: ImportReport,
    on_problem: Callable[[str, str], None],
) -> None:
    records = [entry.record for entry in batch if entry.record is not None]
    known = known_articles(records)
    taken = taken_slugs([record.slug for record in records if record.slug])
    shelves = Shelves(actor, now)
    owners = known_owners(records)
    new: list[NewArticle] = []
    for entry in batch:
        problem = entry.problem
        if entry.record is not None:
            record = entry.record
            article = known.get((record.source, record.external_id))
            owner_id = owners.get((record.owner or "").lower())
            holder = taken.get(record.slug or "")
            try:
                if holder is not None and (article is None or holder != article.id):
                    problem = f"slug {record.slug!r} is or was another article's"
                elif article is None:
                    new.append(_new(record, shelves.at(record.category), owner_id))
                    report.count(Change.CREATED)
                else:
                    change = _bring_in(record, article, shelves, owner_id, actor=actor, now=now)
                    report.count(change)
            except PortalError as error:
                problem = _reason(error)
        if problem:
            report.problems.append((entry.place, problem))
            on_problem(entry.place, problem)
    create_articles(new, actor=actor, now=now)


def _reason(error: PortalError) -> str:
    texts = [text for texts in error.fields.values() for text in texts]
    return " ".join(texts) or error.user_message


def _bring_in(
    record: ArticleRecord,
    article: Article,
    shelves: Shelves,
    owner_id: int | None,
    *,
    actor: Actor,
    now: datetime,
) -> Change:
    """Bring an article to what the record says; all of it was checked before."""
    version = article.version
    assert article.latest_revision is not None  # every article has a text
    category = shelves.at(record.category)
    latest = article.latest_revision
    if (latest.title, latest.body) != (record.title, record.body):
        save_revision(
            article,
            title=record.title,
            body=record.body,
            comment="Imported",
            base_version=article.version,
            actor=actor,
            now=now,
        )
    if _differs(record, article, category, owner_id):
        change_properties(
            article,
            category=category,
            audience=record.audience,
            tags=record.tags,
            slug=record.slug,
            summary=record.summary,
            url_patterns=record.url_patterns,
            owner_id=owner_id,
            actor=actor,
            now=now,
        )
    _bring_to_state(record.state, article, actor=actor, now=now)
    return Change.UNCHANGED if article.version == version else Change.UPDATED


def _differs(
    record: ArticleRecord, article: Article, category: Category, owner_id: int | None
) -> bool:
    """Say whether a property is another; most of an import repeated is the same."""
    return (
        category.id != article.category_id
        or record.audience != article.audience
        or sorted(record.tags) != sorted(tag.name for tag in article.tags)
        or (record.slug is not None and record.slug != article.slug)
        or (record.summary is not None and record.summary != article.summary)
        or (record.url_patterns is not None and list(record.url_patterns) != article.url_patterns)
        or (owner_id is not None and owner_id != article.owner_id)
    )


def _bring_to_state(state: str, article: Article, *, actor: Actor, now: datetime) -> None:
    if state == ArticleState.PUBLISHED:
        stale = article.published_revision_id != article.latest_revision_id
        if stale or article.state != ArticleState.PUBLISHED:
            publish_article(article, actor=actor, now=now)
    elif state != article.state:
        move = archive_article if state == ArticleState.ARCHIVED else unpublish_article
        move(article, actor=actor, now=now)


def _new(record: ArticleRecord, category: Category, owner_id: int | None) -> NewArticle:
    return NewArticle(
        title=record.title,
        body=record.body,
        category=category,
        audience=record.audience,
        tags=record.tags,
        owner_id=owner_id,
        slug=record.slug,
        summary=record.summary or "",
        url_patterns=record.url_patterns or (),
        comment="Imported",
        source=record.source,
        external_id=record.external_id,
        state=record.state,
    )


def _batches(records: Iterator[ReadRecord], size: int) -> Iterator[list[ReadRecord]]:
    while batch := list(islice(records, size)):
        yield batch
