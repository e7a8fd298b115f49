"""Marlow's help centre hangs together."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from app.knowledge.markdown import article_slugs_in, body_problem, render_article
from app.knowledge.services.categories import ICONS
from app.knowledge.services.validation import clean_patterns, clean_slug, clean_tags, clean_title
from app.seeds.articles import SeedArticle, read_articles
from app.seeds.paths import ARTICLES, EARLIER, IMAGES, STORY, read_yaml
from app.seeds.people import read_cast
from app.seeds.visits import DAYS

ARTICLE_LIST = read_articles()
OWNERS = {person.email for person in read_cast().staff.values()}
SHELVES = read_yaml(STORY / "categories.yaml")
CATEGORIES = {shelf["name"] for shelf in SHELVES} | {
    f"{shelf['name']}/{name}" for shelf in SHELVES for name in shelf.get("below", [])
}


@pytest.fixture(params=ARTICLE_LIST, ids=lambda article: article.slug)
def article(request: pytest.FixtureRequest) -> SeedArticle:
    return request.param


def test_an_article_can_be_stored_as_it_is(article: SeedArticle) -> None:
    assert clean_title(article.title) == article.title
    assert clean_slug(article.slug) == article.slug
    assert tuple(clean_tags(article.tags)) == article.tags
    assert tuple(clean_patterns(article.url_patterns)) == article.url_patterns
    assert body_problem(article.body) is None
    assert 20 <= len(article.summary) <= 300


def test_its_place_owner_and_history_exist(article: SeedArticle) -> None:
    assert article.category in CATEGORIES
    assert article.owner in OWNERS
    assert 0 <= article.created_day <= (article.changed_day or DAYS) <= DAYS
    assert (article.first_body is None) == (article.changed_day is None)


def test_its_links_lead_to_articles_that_its_readers_may_read(article: SeedArticle) -> None:
    by_slug = {other.slug: other for other in ARTICLE_LIST}
    for slug in article_slugs_in(article.body):
        target = by_slug[slug]
        assert target.state == "published"
        assert (
            target.audience == "public"
            or target.audience == article.audience
            or (
                # A public page may point signed-in customers to what only they see.
                target.audience == "customers" and article.audience == "public"
            )
        )


def test_its_images_are_there_and_light(article: SeedArticle) -> None:
    for name in article.images:
        assert (IMAGES / name).stat().st_size < 60_000
    assert len(re.findall(r"!\[[^\]]+\]\(", article.body)) == len(article.images)


def test_it_renders_without_leftovers(article: SeedArticle) -> None:
    html = str(render_article(article.body).html)
    assert "[!" not in html
    assert "](/help" not in html


def test_every_shelf_has_an_icon_and_holds_something() -> None:
    assert {shelf["icon"] for shelf in SHELVES} <= set(ICONS)
    used = {article.category for article in ARTICLE_LIST}
    assert {path for path in CATEGORIES if "/" in path} <= used
    assert {path.split("/")[0] for path in used} == {shelf["name"] for shelf in SHELVES}


def test_there_is_enough_to_read_and_a_little_that_is_hidden() -> None:
    kinds = Counter((article.state, article.audience) for article in ARTICLE_LIST)
    assert kinds["published", "public"] >= 60
    assert kinds["published", "customers"] >= 3
    assert kinds["published", "staff"] >= 5
    assert {state for state, _ in kinds} == {"draft", "published", "archived"}


def test_articles_are_neither_scraps_nor_books() -> None:
    for article in ARTICLE_LIST:
        if article.state == "published":
            assert 80 <= len(article.body.split()) <= 650, article.slug


def test_no_two_share_an_id_an_address_or_a_title() -> None:
    for field in ("external_id", "slug", "title"):
        values = [getattr(article, field) for article in ARTICLE_LIST]
        assert len(set(values)) == len(values)


def test_every_file_is_read_and_every_picture_used() -> None:
    assert len(ARTICLE_LIST) == len(list(ARTICLES.rglob("*.md")))
    used = {name for article in ARTICLE_LIST for name in article.images}
    assert used == {path.name for path in IMAGES.iterdir()}
    first_texts = {article.first_body for article in ARTICLE_LIST} - {None}
    assert len(first_texts) == len(list(EARLIER.iterdir()))


@pytest.mark.parametrize("words", [("gift voucher",), ("apple pay",), ("datev",), ("whatsapp",)])
def test_the_gaps_stay_open(words: tuple[str, ...]) -> None:
    for article in ARTICLE_LIST:
        if article.state == "published" and article.audience == "public":
            assert not any(word in article.body.casefold() for word in words), article.slug
