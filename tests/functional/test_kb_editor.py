"""Staff write, publish, argue with each other and go back."""

from __future__ import annotations

import io
from functools import partial

import pytest
from PIL import Image
from sqlalchemy import select

from app.clock import utc_now
from app.db import db, unit_of_work
from app.events.actor import SYSTEM, staff_actor
from app.events.models import EventRecord
from app.knowledge.models import Article, ArticleDraft, Category, Revision
from app.knowledge.queries import article_for_editor
from app.knowledge.services import create_article, save_revision
from tests.factories.forms import post_form


@pytest.fixture
def article(app):
    with app.app_context(), unit_of_work():
        return create_article(
            title="Move a class",
            body="Drag it.\n\nThen save.",
            category_path="Calendar/Classes",
            publish=True,
            actor=SYSTEM,
            now=utc_now(),
        )


def text(article, **changes):
    return {
        "title": "Move a class",
        "body": "Drag it.",
        "base_version": article.version,
        "base_revision_id": article.latest_revision_id,
        "comment": "",
    } | changes


def stored(app, article_id):
    with app.app_context():
        return article_for_editor(article_id)


def test_pages_need_a_signed_in_person(client, article):
    for path in ("", "/new", f"/{article.id}", f"/{article.id}/revisions", "/categories"):
        answer = client.get(f"/portal/articles{path}")
        assert answer.status_code == 303
        assert "sign-in" in answer.location


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/new",
        "/{id}",
        "/{id}/properties",
        "/{id}/images",
        "/{id}/revisions",
        "/{id}/revisions/1",
        "/{id}/feedback",
        "/{id}/preview",
        "/categories",
        "/categories/1",
    ],
)
def test_every_page_opens(staff_client, article, path):
    answer = staff_client.get("/portal/articles" + path.format(id=article.id))
    assert answer.status_code == 200


def test_a_new_article_is_a_draft_of_its_writer(app, staff_client, staff):
    answer = post_form(
        staff_client,
        "/portal/articles",
        data={
            "title": "First",
            "body": "Text",
            "category": 0,
            "audience": "public",
            "owner": 0,
            "tags": "a, b, a",
            "slug": "",
            "summary": "",
            "url_patterns": "",
        },
    )
    assert answer.status_code == 303
    with app.app_context():
        made = db.session.scalars(select(Article)).one()
        assert (made.title, made.state, made.owner_id) == ("First", "draft", staff.id)


def test_list_filters(app, staff_client, article):
    with app.app_context(), unit_of_work():
        create_article(title="Refund a payment", body="x", actor=SYSTEM, now=utc_now())
    both = staff_client.get("/portal/articles").text
    assert "Move a class" in both
    assert "Refund a payment" in both
    drafts = staff_client.get("/portal/articles?state=draft").text
    assert "Refund a payment" in drafts
    assert "Move a class" not in drafts
    worded = staff_client.get("/portal/articles?q=CLASS").text
    assert "Move a class" in worded
    assert "Refund a payment" not in worded
    shelf = staff_client.get("/portal/articles?category=1").text
    assert "Move a class" in shelf
    assert "Refund a payment" not in shelf


def test_saving_does_not_publish_until_told(app, staff_client, client, article):
    post_form(staff_client, f"/portal/articles/{article.id}", data=text(article, body="New words"))
    assert "Drag it." in client.get("/help/articles/move-a-class").text
    now = stored(app, article.id)
    assert now.published_revision_id != now.latest_revision_id
    post_form(
        staff_client,
        f"/portal/articles/{article.id}",
        data=text(now, body="Newer words", action="publish"),
    )
    page = client.get("/help/articles/move-a-class").text
    assert "Newer words" in page
    assert "Drag it." not in page


def test_two_editors_lose_nothing(app, staff_client, make_staff, article):
    colleague = make_staff(name="Dora Docs")
    with app.app_context(), unit_of_work():
        save_revision(
            article_for_editor(article.id),
            title="Move a class",
            body="Theirs",
            base_version=article.version,
            actor=staff_actor(colleague.id),
            now=utc_now(),
        )
    answer = post_form(
        staff_client, f"/portal/articles/{article.id}", data=text(article, body="Mine")
    )
    assert answer.status_code == 409
    assert "Theirs" in answer.text
    assert "Mine" in answer.text
    assert "Dora Docs changed this article" in answer.text
    assert f"/portal/articles/{article.id}/revisions/2" in answer.text
    now = stored(app, article.id)
    assert now.latest_revision.body == "Theirs"
    again = post_form(
        staff_client, f"/portal/articles/{article.id}", data=text(now, body="Mine and theirs")
    )
    assert again.status_code == 303
    assert stored(app, article.id).latest_revision.body == "Mine and theirs"


def test_a_changed_property_is_no_conflict(app, staff_client, article):
    post_form(
        staff_client,
        f"/portal/articles/{article.id}/properties",
        data={
            "category": article.category_id,
            "audience": "customers",
            "owner": 0,
            "tags": "x",
            "slug": "moving",
            "summary": "s",
            "url_patterns": "/calendar/*",
        },
    )
    changed = stored(app, article.id)
    assert (changed.audience, changed.slug, changed.url_patterns) == (
        "customers",
        "moving",
        ["/calendar/*"],
    )
    answer = post_form(
        staff_client, f"/portal/articles/{article.id}", data=text(article, body="Mine")
    )
    assert answer.status_code == 303


