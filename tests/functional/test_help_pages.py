"""The help centre as readers meet it."""

from __future__ import annotations

import pytest

from app.clock import utc_now
from app.db import unit_of_work
from app.events.actor import SYSTEM
from app.knowledge.models import Audience
from app.knowledge.queries import article_by_id
from app.knowledge.services import change_properties, create_article
from app.search.services import sync


@pytest.fixture
def write(app):
    """Return a maker of committed, published articles."""

    def make(**changes):
        values = {
            "title": "Move a class to another day",
            "body": "Open the **calendar**, then drag the class.\n\n## Steps\n\n1. Open.\n2. Drag.",
            "category_path": "Calendar/Classes",
            "tags": ["calendar"],
            "publish": True,
        } | changes
        with app.app_context(), unit_of_work():
            return create_article(actor=SYSTEM, now=utc_now(), **values)

    return make


@pytest.fixture
def indexed(app):
    """Return a function that brings the index level with the database."""

    def bring_level():
        with app.app_context():
            sync(owner="test")

    return bring_level


def test_front_page_lists_topics_and_articles(client, write):
    write()
    write(title="Only for us", audience=Audience.STAFF, category_path="Team")
    page = client.get("/help").text
    assert "Move a class to another day" in page
    assert ">Calendar</bdi></a>" in page
    assert "Only for us" not in page
    assert "Team" not in page


def test_article_page(client, write):
    article = write()
    answer = client.get(f"/help/articles/{article.slug}")
    assert answer.status_code == 200
    assert "<strong>calendar</strong>" in answer.text
    assert 'rel="canonical" href="http://localhost/help/articles/move-a-class' in answer.text
    assert "fw_hs=" in answer.headers["Set-Cookie"]


def test_articles_for_others_are_not_found(client, write):
    for audience in (Audience.CUSTOMERS, Audience.STAFF):
        article = write(title=f"For {audience}", audience=audience)
        assert client.get(f"/help/articles/{article.slug}").status_code == 404
    draft = write(title="Not yet", publish=False)
    assert client.get(f"/help/articles/{draft.slug}").status_code == 404


def test_former_address_redirects(app, client, write):
    article = write()
    with app.app_context(), unit_of_work():
        found = article_by_id(article.id)
        change_properties(found, slug="moving", actor=SYSTEM, now=utc_now())
    answer = client.get("/help/articles/move-a-class-to-another-day")
    assert answer.status_code == 301
    assert answer.location == "/help/articles/moving"


def test_search_finds_and_marks(client, write, indexed):
    write()
    write(title="Send an invoice", body="Invoices are sent by mail.", category_path="Invoices")
    indexed()
    page = client.get("/help/search?q=move+class").text
    assert "<mark>Move</mark> a <mark>class</mark>" in page
    assert "Send an invoice" not in page


def test_search_results_have_pages(client, write, indexed):
    for number in range(25):
        write(title=f"Move class {number}", tags=["calendar", "moving"])
    indexed()
    page = client.get("/help/search?q=move+class&tag=calendar&tag=moving").text
    assert "/help/search?q=move+class&amp;page=2&amp;tag=calendar&amp;tag=moving" in page


def test_category_page(client, write):
    write()
    page = client.get("/help/categories/calendar/classes").text
    assert "Move a class to another day" in page
    assert client.get("/help/categories/calendar").status_code == 200
    assert client.get("/help/categories/nothing").status_code == 404


def test_ask_page_shows_answers_first(client, write, indexed):
    write()
    indexed()
    assert "Continue" in client.get("/help/ask").text
    page = client.get("/help/ask?subject=move+a+class").text
    assert page.index("Perhaps this answers it") < page.index('name="body"')


def test_sitemap_and_robots(client, write):
    write()
    write(title="Only for us", audience=Audience.STAFF)
    sitemap = client.get("/sitemap.xml").text
    assert "<loc>http://localhost/help/articles/move-a-class-to-another-day</loc>" in sitemap
    assert "only-for-us" not in sitemap
    assert "Disallow: /portal/" in client.get("/robots.txt").text
