"""The index follows every write, by whichever path it comes."""

from __future__ import annotations

import pytest
from sqlalchemy import delete, select, update

from app.customers.models import Customer
from app.db import db
from app.events.actor import staff_actor
from app.sites.services import create_site
from app.tickets.models import Message, MessageKind, Ticket
from app.tickets.queries.fulltext import holds_words
from app.tickets.services.replies import add_note, add_reply
from app.tickets.text_index import forget_index, keep_index, rebuild_index
from tests.factories.tickets import NOW, later, opened, unit


def found(words: str) -> list[int]:
    rows = db.session.scalars(select(Ticket.number).where(holds_words(words)).order_by(Ticket.id))
    return list(rows)


@pytest.fixture
def desk(ctx, staff):
    """Three tickets; the second holds an answer and a note."""
    opened(subject="Card declined", body="My Visa is refused at the till.")
    asked = opened(
        subject="Rückerstattung", body="Wo bleibt mein Geld?", requester_name="Zoë Ångström"
    )
    opened(subject="Logo blurry", body="See the header.", requester_email="lin@paper.example")
    with unit():
        add_reply(asked, body="It was **transferred** on Monday.", author=staff, now=later(5))
        add_note(asked, body="Accounting confirmed: voucher 4711.", author=staff, now=later(6))
    return asked


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ("visa", [1]),
        ("declined visa", [1]),
        ("visa logo", []),
        ("ruckerstattung", [2]),
        ("RÜCK", [2]),
        ("zoe angstrom", [2]),
        ("transferred", [2]),
        ("voucher 4711", [2]),
        ('"on monday"', [2]),
        ('"monday on"', []),
        ("lin@paper.example", [3]),
        ("paper", [3]),
        ("-logo", [1, 2]),
        ("see -header", []),
        ("#3", [3]),
        ("3", [3]),
        ("blur", [3]),
        ('"blur"', []),
    ],
)
def test_words_are_found_wherever_they_stand(desk, words, numbers):
    assert found(words) == numbers


def test_what_is_edited_redacted_or_deleted_leaves_the_index(desk):
    with unit():
        db.session.execute(update(Ticket).where(Ticket.number == 1).values(subject="Payment"))
        note = MessageKind.NOTE
        db.session.execute(update(Message).where(Message.kind == note).values(body="[removed]"))
    assert (found("declined"), found("payment"), found("voucher")) == ([], [1], [])
    with unit():
        db.session.execute(delete(Message).where(Message.kind == MessageKind.NOTE))
    assert (found("removed"), found("transferred")) == ([], [2])


def test_a_message_that_moves_is_found_where_it_is(desk):
    with unit():
        db.session.execute(
            update(Message).where(Message.kind == MessageKind.NOTE).values(ticket_id=1)
        )
    assert found("voucher") == [1]
    assert found("transferred") == [2]


def test_the_name_of_a_customer_is_found_and_follows_the_customer(ctx):
    with unit():
        site = create_site(
            key="shop", name="Shop", allowed_origins=[], actor=staff_actor(0), now=NOW
        )
        db.session.flush()
        customer = Customer(
            site_id=site.id, external_id="u1", name="Mira Dahl", email="m@x.example"
        )
        db.session.add(customer)
    opened(customer_id=customer.id, requester_name="", requester_email="")
    assert found("mira") == [1]
    with unit():
        db.session.execute(update(Ticket).values(requester_name=""))
        db.session.execute(update(Customer).values(name="Erased", email=""))
    assert (found("mira"), found("erased")) == ([], [1])


def test_an_index_that_was_not_kept_is_made_anew(desk):
    with unit():
        connection = db.session.connection()
        forget_index(connection)
        db.session.execute(update(Ticket).where(Ticket.number == 1).values(subject="Unseen"))
    assert found("unseen") == []
    with unit():
        rebuild_index(db.session.connection())
        keep_index(db.session.connection())
    assert (found("unseen"), found("declined")) == ([1], [])
    opened(subject="Kept again")
    assert found("kept") == [4]