def test_refused_properties_are_explained(staff_client, article):
    answer = post_form(
        staff_client,
        f"/portal/articles/{article.id}/properties",
        data={
            "category": article.category_id,
            "audience": "public",
            "owner": 0,
            "tags": "",
            "slug": "No Address!",
            "summary": "",
            "url_patterns": "calendar",
        },
    )
    assert answer.status_code == 422
    assert "lower-case letters" in answer.text


def test_unsaved_text_is_kept_and_offered(app, staff_client, staff, article):
    answer = post_form(
        staff_client,
        f"/portal/articles/{article.id}/draft",
        data={"title": "Half", "body": "Half a thou", "base_version": article.version},
    )
    assert answer.status_code == 204
    page = staff_client.get(f"/portal/articles/{article.id}").text
    assert "Half a thou" in page
    assert "your unsaved text" in page
    post_form(staff_client, f"/portal/articles/{article.id}/draft/discard")
    assert "Half a thou" not in staff_client.get(f"/portal/articles/{article.id}").text
    with app.app_context():
        assert db.session.scalars(select(ArticleDraft)).all() == []


def test_saving_forgets_the_draft(app, staff_client, article):
    post_form(
        staff_client,
        f"/portal/articles/{article.id}/draft",
        data={"title": "t", "body": "b", "base_version": article.version},
    )
    post_form(staff_client, f"/portal/articles/{article.id}", data=text(article, body="Saved"))
    with app.app_context():
        assert db.session.scalars(select(ArticleDraft)).all() == []


def test_restore_makes_a_new_revision(app, staff_client, staff, article):
    with app.app_context(), unit_of_work():
        save_revision(
            article_for_editor(article.id),
            title="Move a class",
            body="Second",
            base_version=article.version,
            actor=staff_actor(staff.id),
            now=utc_now(),
        )
    page = staff_client.get(f"/portal/articles/{article.id}/revisions/2").text
    assert "<del>" in page or "diff__row--del" in page
    post_form(staff_client, f"/portal/articles/{article.id}/revisions/1/restore")
    with app.app_context():
        bodies = db.session.scalars(select(Revision.body).order_by(Revision.number)).all()
        assert bodies == ["Drag it.\n\nThen save.", "Second", "Drag it.\n\nThen save."]


@pytest.mark.parametrize(("action", "state"), [("unpublish", "draft"), ("archive", "archived")])
def test_taking_away(app, staff_client, client, article, action, state):
    post_form(staff_client, f"/portal/articles/{article.id}/state", data={"action": action})
    assert stored(app, article.id).state == state
    assert client.get("/help/articles/move-a-class").status_code == 404
    with app.app_context():
        kinds = db.session.scalars(select(EventRecord.kind)).all()
        assert kinds.count("article:state_changed") == 2


def test_live_preview_answers_with_the_fragment(staff_client):
    answer = post_form(
        staff_client,
        "/portal/articles/preview",
        data={"body": "**bold** <script>x</script>"},
        headers={"HX-Request": "true"},
    )
    assert "<strong>bold</strong>" in answer.text
    assert "<script>" not in answer.text
    assert "<html" not in answer.text


def png() -> io.BytesIO:
    data = io.BytesIO()
    Image.new("RGB", (4, 4), "red").save(data, "PNG")
    data.seek(0)
    return data


def test_an_image_is_inserted_and_shown_to_readers(app, staff_client, client, article):
    answer = post_form(
        staff_client,
        f"/portal/articles/{article.id}/images",
        data={"image": (png(), "My [screen].png")},
        headers={"Accept": "application/json"},
    )
    assert answer.json["markdown"].startswith("![My  screen](/files/")
    shown = client.get(answer.json["url"])
    assert shown.status_code == 200
    assert shown.mimetype == "image/png"
    assert "sandbox" in shown.headers["Content-Security-Policy"]
    post_form(staff_client, f"/portal/articles/{article.id}/state", data={"action": "archive"})
    client.application.test_client().get(answer.json["url"])
    assert client.application.test_client().get(answer.json["url"]).status_code == 404


def test_other_files_are_no_images(staff_client, article):
    answer = post_form(
        staff_client,
        f"/portal/articles/{article.id}/images",
        data={"image": (io.BytesIO(b"<svg onload=alert(1)>"), "a.svg")},
    )
    assert answer.status_code == 422
    assert "PNG, JPEG, GIF and WebP" in answer.text


def test_categories(app, staff_client):
    post = partial(post_form, staff_client)
    base = {"description": "", "icon": "bell", "parent": 0}
    assert post("/portal/articles/categories", data=base | {"name": "One"}).status_code == 303
    assert post("/portal/articles/categories", data=base | {"name": "one"}).status_code == 422
    assert (
        post("/portal/articles/categories", data=base | {"name": "Two", "parent": 1}).status_code
        == 303
    )
    inside_itself = base | {"name": "One", "parent": 2, "position": 1}
    assert post("/portal/articles/categories/1", data=inside_itself).status_code == 422
    assert post("/portal/articles/categories/1", data=base | {"name": "Uno"}).status_code == 303
    post("/portal/articles/categories/1/delete")
    with app.app_context():
        assert db.session.scalars(select(Category.name).order_by(Category.id)).all() == [
            "Uno",
            "Two",
        ]
    post("/portal/articles/categories/2/delete")
    with app.app_context():
        assert db.session.scalars(select(Category.name)).all() == ["Uno"]
