"""Words as both databases understand them: nothing typed is an operator, nothing raises."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from app.db import db
from app.tickets.models import Ticket
from app.tickets.queries.fulltext import holds_words
from app.tickets.search_words import (
    MOST_TERMS,
    Term,
    postgres_query,
    read_terms,
    sqlite_query,
)


@pytest.mark.parametrize(
    ("typed", "terms"),
    [
        ("", []),
        ("?! -- :", []),
        ("Refund", [Term(("refund",), True)]),
        ("a", [Term(("a",), False)]),
        ("Crème brûlée", [Term(("creme",), True), Term(("brulee",), True)]),
        ("GRÖSSE größe", [Term(("grosse",), True), Term(("große",), True)]),
        ("a@one.example", [Term(("a", "one", "example"), True)]),
        ('"Card  declined" now', [Term(("card", "declined"), False), Term(("now",), True)]),
        ('"never closed', [Term(("never", "closed"), False)]),
        ("card -reader", [Term(("card",), True), Term(("reader",), True, True)]),
        ('-"card reader"', [Term(("card", "reader"), False, True)]),
        ("한국어", [Term(("한국어",), True)]),
        ("NEAR(a b) OR c*", [
            Term(("near", "a"), False), Term(("b",), False), Term(("or",), True),
            Term(("c",), False),
        ]),
    ],
)  # fmt: skip
def test_what_is_typed_becomes_terms(typed, terms):
    assert read_terms(typed) == terms


def test_a_text_is_not_a_search():
    assert len(read_terms("word " * 200)) == MOST_TERMS


def test_the_databases_are_asked_with_quotes_and_beginnings():
    terms = read_terms('"card reader" broken')
    assert sqlite_query(terms) == '"card reader" AND "broken"*'
    assert postgres_query(terms) == "(card <-> reader) & (broken:*)"


HOSTILE = st.text(
    st.one_of(st.characters(), st.sampled_from("\"'*-:()<>&|!^{}[]\\%_~+ NEAROTD\x00")),
    max_size=60,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(HOSTILE)
def test_whatever_is_typed_finds_tickets_or_none(app, typed):
    """C07: one condition, and the database takes it."""
    with app.app_context():
        found = db.session.scalar(select(func.count(Ticket.id)).where(holds_words(typed)))
        db.session.rollback()
    assert found == 0, "the database is empty"


@pytest.mark.parametrize(
    "typed", ["\x00", "a" * 10_000, "😀 🙃", "'; DROP TABLE tickets;--", '"' * 99]
)
def test_signs_and_lengths_do_no_harm(ctx, typed):
    assert db.session.scalars(select(Ticket.id).where(holds_words(typed))).all() == []
