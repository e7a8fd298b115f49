"""The commands that move articles in and out."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from sqlalchemy import select

from app.clock import utc_now
from app.db import db, unit_of_work
from app.events.actor import visitor_actor
from app.knowledge.models import Article
from app.knowledge.services import give_feedback


def write(path, *articles):
    path.write_text("".join(json.dumps(article) + "\n" for article in articles))
    return str(path)


def article(id_, **fields):
    return {"id": id_, "title": f"Article {id_}", "body": "Words."} | fields


def test_import_search_export(app, client, tmp_path):
    run = app.test_cli_runner().invoke
    lines = write(tmp_path / "a.jsonl", article("one"), {"id": "two"}, article("three"))
    first = run(args=["kb", "import", lines])
    assert (first.exit_code, first.stdout) == (1, "2 created, 0 updated, 0 unchanged, 1 failed\n")
    assert first.stderr == "line 2: title is missing\n"
    again = run(
        args=["kb", "import", write(tmp_path / "b.jsonl", article("one"), article("three"))]
    )
    assert (again.exit_code, again.stdout) == (0, "0 created, 0 updated, 2 unchanged\n")
    dry = run(args=["kb", "import", "--dry-run", write(tmp_path / "c.jsonl", article("four"))])
    assert dry.stdout == "Dry run: 1 created, 0 updated, 0 unchanged\n"
    assert run(args=["search", "sync"]).exit_code == 0
    assert "/help/articles/article-three" in client.get("/help/search?q=article+three").text
    out = run(args=["kb", "export", str(tmp_path / "out")])
    assert out.exit_code == 0
    assert len((tmp_path / "out" / "articles.jsonl").read_text().splitlines()) == 2
    assert (tmp_path / "out" / "articles" / "general" / "article-one.md").exists()


def test_thousands_of_articles(app, client, tmp_path):
    """The figure for ten thousand is in docs/knowledge.md; the way is the same."""
    count = 2_000
    run = app.test_cli_runner().invoke
    lines = write(
        tmp_path / "many.jsonl",
        *(
            article(f"n{number}", title=f"Bill {number} of {number % 7}", category=f"C{number % 9}")
            for number in range(count)
        ),
    )
    first = run(args=["kb", "import", lines])
    assert first.stdout == f"{count} created, 0 updated, 0 unchanged\n"
    again = run(args=["kb", "import", lines])
    assert again.stdout == f"0 created, 0 updated, {count} unchanged\n"
    assert run(args=["search", "sync"]).exit_code == 0
    for number in (0, count // 2, count - 1):
        page = client.get(f"/help/search?q=bill+{number}").text
        assert f"/help/articles/bill-{number}-of-{number % 7}" in page


def test_real_articles(app, client):
    """Eighty-seven articles that somebody else wrote for their customers, if they are at hand."""
    path = Path(os.environ.get("SEARCH_SETS", "")) / "kb-chatwoot" / "articles.jsonl"
    if not path.is_file():
        pytest.skip("SEARCH_SETS names no folder with kb-chatwoot; see docs/search.md")
    run = app.test_cli_runner().invoke
    first = run(args=["kb", "import", str(path)])
    assert (first.exit_code, first.stdout) == (0, "87 created, 0 updated, 0 unchanged\n")
    again = run(args=["kb", "import", str(path)])
    assert (again.exit_code, again.stdout) == (0, "0 created, 0 updated, 87 unchanged\n")
    assert run(args=["search", "sync"]).exit_code == 0
    with app.app_context():
        titles = db.session.execute(select(Article.title, Article.slug)).all()
    for title, slug in titles[::10]:
        page = client.get("/help/search", query_string={"q": title}).text
        assert f"/help/articles/{slug}" in page, title


def test_what_helped_most_comes_first(app, client, tmp_path):
    lines = [article(str(number)) for number in range(3)]
    app.test_cli_runner().invoke(args=["kb", "import", write(tmp_path / "a.jsonl", *lines)])
    with app.app_context(), unit_of_work():
        liked = db.session.scalars(select(Article).where(Article.external_id == "1")).one()
        for voter in range(3):
            give_feedback(
                liked.published_revision_id,
                helped=voter != 2,
                voter_key=str(voter),
                actor=visitor_actor(),
                now=utc_now(),
            )
    page = client.get("/help").text
    places = [page.index(f">Article {number}<") for number in range(3)]
    assert min(places) == places[1]


def test_a_folder_is_no_file_of_lines(app, tmp_path):
    answer = app.test_cli_runner().invoke(args=["kb", "import", str(tmp_path), "--format", "jsonl"])
    assert answer.exit_code == 1
    assert "is a folder" in answer.output
