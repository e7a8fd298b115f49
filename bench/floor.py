"""The same work in bare Flask: the same queries, a template of five lines, no portal around it.

``gunicorn bench.floor:application`` serves it from the database that ``DATA_DIR`` and
``DATABASE_URL`` name.
"""

from __future__ import annotations

import os
import random
from datetime import datetime

from flask import Flask, render_template_string, request
from sqlalchemy import select

from app import models  # noqa: F401 - tables refer to each other by name
from app.clock import utc_now
from app.config import from_env
from app.db import db, engine_options, set_writing
from app.staff.models import Staff
from app.tickets.models import Channel, Message, Ticket
from app.tickets.queries.addresses import read_filter
from app.tickets.queries.filters import Viewer
from app.tickets.queries.inbox import inbox_page
from app.tickets.queries.views import counted_views

_LIST = (
    "<table>{% for t in rows %}<tr><td>{{ t.number }}<td>{{ t.subject }}<td>{{ t.state }}"
    "<td>{{ t.who }}<td>{{ t.preview }}<td>{{ t.updated_at }}{% endfor %}</table>"
)
_TICKET = (
    "<h1>{{ ticket.subject }}</h1>{% for m in messages %}<p>{{ m.author_name }} {{ m.sent_at }}"
    "<p>{{ m.body }}{% endfor %}"
)
_COUNTS = "{% for v in views %}<p>{{ v.key }} {{ v.count }}{% endfor %}"
_STAFF = 1


def application() -> Flask:
    """Return the bare application."""
    bare = Flask("floor")
    uri = from_env(os.environ).database_uri
    bare.config["SQLALCHEMY_DATABASE_URI"] = uri
    bare.config["SQLALCHEMY_ENGINE_OPTIONS"] = engine_options(uri)
    db.init_app(bare)
    bare.before_request(lambda: set_writing(request.method == "POST"))
    bare.add_url_rule("/inbox", view_func=_inbox)
    bare.add_url_rule("/counts", view_func=_counts)
    bare.add_url_rule("/tickets/<int:number>", view_func=_ticket)
    bare.add_url_rule("/tickets", view_func=_submit, methods=["POST"])
    return bare


def _viewer(now: datetime) -> Viewer:
    return Viewer(_STAFF, now)


def _inbox() -> str:
    found = inbox_page(read_filter(request.args.to_dict()), viewer=_viewer(utc_now()))
    return render_template_string(_LIST, rows=found.rows)


def _counts() -> str:
    staff = db.session.get_one(Staff, _STAFF)
    return render_template_string(_COUNTS, views=counted_views(staff, viewer=_viewer(utc_now())))


def _ticket(number: int) -> str:
    ticket = db.session.scalars(select(Ticket).where(Ticket.number == number)).one()
    messages = db.session.scalars(
        select(Message).where(Message.ticket_id == ticket.id).order_by(Message.id)
    ).all()
    return render_template_string(_TICKET, ticket=ticket, messages=messages)


def _submit() -> tuple[dict[str, int], int]:
    sent, now = request.get_json(), utc_now()
    number = random.randrange(10**8, 10**9)  # nothing here keeps two from taking the next one
    ticket = Ticket(
        number=number, channel=Channel.API, subject=sent["subject"],
        requester_email=sent["email"], updated_at=now, clocks_at=now,
    )  # fmt: skip
    db.session.add(ticket)
    db.session.flush()
    db.session.add(
        Message(
            ticket_id=ticket.id, author_kind="api", author_name="", body=sent["body"], sent_at=now
        )
    )
    db.session.commit()
    return {"number": number}, 201
