"""Writing all articles out, as JSON lines and as a folder of Markdown."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from app.db import db
from app.files.names import extension_of
from app.files.queries import attachments_by_keys
from app.knowledge.exchange.matching import OWN_SOURCE
from app.knowledge.exchange.records import DEFAULT_SOURCE
from app.knowledge.markdown import file_keys_in
from app.knowledge.models import Article
from app.knowledge.queries import CategoryNode, category_nodes

BATCH = 200
LINES_FILE = "articles.jsonl"
FOLDER = "articles"
IMAGES = "images"


@dataclass(frozen=True)
class ExportReport:
    """What an export wrote."""

    articles: int
    images: int


def export_articles(target: Path, *, files_dir: Path) -> ExportReport:
    """Write every article's newest text to a directory, in both formats.

    ``articles.jsonl`` holds one article a line; ``articles/`` the same as Markdown files with
    front matter, below folders named like their categories, with ``articles/images/``. Either
    can be imported again, and then changes nothing.

    :param target: made if missing; files of an earlier export are written over.
    :param files_dir: ``Settings.files_dir``.
    """
    folder = target / FOLDER
    folder.mkdir(parents=True, exist_ok=True)
    nodes = category_nodes()
    count = 0
    images: set[str] = set()
    with (target / LINES_FILE).open("w", encoding="utf-8", newline="\n") as lines:
        for article in _all_articles():
            node = nodes[article.category_id]
            record = _record(article, node)
            lines.write(json.dumps(record, ensure_ascii=False) + "\n")
            images |= _write_file(article, node, record, folder, files_dir)
            count += 1
    return ExportReport(count, len(images))


def _all_articles() -> Iterator[Article]:
    """Yield all articles by key, a batch in memory at a time."""
    last = 0
    while True:
        batch = db.session.scalars(
            select(Article)
            .options(
                selectinload(Article.tags),
                joinedload(Article.latest_revision),
                joinedload(Article.owner),
            )
            .where(Article.id > last)
            .order_by(Article.id)
            .limit(BATCH)
        ).all()
        if not batch:
            return
        yield from batch
        last = batch[-1].id
        db.session.expunge_all()


def _record(article: Article, node: CategoryNode) -> dict[str, Any]:
    revision = article.latest_revision
    assert revision is not None  # every article has a text
    record: dict[str, Any] = {
        "id": article.external_id or f"{OWN_SOURCE}-{article.id}",
        "title": revision.title,
        "body": revision.body,
        "category": node.path_text,
        "tags": sorted(tag.name for tag in article.tags),
        "audience": str(article.audience),
        "state": str(article.state),
        "slug": article.slug,
        "summary": article.summary,
        "url_patterns": list(article.url_patterns),
    }
    if article.owner is not None:
        record["owner"] = article.owner.email
    if article.source != DEFAULT_SOURCE:
        record["source"] = article.source
    return record


def _write_file(
    article: Article, node: CategoryNode, record: dict[str, Any], folder: Path, files_dir: Path
) -> set[str]:
    """Write an article's Markdown file and its images; return the names of the images."""
    shelf = folder.joinpath(*(part.category.slug for part in node.trail))
    shelf.mkdir(parents=True, exist_ok=True)
    up = "../" * len(node.trail)
    body = str(record["body"])
    written: set[str] = set()
    for attachment in attachments_by_keys(file_keys_in(body)):
        name = f"{attachment.key}.{extension_of(attachment.filename) or 'bin'}"
        source = files_dir / attachment.storage_name
        if source.is_file():
            (folder / IMAGES).mkdir(exist_ok=True)
            shutil.copyfile(source, folder / IMAGES / name)
            body = body.replace(f"(/files/{attachment.key}", f"({up}{IMAGES}/{name}")
            written.add(name)
    meta = {key: value for key, value in record.items() if key != "body"}
    front = yaml.safe_dump(meta, sort_keys=False, allow_unicode=True, width=1000)
    text = f"---\n{front}---\n\n{body}\n"
    (shelf / f"{article.slug}.md").write_text(text, encoding="utf-8", newline="\n")
    return written
