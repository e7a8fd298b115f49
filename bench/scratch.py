"""A throw-away application with as many tickets and help sessions as a benchmark wants.

Rows are written straight to the tables: this is about reading them.
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from app.clock import utc_now
from app.config import Settings
from app.db import db, unit_of_work
from app.deflection.models import HelpContact, HelpEvent, HelpSession, Outcome, person_key
from app.deflection.services.refreshing import rule_of
from app.deflection.vocabulary import Kind
from app.events.actor import SYSTEM
from app.knowledge.services import create_article
from app.search.services import sync
from app.staff.login import TOKEN_KEY
from app.staff.models import Staff
from app.staff.services.sessions import open_session
from bench.corpus import BenchArticle, Corpus
from bench.filling import CUSTOMERS, SITE, add_people, add_rows, add_tickets

ARTICLES = 200
_OUTCOMES = {
    Outcome.CONFIRMED: 10, Outcome.LIKELY: 25, Outcome.ABANDONED: 5, Outcome.UNKNOWN: 45,
    Outcome.FAILED: 15,
}  # fmt: skip


@dataclass(frozen=True)
class Scratch:
    """The application and what a benchmark needs of it.

    :ivar staff_client: signed in to the portal.
    :ivar site: the key of the one site.
    """

    app: Flask
    client: FlaskClient
    staff_client: FlaskClient
    articles: list[BenchArticle]
    slugs: list[str]
    site: str = SITE


@contextmanager
def scratch(*, tickets: int, sessions: int) -> Iterator[Scratch]:
    """Make an application in a temporary directory; it goes with the block."""
    with tempfile.TemporaryDirectory() as directory:
        app = create_app(Settings(data_dir=Path(directory), secret_key="bench", htmx_cdn_url=""))
        now = utc_now()
        corpus = Corpus()
        articles = list(corpus.articles(ARTICLES))
        with app.app_context():
            db.create_all()
            with unit_of_work():
                slugs = _articles(articles, now)
                staff_ids = add_people(now)
            with unit_of_work():
                texts = corpus.questions(articles, 500)
                add_tickets(tickets, messages=3, staff_ids=staff_ids, texts=texts, now=now)
            with unit_of_work():
                questions = corpus.questions(articles, 300)
                _help_sessions(sessions, questions, now, rule=rule_of(app.extensions["settings"]))
            with unit_of_work():
                staff = db.session.get_one(Staff, staff_ids[0])
                token = open_session(staff, user_agent="bench", hours=12, now=now)
            sync(owner="bench")
        staff_client = app.test_client()
        with staff_client.session_transaction() as browser_session:
            browser_session[TOKEN_KEY] = token
        try:
            yield Scratch(app, app.test_client(), staff_client, articles, slugs)
        finally:
            with app.app_context():
                db.session.remove()
                db.engine.dispose()


def _articles(articles: list[BenchArticle], now: datetime) -> list[str]:
    return [
        create_article(
            title=article.title, body=article.body, category_path=article.category,
            tags=article.tags, url_patterns=["/calendar/*"] if article.id < 6 else [],
            actor=SYSTEM, now=now, publish=True,
        ).slug
        for article in articles
    ]  # fmt: skip


def _help_sessions(count: int, questions: list[str], now: datetime, *, rule: str) -> None:
    pick = random.Random(4)
    sessions: list[dict[str, Any]] = []
    events: list[dict[str, Any]] = []
    contacts: list[dict[str, Any]] = []
    outcomes = pick.choices(list(_OUTCOMES), list(_OUTCOMES.values()), k=count)
    for number, outcome in enumerate(outcomes, start=1):
        at = now - timedelta(minutes=60 * 24 * 90 * (count - number + 1) // (count + 1))
        person = person_key(customer_id=number % CUSTOMERS + 1, visitor_id=None, session_key="")
        sessions.append(
            {"id": number, "key": f"s{number}", "site_id": 1, "surface": "widget", "locale": "en",
             "person_key": person, "customer_id": number % CUSTOMERS + 1, "started_at": at,
             "last_event_at": at, "scripted": True, "had_input": True, "outcome": outcome,
             "has_intent": True, "has_tried": True, "longest_read_seconds": pick.randint(0, 90),
             "rule": rule}
        )  # fmt: skip
        events += _events(number, at, pick.choice(questions)[:60], pick)
        if outcome is Outcome.FAILED and number % 3 == 0:
            contacts.append(
                {"ticket_id": number // 3, "ticket_number": number // 3, "channel": "widget",
                 "person_key": person, "help_session_id": number, "at": at,
                 "tried_session_id": number}
            )  # fmt: skip
    add_rows(HelpSession, sessions)
    add_rows(HelpEvent, events)
    add_rows(HelpContact, contacts)


def _events(
    session: int, at: datetime, query: str, pick: random.Random
) -> Iterator[dict[str, Any]]:
    search = f"e{session}-0"
    article = pick.randint(1, ARTICLES)
    told = [
        (Kind.SEARCH, None, query, {"settled": "idle"}),
        *((Kind.IMPRESSION, article, None, {"rank": rank, "search_id": search}) for rank in (1, 2)),
        (Kind.CLICK, article, None, {"rank": 1, "search_id": search}),
        (Kind.READ, article, None, {"seconds": pick.randint(3, 90), "depth": 80}),
    ]
    for number, (kind, article_id, text, data) in enumerate(told):
        yield {
            "event_id": f"e{session}-{number}", "help_session_id": session, "kind": kind.value,
            "at": at, "article_id": article_id, "query": text, "query_key": text,
            "n_results": None if text is None else pick.choice((0, 3, 8)), "data": data,
        }  # fmt: skip
