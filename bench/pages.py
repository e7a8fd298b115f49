"""Pages of the portal and the help centre over many rows, beside the floor of the stack.

CPU time in this process through the test client: a busy machine disturbs it least. The floor is
what Flask, SQLAlchemy and Jinja cost without an application around them: 25 tickets of the same
database into a bare table.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from itertools import cycle
from urllib.parse import quote

from flask import Flask, render_template_string
from flask.testing import FlaskClient
from sqlalchemy import Engine, select
from sqlalchemy.orm import Session

from app.db import db
from app.tickets.models import Ticket
from bench.corpus import Corpus
from bench.measure import report
from bench.scratch import scratch

TICKETS = 20_000
SESSIONS = 5_000
_WARM_UPS = 4
_RUNS = 30
_BARE = (
    "<table>{% for t in tickets %}<tr><td>{{ t.number }}<td>{{ t.subject }}<td>{{ t.state }}"
    "<td>{{ t.requester_name }}<td>{{ t.updated_at }}{% endfor %}</table>"
)


def run() -> None:
    """Measure and print the figures."""
    with scratch(tickets=TICKETS, sessions=SESSIONS) as made:
        with made.app.app_context():
            engine = db.engine
        questions = cycle(quote(text) for text in Corpus(seed=5).questions(made.articles, 60))
        numbers = cycle(range(1, TICKETS, 617))
        slugs = cycle(made.slugs)
        floor = _cpu_ms(_get(_floor_client(engine), lambda: "/"))
        report("floor: 25 rows by SQLAlchemy into a bare template", floor, "ms CPU")
        for name, client, address in [
            ("inbox, 50 rows", made.staff_client, lambda: "/portal/inbox"),
            ("inbox, any state", made.staff_client, lambda: "/portal/inbox?state=any"),
            ("inbox, poll for rows", made.staff_client, lambda: "/portal/inbox/rows"),
            ("ticket page", made.staff_client, lambda: f"/portal/tickets/{next(numbers)}"),
            ("deflection page", made.staff_client, lambda: "/portal/deflection"),
            ("help centre, first page", made.client, lambda: "/help"),
            ("help centre, search", made.client, lambda: f"/help/search?q={next(questions)}"),
            ("help centre, article", made.client, lambda: f"/help/articles/{next(slugs)}"),
            ("API search", made.client, lambda: f"/api/v1/search?q={next(questions)}"),
        ]:
            spent = _cpu_ms(_get(client, address))
            title = f"page with {TICKETS:,} tickets: {name}"
            report(title, spent, "ms CPU", f"{spent / floor:.1f} times the floor")


def _get(client: FlaskClient, address: Callable[[], str]) -> Callable[[], None]:
    def get() -> None:
        wanted = address()
        response = client.get(wanted, headers={"Accept-Encoding": "gzip"}, buffered=True)
        if response.status_code != 200:
            raise RuntimeError(f"{wanted} answered {response.status_code}")

    return get


def _cpu_ms(call: Callable[[], None]) -> float:
    for _ in range(_WARM_UPS):
        call()
    spent = []
    for _ in range(_RUNS):
        started = time.process_time()
        call()
        spent.append((time.process_time() - started) * 1000)
    return statistics.median(spent)


def _floor_client(engine: Engine) -> FlaskClient:
    bare = Flask("floor")

    @bare.get("/")
    def index() -> str:
        with Session(engine) as session:
            tickets = session.scalars(
                select(Ticket).order_by(Ticket.updated_at.desc(), Ticket.id.desc()).limit(25)
            ).all()
            return render_template_string(_BARE, tickets=tickets)

    return bare.test_client()
