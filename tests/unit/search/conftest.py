"""Small collections in throw-away indexes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from app.search.documents import SearchDocument
from app.search.engine import SearchEngine

PUBLIC = frozenset({"public"})

MARLOW = (
    (1, "Reset your password", "Choose Forgot password on the sign-in page and open the mail."),
    (2, "Refund a class", "A refund goes back to the card within five days."),
    (3, "Send reminders by text message", "Reminders go out a day before each booking."),
    (4, "Close your studio account", "Your bookings stay for thirty days, then they are deleted."),
    (5, "Invite a teacher", "Teachers see their own classes and nobody's payments."),
    (6, "Sell class passes", "A pass holds ten visits; customers buy it at checkout."),
    (7, "Export invoices for your accountant", "Download all invoices of a month as one file."),
    (8, "Why is the calendar empty?", "A filter may hide every class; clear it to see them."),
    (9, "Rooms and equipment", "Book the piano with the room so that nobody is left without."),
    (10, "Push notifications on the phone", "Allow notifications in the system's own settings."),
)


def document(id_: int, title: str, body: str = "", **more) -> SearchDocument:
    """Return a document."""
    return SearchDocument(id=id_, type="article", title=title, body=body, **more)


@pytest.fixture
def make_engine(tmp_path: Path) -> Callable[..., SearchEngine]:
    """Return a builder of engines over documents or (id, title, body) rows."""

    def make(*documents) -> SearchEngine:
        engine = SearchEngine(tmp_path / "index")
        engine.build(d if isinstance(d, SearchDocument) else document(*d) for d in documents)
        return engine

    return make


@pytest.fixture
def marlow(make_engine) -> SearchEngine:
    """Return an engine over ten articles of a pretend product."""
    return make_engine(*MARLOW)


def ids(engine: SearchEngine, query: str, **more) -> list[int]:
    """Return the ids a query finds, best first."""
    outcome = engine.search(query, audiences=more.pop("audiences", PUBLIC), **more)
    return [hit.id for hit in outcome.hits]
