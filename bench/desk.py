"""The desk under eight people: lists, tickets, search, numbers and new tickets over HTTP.

The whole application (two web processes and a worker) on SQLite and on PostgreSQL, beside bare
Flask with the same queries on the same database (:mod:`bench.floor`), with 10,000 and with
100,000 tickets. A busy machine slows both, so the ratio tells more than the milliseconds.
"""

from __future__ import annotations

import random
import sys
import tempfile
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
from flask import Flask
from psycopg import sql
from sqlalchemy import text

from app import create_app
from app.clock import utc_now
from app.config import from_env
from app.db import db, unit_of_work
from app.events.actor import SYSTEM
from app.health.schema import upgrade_schema
from app.staff.login import TOKEN_KEY
from app.staff.models import Staff
from app.staff.services.sessions import open_session
from app.staff.services.tokens import TICKETS_WRITE, create_api_token
from app.tickets.text_index import forget_index, keep_index, rebuild_index
from bench.corpus import Corpus
from bench.filling import LONG_EVERY, add_people, add_tickets
from bench.measure import percentile, report
from bench.serving import FLASK, Call, environment, free_port, load, serving
from tests.postgres import PostgresMissing, private_server

SIZES = (10_000, 100_000)
_SECONDS = 5.0
_WARM_UP_SECONDS = 1.5
_MESSAGES = 4  # five on average, with the long conversations
_FILTERS = (
    "", "state=open", "assignee=me", "assignee=nobody", "priority=high,urgent",
    "state=any&assignee=me&priority=high", "state=solved", "state=waiting_customer&sort=waiting",
    "due=any&sort=due", "state=any&site=1&channel=widget",
)  # fmt: skip
_NEXT_KEY = text(
    "SELECT setval(pg_get_serial_sequence(:table, 'id'), "
    "CASE :table WHEN 'tickets' THEN (SELECT max(id) FROM tickets) "
    "ELSE (SELECT max(id) FROM customers) END)"
)


@dataclass(frozen=True)
class Work:
    """One kind of request, as the application and as bare Flask are asked for it.

    :ivar wanted: p50 in milliseconds that is promised.
    """

    name: str
    wanted: int
    ours: Callable[[], Sequence[Call]]
    bare: Callable[[], Sequence[Call]]


def run() -> None:
    """Measure and print the figures."""
    for name, server in (("SQLite", nullcontext("")), ("PostgreSQL", private_server(durable=True))):
        p50s: dict[str, float] = {}
        try:
            with server as url, tempfile.TemporaryDirectory() as directory:
                for size in SIZES:
                    p50s = _measure(name, size, Path(directory) / str(size), url, before=p50s)
        except PostgresMissing as missing:
            print(f"desk on {name}: not measured, {missing}")


def _measure(
    database: str, size: int, directory: Path, url: str, *, before: dict[str, float]
) -> dict[str, float]:
    """Print the figures of one size.

    :param before: p50 of each work at the smaller size.
    :returns: p50 of each work.
    """
    env = environment(directory, _own_database(url, size))
    works = _works(_filled(env, size), size)
    ours: dict[str, list[float]] = {}
    with serving([*FLASK, "up"], env) as port:
        for work in works:
            load(port, work.ours(), _WARM_UP_SECONDS)
            ours[work.name] = load(port, work.ours(), _SECONDS)[0]
    p50s = {}
    with _floor(env) as port:
        for work in works:
            load(port, work.bare(), _WARM_UP_SECONDS)
            floor = percentile(load(port, work.bare(), _SECONDS)[0], 0.5)
            p50s[work.name] = p50 = percentile(ours[work.name], 0.5)
            title = f"desk, {database}, {size:,} tickets: {work.name}"
            note = f"{p50 / floor:.1f} times bare Flask ({floor:.1f} ms); goal {work.wanted} ms"
            if work.name in before:
                note += f"; {p50 / before[work.name]:.2f} times that of {SIZES[0]:,}"
            report(f"{title}, p50", p50, "ms", note)
            report(f"{title}, p95", percentile(ours[work.name], 0.95), "ms")
    return p50s


