"""Reading Marlow's help centre from its Markdown files."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.knowledge.exchange.folder import split_front_matter
from app.seeds.paths import ARTICLES, EARLIER, STORY, read_yaml

#: An image as the files name it; the library stores it and puts its address here.
IMAGE = re.compile(r"\.\./\.\./images/([a-z0-9-]+\.png)")


@dataclass(frozen=True)
class SeedArticle:
    """One article as it is today, and how it came to be.

    :ivar category: path such as ``Payments/Card payments``.
    :ivar owner: e-mail address of a member of staff.
    :ivar created_day: day of the story on which it was written; 0 is the first.
    :ivar first_body: the text it had before `changed_day`, or None if it never had another.
    :ivar why: the comment of its newest revision.
    """

    external_id: str
    slug: str
    title: str
    body: str
    category: str
    tags: tuple[str, ...]
    audience: str
    state: str
    owner: str
    url_patterns: tuple[str, ...]
    summary: str
    created_day: int
    changed_day: int | None
    first_body: str | None
    why: str

    @property
    def images(self) -> list[str]:
        """Return the file names of its images."""
        return IMAGE.findall(self.body)


def read_articles() -> list[SeedArticle]:
    """Return every article, ordered by category folder and address."""
    timeline = read_yaml(STORY / "timeline.yaml")["articles"]
    return [_read(path, timeline) for path in sorted(ARTICLES.glob("*/*.md"))]


def _read(path: Path, timeline: dict[str, dict[str, Any]]) -> SeedArticle:
    meta, body = split_front_matter(path.read_text(encoding="utf-8"))
    history = timeline.get(path.stem, {})
    first = history.get("first")
    return SeedArticle(
        external_id=meta["id"],
        slug=meta["slug"],
        title=meta["title"],
        body=body.strip(),
        category="/".join(part.strip() for part in meta["category"].split("/")),
        tags=tuple(meta["tags"]),
        audience=meta["audience"],
        state=meta["state"],
        owner=meta["owner"],
        url_patterns=tuple(meta["url_patterns"]),
        summary=meta["summary"],
        created_day=history.get("created", 0),
        changed_day=history.get("changed"),
        first_body=(EARLIER / first["text"]).read_text(encoding="utf-8") if first else None,
        why=history.get("why", ""),
    )
