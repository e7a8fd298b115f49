"""Import and export: every kind of broken line, and nothing changed the second time."""

from __future__ import annotations

import json

import pytest
from PIL import Image
from sqlalchemy import delete, func, select, update

from app.db import db, rollback_session, unit_of_work
from app.events.actor import SYSTEM
from app.events.models import EventRecord
from app.files.models import Attachment
from app.knowledge.exchange import export_articles, import_records, read_folder, read_lines
from app.knowledge.exchange.images import ImageStore
from app.knowledge.exchange.jsonl import LONGEST_LINE
from app.knowledge.models import Article, Revision
from app.knowledge.queries import article_by_slug, category_paths


@pytest.fixture
def bring(ctx, tmp_path):
    """Return a function that imports lines, each an object, a text or bytes."""

    def run(*lines, **options):
        rollback_session()
        path = tmp_path / "articles.jsonl"
        path.write_bytes(b"\n".join(_line(line) for line in lines) + b"\n")
        return import_records(read_lines(path), actor=SYSTEM, **options)

    return run


def _line(line):
    if isinstance(line, bytes):
        return line
    return (line if isinstance(line, str) else json.dumps(line)).encode("utf-8", "surrogatepass")


def good(id_="good", **fields):
    return {"id": id_, "title": "Good article", "body": "Some words."} | fields


