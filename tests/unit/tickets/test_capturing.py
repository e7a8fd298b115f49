"""What a ticket says about the knowledge base: one word a ticket, recorded, counted."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.care.queries import knowledge_of_ticket
from app.db import db
from app.errors import Invalid
from app.events.actor import SYSTEM, staff_actor, visitor_actor
from app.events.models import EventRecord
from app.knowledge.models import Revision
from app.knowledge.services import create_article
from app.tickets.models import Ticket
from app.tickets.queries.articles import articles_linked
from app.tickets.queries.knowledge import (
    count_unwritten,
    question_and_answer,
    tickets_of_article,
    unwritten_lines,
    verdict_counts,
)
from app.tickets.services.capturing import draft_article, say_knowledge
from app.tickets.services.properties import change_state
from app.tickets.services.replies import add_customer_message, add_note, add_reply
from app.tickets.services.setting_aside import set_aside
from tests.factories.tickets import NOW, later, opened, unit

pytestmark = pytest.mark.usefixtures("ctx")


@pytest.fixture
def article():
    with unit():
        made = create_article(
            title="Refunds", body="Open it.", actor=SYSTEM, now=NOW, slug="refunds", publish=True
        )
    return made.id


def now(number: int) -> Ticket:
    return db.session.scalars(
        select(Ticket).where(Ticket.number == number).execution_options(populate_existing=True)
    ).one()


def say(staff, number: int, verdict: str, article_id: int | None = None) -> None:
    with unit():
        say_knowledge(
            now(number),
            verdict=verdict,
            article_id=article_id,
            actor=staff_actor(staff.id),
            now=later(5),
        )


def draft(staff, number: int, *, is_clean: bool = True) -> int:
    with unit():
        made = draft_article(
            now(number),
            title="Blank invoices",
            body="Reload.",
            category=None,
            audience="public",
            is_clean=is_clean,
            actor=staff_actor(staff.id),
            now=later(6),
        )
        return made.id


def said() -> list[dict[str, object]]:
    query = select(EventRecord).where(EventRecord.kind == "ticket:knowledge_noted")
    return [event.data for event in db.session.scalars(query.order_by(EventRecord.id))]


def held(number: int) -> tuple[str, int | None] | None:
    db.session.rollback()
    note = knowledge_of_ticket(now(number).id)
    return None if note is None else (note.verdict, note.article_id)


def test_it_is_said_once_a_ticket_and_recorded_when_it_changes(staff, article):
    opened()
    opened()
    version = now(1).version
    say(staff, 1, "new")
    say(staff, 1, "new")
    say(staff, 1, "linked", article)
    assert held(1) == ("linked", article)
    assert held(2) is None
    assert [(each["old"], each["new"], each["article_id"]) for each in said()] == [
        (None, "new", None),
        ("new", "linked", article),
    ]
    assert said()[1]["old_article_id"] is None
    # It is no activity, and conflicts with nothing.
    assert (now(1).version, now(1).updated_at) == (version, later(0))


def test_what_makes_no_sense_is_refused(staff, article):
    opened()
    for verdict, key, field in (
        ("magic", None, "knowledge"),
        ("", article, "knowledge"),
        ("linked", None, "article"),
        ("linked", 999, "article"),
    ):
        with pytest.raises(Invalid) as refusal:
            say(staff, 1, verdict, key)
        assert field in refusal.value.fields
    # An article is named only where one answers it.
    say(staff, 1, "nothing", article)
    assert held(1) == ("nothing", None)


def test_a_draft_names_its_ticket_and_stays_with_it(staff):
    opened()
    opened()
    say(staff, 1, "new")
    with pytest.raises(Invalid) as refusal:
        draft(staff, 1, is_clean=False)
    assert "is_clean" in refusal.value.fields
    key = draft(staff, 1)
    assert held(1) == ("new", key)
    say(staff, 1, "unwritten")
    assert held(1) == ("unwritten", key)
    assert [(line.number, line.verdict) for line in tickets_of_article(key)] == [(1, "unwritten")]
    comment = db.session.scalar(select(Revision.comment).where(Revision.article_id == key))
    assert comment == "Drafted from ticket 1"
    # Without a word before, drafting says that no article held the answer.
    assert held(2) is None
    other = draft(staff, 2)
    assert held(2) == ("unwritten", other)


def test_what_waits_to_be_written_is_what_no_article_came_of(staff, article):
    for _each in range(6):
        opened()
    for number, verdict in ((1, "unwritten"), (2, "new"), (3, "nothing"), (4, "unwritten")):
        say(staff, number, verdict)
    say(staff, 5, "linked", article)
    draft(staff, 4)
    assert [(line.number, line.verdict) for line in unwritten_lines()] == [
        (1, "unwritten"),
        (2, "new"),
    ]
    with unit():
        set_aside(now(1), disposition="spam", actor=staff_actor(staff.id), now=later(7))
    assert [line.number for line in unwritten_lines()] == [2]
    assert count_unwritten() == 1


def test_counts_say_of_how_many_nothing_is_known(staff):
    for _each in range(4):
        opened()
    for number, minute in ((1, 10), (2, 20), (3, 30)):
        with unit():
            change_state(
                now(number),
                state="solved",
                resolution="answer",
                actor=staff_actor(staff.id),
                now=later(minute),
            )
    say(staff, 1, "new")
    say(staff, 2, "new")
    say(staff, 4, "new")  # is not solved
    assert verdict_counts(since=later(15)) == {"new": 1, "": 1}


def test_articles_are_those_that_our_answers_link_to_the_last_first(staff, article):
    with unit():
        other = create_article(
            title="Cards", body="x", actor=SYSTEM, now=NOW, slug="cards", publish=True
        ).id
    ticket = opened(body="I read https://help.example/help/articles/wrong already")
    opened()
    for body in (
        "See [a](http://localhost/help/articles/cards) or /help/articles/refunds.",
        "Also (http://localhost/help/articles/cards), not /help/articles/gone",
    ):
        with unit():
            add_reply(now(1), author=db.session.merge(staff), body=body, now=later(1))
    with unit():
        add_note(
            now(1), author=db.session.merge(staff), body="/help/articles/refunds", now=later(2)
        )
    assert [(each.id, each.title) for each in articles_linked(ticket.id)] == [
        (other, "Cards"),
        (article, "Refunds"),
    ]
    assert articles_linked(now(2).id) == []


def test_question_and_answer_are_public_ones(staff):
    opened(body="Why is it blank?")
    assert question_and_answer(now(1)) == ("Why is it blank?", "")
    with unit():
        add_reply(now(1), author=db.session.merge(staff), body="Which?", now=later(1))
    with unit():
        add_customer_message(now(1), body="All.", actor=visitor_actor(), now=later(2))
    with unit():
        add_reply(now(1), author=db.session.merge(staff), body="Reload.", now=later(3))
    with unit():
        add_note(now(1), author=db.session.merge(staff), body="Odd.", now=later(4))
    assert question_and_answer(now(1)) == ("Why is it blank?", "Reload.")