def _works(cookie_and_token: tuple[str, str], size: int) -> list[Work]:
    cookie, token = cookie_and_token
    pick = random.Random(11)
    signed_in = {"Cookie": cookie, "Accept-Encoding": "gzip"}
    long_ones = [LONG_EVERY * pick.randint(1, size // LONG_EVERY) for _ in range(500)]
    corpus = Corpus(seed=9)
    asked = corpus.questions(list(corpus.articles(200)), 400)
    words = [" ".join(pick.sample(question.split(), k=2)) for question in asked]

    def pages(path: str) -> list[Call]:
        return [Call(path + query, headers=signed_in) for query in _FILTERS]

    def searches(path: str, headers: dict[str, str]) -> list[Call]:
        return [Call(f"{path}?state=any&q={quote(each)}", headers=headers) for each in words]

    def submissions(path: str, headers: dict[str, str]) -> list[Call]:
        return [
            Call(
                path, "POST", {**headers, "Idempotency-Key": uuid.uuid4().hex,
                               "Content-Type": "application/json"},
                f'{{"subject": "{asked[n % 400][:100]}", "body": "{asked[n * 7 % 400]}", '
                f'"email": "c{n % 800}@studio.example"}}', 201,
            )
            for n in range(4_000)
        ]  # fmt: skip

    return [
        Work("inbox with filters", 25, lambda: pages("/portal/inbox?"), lambda: pages("/inbox?")),
        Work(
            "ticket with 20 messages", 30,
            lambda: [Call(f"/portal/tickets/{n}", headers=signed_in) for n in long_ones],
            lambda: [Call(f"/tickets/{n}") for n in long_ones],
        ),
        Work(
            "full-text search", 60, lambda: searches("/portal/inbox", signed_in),
            lambda: searches("/inbox", {}),
        ),
        Work(
            "numbers of the views", 50,
            lambda: [Call("/portal/inbox/counts", headers=signed_in)],
            lambda: [Call("/counts")],
        ),
        Work(
            "submission", 15,
            lambda: submissions("/api/v1/tickets", {"Authorization": f"Bearer {token}"}),
            lambda: submissions("/tickets", {}),
        ),
    ]  # fmt: skip


def _filled(env: dict[str, str], size: int) -> tuple[str, str]:
    """Fill a fresh database.

    :returns: the cookie of somebody signed in to the portal, and a token of the API.
    """
    settings = from_env(env)
    app = create_app(settings)
    now = utc_now()
    corpus = Corpus()
    texts = corpus.questions(list(corpus.articles(300)), 20_000)
    with app.app_context():
        upgrade_schema(settings.data_dir)
        with unit_of_work():
            forget_index(db.session.connection())  # filled at once afterwards: ten times faster
            staff_ids = add_people(now)
            add_tickets(size, messages=_MESSAGES, staff_ids=staff_ids, texts=texts, now=now)
        with unit_of_work():
            staff = db.session.get_one(Staff, staff_ids[0])
            session = open_session(staff, user_agent="bench", hours=12, now=now)
            token = create_api_token(name="bench", scopes=(TICKETS_WRITE,), actor=SYSTEM, now=now)
        with db.engine.begin() as connection:
            rebuild_index(connection)
            keep_index(connection)
            if settings.database_url:
                for table in ("tickets", "customers"):  # these were given their keys
                    connection.execute(_NEXT_KEY, {"table": table})
            connection.execute(text("ANALYZE"))
        db.session.remove()
        db.engine.dispose()
    return _cookie(app, session), token


def _cookie(app: Flask, session: str) -> str:
    client = app.test_client()
    with client.session_transaction() as browser_session:
        browser_session[TOKEN_KEY] = session
    name = app.config["SESSION_COOKIE_NAME"]
    cookie = client.get_cookie(name)
    if cookie is None:
        raise RuntimeError("nobody is signed in")
    return f"{name}={cookie.value}"


def _own_database(server: str, size: int) -> str:
    """Return the address of an empty database: a file of its own, or one made on the server."""
    if not server:
        return ""
    name = f"desk_{size}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return f"{server.rpartition('/')[0]}/{name}"


@contextmanager
def _floor(env: dict[str, str]) -> Iterator[int]:
    port = free_port()
    command = [
        sys.executable, "-m", "gunicorn", "--workers", "2", "--worker-class", "gthread",
        "--threads", "16", "--preload", "--bind", f"127.0.0.1:{port}", "bench.floor:application()",
    ]  # fmt: skip
    with serving(command, {**env, "PORT": str(port)}) as listening:
        yield listening