BROKEN = {
    "not JSON": ("{oops", "not JSON"),
    "plain words": ("hello there", "not JSON"),
    "half a line": ('{"id": "a", "title": "b", "bo', "not JSON"),
    "two objects": ('{"id": "a"} {"id": "b"}', "not JSON"),
    "single quotes": ("{'id': 'a'}", "not JSON"),
    "NaN": ('{"id": "a", "title": "b", "body": NaN}', "NaN is no value"),
    "an endless number": ('{"id": ' + "9" * 5000 + "}", "number is too long"),
    "deep nesting": ("[" * 100_000, "nested too deeply"),
    "an array": ([1, 2], "not a list"),
    "a text": ('"text"', "not text"),
    "null": ("null", "not null"),
    "a field twice": ('{"id": "a", "id": "b", "title": "c", "body": "d"}', "'id' is there twice"),
    "no id": ({"title": "a", "body": "b"}, "id is missing"),
    "id null": (good(None), "id is missing"),
    "id empty": (good("  "), "id is empty"),
    "id an object": (good({"a": 1}), "id is an object"),
    "id too long": (good("x" * 301), "id is longer"),
    "id with control characters": (good("a\u0007b"), "control characters"),
    "no title": ({"id": "a", "body": "b"}, "title is missing"),
    "title empty": (good(title=" \n "), "Give the article a title"),
    "title a number": (good(title=7), "title is a number"),
    "title too long": (good(title="x" * 201), "longer than 200"),
    "no body": ({"id": "a", "title": "b"}, "body is missing"),
    "body null": (good(body=None), "body is null"),
    "body a list": (good(body=["a"]), "body is a list"),
    "body too long": (good(body="x" * 200_001), "200 kB is the most"),
    "body of too many lines": (good(body="x\n" * 9_000), "8,000 lines"),
    "NUL in the body": (good(body="a\u0000b"), "cannot be stored"),
    "NUL in the title": (good(title="a\u0000b"), "cannot be stored"),
    "half a surrogate pair": ('{"id": "a", "title": "b", "body": "\\ud83d"}', "cannot be stored"),
    "half a pair as a tag": ('{"id":"a","title":"b","body":"c","tags":["\\udc00"]}', "be stored"),
    "not UTF-8": (b'{"id": "a", "title": "\xff\xfe", "body": "b"}', "not UTF-8 at byte 23"),
    "UTF-16": ('{"id": "a"}'.encode("utf-16"), "not UTF-8"),
    "audience unknown": (good(audience="everyone"), "public, customers or staff"),
    "audience a list": (good(audience=["public"]), "audience is a list"),
    "state unknown": (good(state="live"), "none of published, draft, archived"),
    "state true": (good(state=True), "state is true or false"),
    "tags a text": (good(tags="a, b"), "tags is text, not a list"),
    "tags of numbers": (good(tags=[1]), "tags holds a number"),
    "tag too long": (good(tags=["x" * 61]), "longer than 60"),
    "too many tags": (good(tags=[str(number) for number in range(31)]), "More than 30"),
    "category a number": (good(category=3), "category is a number"),
    "category too deep": (good(category="a/b/c/d/e/f/g"), "nest 6 deep"),
    "category too long": (good(category="x" * 81), "longer than 80"),
    "slug with spaces": (good(slug="Not A Slug"), "lower-case letters"),
    "slug a path": (good(slug="../../etc"), "lower-case letters"),
    "patterns of whole addresses": (good(url_patterns=["https://x"]), "a path such as"),
    "a huge line": ('{"id": "' + "x" * (LONGEST_LINE + 10) + '"}', "longer than 1 MB"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_line_is_reported_and_the_rest_imported(bring, case):
    line, reason = BROKEN[case]
    report = bring(good("before"), line, good("after", title="Another"))
    assert (report.created, len(report.problems)) == (2, 1)
    place, said = report.problems[0]
    assert place == "line 2"
    assert reason in said
    assert db.session.scalar(select(func.count()).select_from(Article)) == 2


def test_the_same_id_or_address_twice(bring):
    report = bring(good("a", slug="x"), good("a"), good("b", slug="x"))
    assert report.created == 1
    assert [place for place, _ in report.problems] == ["line 2", "line 3"]


def test_anothers_address_is_not_taken(bring):
    bring(good("a", slug="taken"))
    report = bring(good("b", slug="taken"), good("c", title="Fine"))
    assert (report.created, report.problems) == (
        1,
        [("line 1", "slug 'taken' is or was another article's")],
    )


def test_marks_and_empty_lines_are_no_fault(bring):
    report = bring(b"\xef\xbb\xbf" + _line(good("a")), "", "   ", good("b", id=7))
    assert (report.created, report.problems) == (2, [])


def test_defaults_and_fields(bring):
    bring(
        good("a"),
        good(
            "b",
            title="Full",
            category="Billing/Invoices",
            tags=["one", "two", "one"],
            audience="staff",
            state="draft",
            slug="full-one",
            summary="Short.",
            url_patterns=["/billing/*"],
        ),
        good("c", title="Gone", state="archived"),
    )
    plain, full = article_by_slug("good-article"), article_by_slug("full-one")
    paths = category_paths()
    assert (plain.audience, plain.state, paths[plain.category_id]) == (
        "public",
        "published",
        "General",
    )
    assert (full.audience, full.state, paths[full.category_id]) == (
        "staff",
        "draft",
        "Billing/Invoices",
    )
    assert sorted(tag.name for tag in full.tags) == ["one", "two"]
    assert (full.summary, full.url_patterns) == ("Short.", ["/billing/*"])
    assert full.published_revision_id is None
    assert article_by_slug("gone").state == "archived"


def test_the_second_time_changes_nothing(bring):
    lines = [good(str(number), title=f"Article {number % 3}", tags=["t"]) for number in range(250)]
    assert bring(*lines).summary == "250 created, 0 updated, 0 unchanged"
    events = db.session.scalar(select(func.count()).select_from(EventRecord))
    assert bring(*lines).summary == "0 created, 0 updated, 250 unchanged"
    assert db.session.scalar(select(func.count()).select_from(EventRecord)) == events
    assert db.session.scalar(select(func.count()).select_from(Revision)) == 250
    slugs = db.session.scalars(select(Article.slug)).all()
    assert len(set(slugs)) == 250


def test_changes_update(bring):
    bring(good("a"), good("b", title="Second"), good("c", title="Third"))
    report = bring(
        good("a", body="New"), good("b", title="Second", state="draft"), good("c", title="Third")
    )
    assert report.summary == "0 created, 2 updated, 1 unchanged"
    article = article_by_slug("good-article")
    assert article.published_revision_id == article.latest_revision_id
    assert db.session.get(Revision, article.latest_revision_id).body == "New"
    assert article_by_slug("second").state == "draft"


def test_a_dry_run_says_so_and_writes_nothing(bring):
    bring(good("a"))
    report = bring(good("a", body="New"), good("b"), "{", dry_run=True)
    assert report.summary == "1 created, 1 updated, 0 unchanged, 1 failed"
    assert db.session.scalar(select(func.count()).select_from(Article)) == 1
    assert db.session.scalar(select(func.count()).select_from(Revision)) == 1


@pytest.fixture
def folder(tmp_path):
    """Return a folder of Markdown with links, images and broken files."""
    root = tmp_path / "help"
    (root / "billing" / "more").mkdir(parents=True)
    (root / "images").mkdir()
    Image.new("RGB", (4, 4), "navy").save(root / "images" / "shot one.png")
    (root / "billing" / "refunds.md").write_text(
        "---\nid: refunds\ntitle: Refunds\ntags: [money]\naudience: customers\n---\n\n"
        "See [invoices](more/invoices.md#s-top), ![Shot](<../images/shot one.png>)\n\n"
        "```\n[not a link](more/invoices.md)\n```\n"
    )
    (root / "billing" / "more" / "invoices.md").write_text(
        "# Invoices & tax\n\nBack to [it](../refunds.md)."
    )
    (root / "bad.md").write_text("---\ntitle: [oops\n---\n\nx")
    (root / "list.md").write_text("---\n- a\n---\n\nx")
    (root / "lost.md").write_text("# Lost\n\n![x](images/missing.png)")
    (root / "outside.md").write_text("# Outside\n\n![x](../../../etc/passwd.png)")
    (root / "latin.md").write_bytes("# Gr\xfc\xdfe".encode("latin-1"))
    (root / ".hidden.md").write_text("# Hidden")
    return root


@pytest.fixture
def bring_folder(ctx, settings):
    """Return a function that imports a folder."""

    def run(root, **options):
        rollback_session()
        images = ImageStore(
            files_dir=settings.files_dir,
            max_bytes=1_000_000,
            dry_run=options.get("dry_run", False),
        )
        return import_records(read_folder(root, images=images), actor=SYSTEM, **options)

    return run


def test_a_folder_with_links_and_images(bring_folder, folder):
    report = bring_folder(folder)
    assert report.created == 2
    assert {place for place, _ in report.problems} == {
        "bad.md",
        "list.md",
        "lost.md",
        "outside.md",
        "latin.md",
    }
    refunds, invoices = article_by_slug("refunds"), article_by_slug("invoices-tax")
    body = db.session.get(Revision, refunds.latest_revision_id).body
    assert "[invoices](/help/articles/invoices-tax#s-top)" in body
    assert "![Shot](/files/" in body
    assert "```\n[not a link](more/invoices.md)\n```" in body
    back = db.session.get(Revision, invoices.latest_revision_id).body
    assert back == "Back to [it](/help/articles/refunds)."
    assert category_paths()[invoices.category_id] == "Billing/More"
    assert db.session.scalars(select(Attachment.article_id)).all() == [refunds.id]


def test_a_folder_again_changes_nothing(bring_folder, folder):
    bring_folder(folder)
    again = bring_folder(folder)
    assert (again.created, again.updated, again.unchanged) == (0, 0, 2)
    assert len(db.session.scalars(select(Attachment)).all()) == 1


def test_a_dry_run_of_a_folder_stores_no_image(bring_folder, folder, settings):
    assert bring_folder(folder, dry_run=True).created == 2
    assert db.session.scalars(select(Attachment)).all() == []
    assert not settings.files_dir.exists() or not list(settings.files_dir.iterdir())


def test_out_and_in_again(bring, bring_folder, folder, tmp_path, settings):
    bring_folder(folder)
    bring(
        good("a", title='Quotes "and": colons', body="\n\n  Indented\nline  \n\n", tags=["x: y"]),
        good("b", title="عربي", body="نص", category="ع/ب", state="draft", audience="staff"),
        good("c", title="2024", body="---\nrule", slug="year"),
    )
    target = tmp_path / "out"
    report = export_articles(target, files_dir=settings.files_dir)
    assert (report.articles, report.images) == (5, 1)
    rollback_session()
    lines = import_records(read_lines(target / "articles.jsonl"), actor=SYSTEM)
    assert lines.summary == "0 created, 0 updated, 5 unchanged"
    assert bring_folder(target / "articles").summary == "0 created, 0 updated, 5 unchanged"


def test_an_export_fills_an_empty_installation(bring, ctx, tmp_path, settings):
    bring(good("a", category="One/Two", tags=["x"]), good("b", title="B", state="draft"))
    target = tmp_path / "out"
    export_articles(target, files_dir=settings.files_dir)
    first = (target / "articles.jsonl").read_text()
    rollback_session()
    with unit_of_work():
        db.session.execute(update(Article).values(published_revision_id=None))
        db.session.execute(update(Article).values(latest_revision_id=None))
        for table in reversed(db.metadata.sorted_tables):
            db.session.execute(delete(table))
        db.session.expunge_all()
    report = import_records(read_lines(target / "articles.jsonl"), actor=SYSTEM)
    assert report.created == 2
    export_articles(target, files_dir=settings.files_dir)
    assert (target / "articles.jsonl").read_text() == first
