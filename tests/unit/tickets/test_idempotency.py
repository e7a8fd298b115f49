"""The same request under the same key is answered once."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.db import db
from app.events.actor import visitor_actor
from app.tickets.errors import KeyReused
from app.tickets.models import Ticket
from app.tickets.services.idempotency import answer_once
from app.tickets.services.opening import open_ticket
from tests.factories.tickets import NOW, later, unit

pytestmark = pytest.mark.usefixtures("ctx")


def ask(key, payload=None, *, scope="token:1", now=NOW):
    def make():
        ticket = open_ticket(subject="S", body="B", channel="api", actor=visitor_actor(), now=now)
        return {"number": ticket.number}

    with unit():
        return answer_once(
            scope=scope, key=key, request_payload=payload or {"s": 1}, make=make, now=now
        )


def numbers():
    return list(db.session.scalars(select(Ticket.number).order_by(Ticket.number)))


def test_a_repeat_gets_the_first_answer():
    assert ask("a") == ask("a", now=later(60)) == {"number": 1}
    assert numbers() == [1]


def test_another_request_under_the_key_is_refused():
    ask("a")
    with pytest.raises(KeyReused):
        ask("a", {"s": 2})
    assert numbers() == [1]


def test_keys_of_different_senders_do_not_meet():
    assert ask("a")["number"] == 1
    assert ask("a", {"s": 2}, scope="token:2")["number"] == 2


def test_a_key_is_forgotten_after_two_days():
    ask("a")
    assert ask("a", now=NOW + timedelta(hours=47))["number"] == 1
    assert ask("a", now=NOW + timedelta(hours=49))["number"] == 2


def test_a_refused_request_leaves_its_key_free():
    def refuse():
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"), unit():
        answer_once(scope="token:1", key="a", request_payload={"s": 1}, make=refuse, now=NOW)
    assert ask("a") == {"number": 1}


def test_twenty_at_once_make_one_ticket(app):
    answers, errors = [], []

    def work():
        try:
            with app.app_context():
                answers.append(ask("same")["number"])
                db.session.remove()
        except Exception as error:  # reported by the assertion below
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert answers == [1] * 20
    assert numbers() == [1]
