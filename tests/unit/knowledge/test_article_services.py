"""Articles: revisions, conflicts, publishing, addresses, votes, suggestions, search."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.db import db, rollback_session, unit_of_work
from app.errors import Conflict, Invalid, NotFound
from app.events.actor import SYSTEM, staff_actor, visitor_actor
from app.events.models import EventRecord
from app.knowledge.diff import diff_texts
from app.knowledge.errors import ArticleConflict
from app.knowledge.indexing import document_versions, load_documents
from app.knowledge.models import ArticleFeedback, ArticleSlug, Category, Revision
from app.knowledge.queries import category_nodes, category_paths, readable_article
from app.knowledge.services import (
    archive_article,
    change_properties,
    create_article,
    create_category,
    delete_category,
    ensure_category,
    find_articles,
    give_feedback,
    move_category,
    publish_article,
    restore_revision,
    save_revision,
    suggest_for_page,
    unpublish_article,
    update_category,
)
from app.knowledge.slugs import slugify
from app.search.models import IndexOutbox
from app.search.services import sync
from app.search.services.setup import current_engine, current_sources, use_search

NOW = datetime(2026, 11, 2, 9, tzinfo=UTC)
EVERYONE = ("public", "customers", "staff")


@pytest.fixture
def unit(ctx):
    """Run the test inside one writing transaction."""
    with unit_of_work():
        yield


def make(**changes):
    values = {"title": "Move a class", "body": "Drag it to another day.", "publish": True}
    return create_article(actor=SYSTEM, now=NOW, **(values | changes))


def save(article, body, **changes):
    values = {"title": article.title, "base_version": article.version}
    return save_revision(article, body=body, actor=SYSTEM, now=NOW, **(values | changes))


def kinds():
    return list(db.session.scalars(select(EventRecord.kind).order_by(EventRecord.id)))


def outbox():
    rows = db.session.execute(select(IndexOutbox.object_id, IndexOutbox.version))
    return [tuple(row) for row in rows]


def test_creating_writes_revision_events_and_outbox(unit):
    article = make(tags=["a", "b"], category_path="Calendar/Classes")
    assert (article.slug, article.state, article.version) == ("move-a-class", "published", 1)
    assert article.summary == "Drag it to another day."
    assert kinds()[-4:] == [
        "article:created",
        "article:revised",
        "article:published",
        "article:state_changed",
    ]
    assert outbox() == [(article.id, 1)]


def test_revisions_are_kept_and_counted(unit, make_staff):
    article = make()
    second = save(article, "Two", comment=" why  not ")
    assert (second.number, second.comment) == (2, "why not")
    assert article.published_revision_id != second.id
    assert db.session.scalars(select(Revision.body).order_by(Revision.number)).all() == [
        "Drag it to another day.",
        "Two",
    ]


def test_the_same_text_is_no_revision(unit):
    article = make()
    version = article.version
    assert save(article, "Drag it to another day.\r\n").number == 1
    assert article.version == version


def test_a_lost_edit_is_refused_with_both_texts(unit):
    article = make()
    base = article.version
    save(article, "Theirs")
    with pytest.raises(ArticleConflict) as raised:
        save(article, "Mine", base_version=base)
    conflict = raised.value
    assert (conflict.status, conflict.theirs.body, conflict.yours.body) == (409, "Theirs", "Mine")
    save(article, "Both", base_version=conflict.version)


def test_a_property_changed_meanwhile_is_no_conflict(unit):
    article = make()
    base, revision = article.version, article.latest_revision_id
    change_properties(article, audience="staff", actor=SYSTEM, now=NOW)
    save(article, "Mine", base_version=base, base_revision_id=revision)
    with pytest.raises(ArticleConflict):
        save(article, "Other", base_version=base, base_revision_id=revision)


def test_restore_is_a_revision_of_its_own(unit):
    article = make()
    save(article, "Two")
    first = db.session.scalars(select(Revision).where(Revision.number == 1)).one()
    restored = restore_revision(article, first, actor=SYSTEM, now=NOW)
    assert (restored.number, restored.body) == (3, first.body)
    other = make(title="Other")
    with pytest.raises(Invalid):
        restore_revision(other, first, actor=SYSTEM, now=NOW)


def test_publishing_and_taking_back(unit):
    article = make(publish=False)
    assert readable_article("move-a-class", audiences=EVERYONE) is None
    publish_article(article, actor=SYSTEM, now=NOW)
    published = article.version
    publish_article(article, actor=SYSTEM, now=NOW)
    assert article.version == published
    assert readable_article("move-a-class", audiences=("public",)) is article
    unpublish_article(article, actor=SYSTEM, now=NOW)
    assert readable_article("move-a-class", audiences=EVERYONE) is None
    archive_article(article, actor=SYSTEM, now=NOW)
    assert article.state == "archived"
    assert kinds().count("article:state_changed") == 3


@pytest.mark.parametrize(
    "changes",
    [{"title": " "}, {"title": "x" * 201}, {"body": "\x00"}, {"audience": "all"}, {"slug": "A b"}],
)
def test_what_cannot_be_is_refused(unit, changes):
    with pytest.raises(Invalid):
        make(**changes)


def test_addresses(unit):
    slugs = [make().slug for _ in range(3)]
    assert slugs == ["move-a-class", "move-a-class-2", "move-a-class-3"]
    first = make(title="Elsewhere")
    change_properties(first, slug="new-place", actor=SYSTEM, now=NOW)
    assert make(title="Elsewhere").slug == "elsewhere-2"
    with pytest.raises(Invalid):
        make(slug="elsewhere")
    change_properties(first, slug="elsewhere", actor=SYSTEM, now=NOW)
    assert db.session.scalars(select(ArticleSlug.slug)).all() == ["new-place"]


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("Ärger & Größe", "aerger-groesse"),
        ("Café à la carte", "cafe-a-la-carte"),
        ("حجز درس", "حجز-درس"),
        ("???", "article"),
        ("x" * 100, "x" * 80),
    ],
)
def test_slugs_of_titles(title, slug):
    assert slugify(title) == slug


def test_each_property_is_an_event(unit, make_staff):
    article = make(tags=["a"])
    changed = change_properties(
        article,
        audience="customers",
        tags=["b"],
        owner_id=None,
        url_patterns=["/x", " /x "],
        summary="New",
        actor=SYSTEM,
        now=NOW,
    )
    assert sorted(changed) == ["audience", "summary", "tags", "url_patterns"]
    assert kinds().count("article:changed") == 4
    assert change_properties(article, audience="customers", actor=SYSTEM, now=NOW) == []


def test_votes(unit):
    article = make()
    revision_id = article.published_revision_id
    for helped in (True, True, False):
        give_feedback(
            revision_id,
            helped=helped,
            reasons=["unclear", "?"],
            voter_key="session:1",
            actor=visitor_actor(),
            now=NOW,
        )
    give_feedback(revision_id, helped=True, voter_key="session:2", actor=visitor_actor(), now=NOW)
    votes = db.session.scalars(select(ArticleFeedback).order_by(ArticleFeedback.id)).all()
    assert [(vote.helped, vote.reasons) for vote in votes] == [(False, ["unclear"]), (True, [])]
    assert kinds().count("article:feedback_given") == 3
    archive_article(article, actor=SYSTEM, now=NOW)
    with pytest.raises(NotFound):
        give_feedback(revision_id, helped=True, voter_key="x", actor=visitor_actor(), now=NOW)


def test_categories_are_a_tree(unit):
    deep = ensure_category("A/B/C", actor=SYSTEM, now=NOW)
    assert ensure_category("a / b/ c", actor=SYSTEM, now=NOW) is deep
    nodes = category_nodes()
    assert [node.path_text for node in nodes.values()] == ["A", "A/B", "A/B/C"]
    top = next(node.category for node in nodes.values() if not node.depth)
    with pytest.raises(Invalid):
        move_category(top, parent=deep, actor=SYSTEM, now=NOW)
    with pytest.raises(Invalid):
        move_category(top, parent=top, actor=SYSTEM, now=NOW)
    with pytest.raises(Invalid):
        create_category(name="b", parent=top, actor=SYSTEM, now=NOW)
    with pytest.raises(Conflict):
        delete_category(top)
    move_category(deep, position=0, actor=SYSTEM, now=NOW)
    assert [node.path_text for node in category_nodes().values()] == ["C", "A", "A/B"]
    delete_category(deep)
    assert len(db.session.scalars(select(Category)).all()) == 2


def test_a_renamed_category_reindexes_its_articles(unit):
    article = make(category_path="A/B")
    other = make(title="Other", category_path="C")
    parent = db.session.scalars(select(Category).where(Category.name == "A")).one()
    update_category(parent, name="Alpha", actor=SYSTEM, now=NOW)
    assert outbox()[-1] == (article.id, 2)
    assert other.id not in [key for key, _ in outbox()[2:]]
    assert category_paths()[article.category_id] == "Alpha/B"


def test_search_documents(unit):
    article = make(tags=["b", "a"], category_path="X/Y", body="# Head\n\nSome **bold** words.")
    draft = make(title="Draft", publish=False)
    [document] = load_documents([article.id, draft.id, 99])
    assert (document.title, document.body, document.headings) == (
        "Move a class",
        "Head\nSome bold words.",
        "Head",
    )
    assert (document.tags, document.category, document.version) == (("a", "b"), "X/Y", 1)
    assert document_versions() == {article.id: 1}


def test_unpublished_changes_are_not_found(ctx):
    with unit_of_work():
        article = make()
        save(article, "Secret giraffe")
    sync(owner="test")
    assert find_articles("giraffe", audiences=EVERYONE, limit=5).items == ()
    rollback_session()
    with unit_of_work():
        publish_article(db.session.merge(article), actor=SYSTEM, now=NOW)
    sync(owner="test")
    assert find_articles("giraffe", audiences=EVERYONE, limit=5).items[0].slug == "move-a-class"


def test_each_hit_is_checked_against_the_database(ctx):
    with unit_of_work():
        kept, gone = make(), make(title="Move a room")
        make(title="Move a secret", audience="staff")
    sync(owner="test")
    with unit_of_work():
        archive_article(db.session.merge(gone), actor=SYSTEM, now=NOW)
    found = find_articles("move", audiences=("public",), limit=5)
    assert [hit.article_id for hit in found.items] == [kept.id]
    assert found.total == 1
    assert not found.degraded


def test_without_an_index_titles_are_searched(ctx, settings):
    with unit_of_work():
        make(tags=["x"], category_path="Calendar")
        make(title="Unrelated")
        make(title="Move a secret class", audience="staff")
    # A process that has never read the index has nothing to answer from.
    use_search(settings.index_dir, current_sources().values())
    assert current_engine().damage()
    found = find_articles("how to move the class 100%_", audiences=("public",), limit=5)
    assert found.degraded
    assert [hit.title for hit in found.items] == ["Move a class"]
    narrowed = find_articles("class", audiences=("public",), limit=5, tags=["y"])
    assert narrowed.items == ()
    shelf = find_articles("class", audiences=("public",), limit=5, category="Calendar")
    assert len(shelf.items) == 1


@pytest.mark.parametrize(
    ("path", "titles"),
    [
        ("/calendar", ["Calendar itself", "All of the calendar"]),
        ("/calendar/week?day=3#x", ["All of the calendar"]),
        ("/clients/7/edit", ["Edit a client"]),
        ("/clients/7", []),
        ("/calendars", []),
        ("nonsense", []),
    ],
)
def test_suggestions_by_pattern(ctx, path, titles):
    with unit_of_work():
        make(title="All of the calendar", url_patterns=["/calendar/*"])
        make(title="Calendar itself", url_patterns=["/calendar"])
        make(title="Edit a client", url_patterns=["/clients/*/edit"])
        make(title="Staff notes", url_patterns=["/calendar"], audience="staff")
        make(title="Noise")
    hits = suggest_for_page(path=path, audiences=("public",))
    assert [hit.title for hit in hits] == titles


def test_suggestions_fall_back_to_the_words_of_the_page(ctx):
    with unit_of_work():
        make(title="Pinned", url_patterns=["/calendar"])
        make(title="Move a class", body="Drag it.")
        make(title="Refunds", body="Money back.")
    sync(owner="test")
    hits = suggest_for_page(
        path="/calendar", title="Classes", headings=["Move a class"], audiences=("public",), limit=2
    )
    assert [hit.title for hit in hits] == ["Pinned", "Move a class"]


def test_patterns_cannot_be_made_slow(ctx):
    with unit_of_work():
        make(url_patterns=["/" + "*a" * 99])
    assert suggest_for_page(path="/" + "a" * 400 + "!", audiences=("public",)) == []


def test_differences_mark_words():
    rows = diff_texts("same\nOld word here\nsame", "same\nNew word here\nadded\nsame")
    assert [(row.kind, row.old_number, row.new_number) for row in rows] == [
        ("same", 1, 1),
        ("del", 2, None),
        ("add", None, 2),
        ("add", None, 3),
        ("same", 3, 4),
    ]
    assert rows[1].parts == (("Old", True), (" word here", False))
    assert rows[2].parts == (("New", True), (" word here", False))


def test_differences_leave_out_what_is_far_away():
    old = "\n".join(str(number) for number in range(100))
    rows = diff_texts(old, old.replace("\n50\n", "\nfifty\n"))
    assert [row.skipped for row in rows if row.kind == "skip"] == [47, 46]
    assert diff_texts("a", "a") == []


def test_publishing_time_is_kept(unit):
    article = make()
    later = NOW + timedelta(days=3)
    save(article, "Two")
    publish_article(article, actor=staff_actor(1), now=later)
    assert article.published_at == NOW
    assert article.updated_at == later
