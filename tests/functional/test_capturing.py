"""From a solved ticket to the article that answers the next one."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from app.care.queries import knowledge_of_ticket
from app.db import db
from app.events.actor import SYSTEM
from app.knowledge.models import Article
from app.knowledge.services import create_article
from app.tickets.models import Ticket
from app.tickets.services.replies import add_reply
from tests.factories.forms import post_form
from tests.factories.tickets import NOW, later, opened, unit

pytestmark = pytest.mark.usefixtures("ctx")

CHOSEN = re.compile(r'name="knowledge" value="(\w+)" checked')


@pytest.fixture
def answered(staff):
    """A ticket with an answer that links to an article."""
    with unit():
        article = create_article(
            title="Refunds", body="Open it.", actor=SYSTEM, now=NOW, slug="refunds", publish=True
        ).id
    ticket = opened(body="I am Nora, mail nora@studio.example: where is my money?")
    with unit():
        add_reply(
            ticket,
            author=db.session.merge(staff),
            body="Hi Nora,\n\nSee [Refunds](http://localhost/help/articles/refunds).\n\nBest\nAda",
            now=later(1),
        )
    return article


def held(number: int) -> tuple[str, int | None] | None:
    db.session.rollback()
    ticket = db.session.scalars(select(Ticket).where(Ticket.number == number)).one()
    note = knowledge_of_ticket(ticket.id)
    return None if note is None else (note.verdict, note.article_id)


def test_an_article_in_the_answer_is_proposed_and_kept_when_solving(staff_client, answered):
    form = staff_client.get("/portal/tickets/1/solve").text
    assert CHOSEN.findall(form) == ["linked"]
    assert f'<option value="{answered}" selected>Refunds' in form
    values = {"version": "2", "resolution": "article", "knowledge": "linked"}
    nothing = post_form(staff_client, "/portal/tickets/1/solve", values | {"version": "3"})
    assert nothing.status_code in (409, 422)
    version = re.search(r'name="version" value="(\d+)"', form)[1]
    refused = post_form(staff_client, "/portal/tickets/1/solve", values | {"version": version})
    assert refused.status_code == 422
    assert "Which article answers it?" in refused.text
    assert held(1) is None
    values |= {"version": version, "article": str(answered)}
    assert post_form(staff_client, "/portal/tickets/1/solve", values).status_code == 303
    assert held(1) == ("linked", answered)
    assert "An article answers it" in staff_client.get("/portal/tickets/1/about").text
    page = staff_client.get(f"/portal/articles/{answered}/tickets").text
    assert "Answered by it" in page
    assert "/portal/tickets/1" in page


def test_solving_needs_no_word_about_articles(staff_client):
    opened()
    form = staff_client.get("/portal/tickets/1/solve").text
    assert CHOSEN.findall(form) == []
    values = {"version": "1", "resolution": "answer"}
    assert post_form(staff_client, "/portal/tickets/1/solve", values).status_code == 303
    assert held(1) is None
    assert "Would an article have answered it?" in staff_client.get("/portal/tickets/1/about").text


def test_what_is_not_written_down_waits_until_it_is_drafted(staff_client, answered):
    opened(subject="Noise")
    answer = post_form(staff_client, "/portal/tickets/1/knowledge", {"knowledge": "unwritten"})
    assert answer.status_code == 303
    waiting = staff_client.get("/portal/flags/unwritten").text
    assert "/portal/tickets/1/article" in waiting
    assert "/portal/tickets/2/article" not in waiting
    assert "Not written down" in staff_client.get("/portal/flags").text

    draft = staff_client.get("/portal/tickets/1/article").text
    assert "I am [name], mail [e-mail]: where is my money?" in draft
    assert "<s><bdi>nora@studio.example</bdi></s>" in draft
    assert "Hi Nora" not in draft
    values = {
        "title": "Where is my money?", "body": "See Refunds.", "audience": "public",
        "category": re.search(r'<option[^>]* value="(\d+)"', draft)[1], "owner": "0",
    }  # fmt: skip
    unread = post_form(staff_client, "/portal/tickets/1/article", values)
    assert unread.status_code == 422
    assert "Please read it through for this first." in unread.text
    assert "See Refunds." in unread.text
    made = post_form(staff_client, "/portal/tickets/1/article", values | {"is_clean": "y"})
    assert made.status_code == 303
    article = db.session.scalars(select(Article).where(Article.title == values["title"])).one()
    assert made.location.endswith(f"/portal/articles/{article.id}")
    assert (article.state, held(1)) == ("draft", ("unwritten", article.id))
    assert "Drafted from it" in staff_client.get(f"/portal/articles/{article.id}/tickets").text
    assert "/portal/tickets/1/article" not in staff_client.get("/portal/flags/unwritten").text


def test_the_first_article_of_an_empty_knowledge_base_can_come_of_a_ticket(staff_client):
    opened()
    assert "General" in staff_client.get("/portal/tickets/1/article").text
    values = {"title": "T", "body": "B", "audience": "public", "category": "0", "owner": "0",
              "is_clean": "y"}  # fmt: skip
    assert post_form(staff_client, "/portal/tickets/1/article", values).status_code == 303


def test_it_can_be_said_in_a_dialog_and_nonsense_comes_back(staff_client):
    opened()
    dialog = staff_client.get("/portal/tickets/1/knowledge", headers={"HX-Request": "true"}).text
    assert dialog.lstrip().startswith("<dialog")
    answer = post_form(staff_client, "/portal/tickets/1/knowledge", {})
    assert answer.status_code == 422
    assert "Please choose one of these." in answer.text


def test_it_is_for_staff(client):
    opened()
    for path in ("tickets/1/knowledge", "tickets/1/article", "flags/unwritten"):
        assert client.get(f"/portal/{path}").status_code in (302, 303, 401)
