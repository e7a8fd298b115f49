"""Reading a folder of Markdown files with front matter, their images and links included."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote

import yaml

from app.db import db, unit_of_work
from app.files.errors import UploadRefused, UploadTooLarge
from app.knowledge.exchange.images import ImageStore
from app.knowledge.exchange.records import (
    DEFAULT_SOURCE,
    ArticleRecord,
    BadRecord,
    ReadRecord,
    SeenIds,
    check_record,
)
from app.knowledge.queries.articles import slugs_by_external_id, taken_slugs
from app.knowledge.slugs import slugify

LONGEST_FILE = 1_000_000
LONGEST_FRONT_MATTER = 20_000

_FRONT_MATTER = re.compile(r"\A---[ \t]*\r?\n(.*?)\r?\n---[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_FIRST_HEADING = re.compile(r"\A\s*#\s+(.+?)\s*#*\s*(?:\n|\Z)")
_LINK = re.compile(r"(!?\[[^\]\n]*\]\()(<[^>\n]+>|[^)\s]+)((?:\s+\"[^\"\n]*\")?\))")
_FENCE = re.compile(r"(^|\n)(```|~~~)[^\n]*\n.*?\n\2[^\n]*(?=\n|\Z)", re.DOTALL)
_ELSEWHERE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|/|#")
_SHELF_WORDS = re.compile(r"[-_\s]+")


@dataclass
class _Entry:
    path: Path
    fields: dict[str, Any] = field(default_factory=dict)
    problem: str = ""


def read_folder(
    root: Path, *, images: ImageStore, source: str = DEFAULT_SOURCE
) -> Iterator[ReadRecord]:
    """Yield the articles of all ``.md`` files below a folder, by path.

    What a file does not say is taken from its place: the id from its path, the category from
    its folders, the title from its first heading. Relative images become stored files, relative
    links to other files become links to their articles.

    :param root: a folder, or a single file.
    :param images: takes the images in.
    :param source: names where the folder comes from.
    """
    base = root if root.is_dir() else root.parent
    paths = _markdown_files(root)
    slugs = _addresses(paths, base, source)
    seen = SeenIds()
    for path in paths:
        place = path.relative_to(base).as_posix()
        try:
            record = _record(path, base, slugs, images, source)
            seen.refuse_repeats(record)
        except BadRecord as problem:
            yield ReadRecord(place, problem=str(problem))
        else:
            yield ReadRecord(place, record)


def _record(
    path: Path, base: Path, slugs: dict[Path, str], images: ImageStore, source: str
) -> ArticleRecord:
    entry = _read(path, base)
    if entry.problem:
        raise BadRecord(entry.problem)
    fields = entry.fields | {"slug": slugs.get(path) or entry.fields.get("slug")}
    record = check_record(fields, source=source)
    body = _rewritten(record, path, base, slugs, images)
    return check_record(fields | {"body": body}, source=source)


def _markdown_files(root: Path) -> list[Path]:
    if root.is_file():
        return [root]
    return sorted(
        path
        for path in root.rglob("*.md")
        if path.is_file()
        and not path.is_symlink()
        and not any(part.startswith(".") for part in path.relative_to(root).parts)
    )


def _read(path: Path, base: Path) -> _Entry:
    """Read one file into the fields of a record."""
    entry = _Entry(path)
    if path.stat().st_size > LONGEST_FILE:
        entry.problem = f"longer than {LONGEST_FILE // 1_000_000} MB"
        return entry
    try:
        text = path.read_bytes().decode("utf-8-sig")
        meta, body = split_front_matter(text)
    except UnicodeDecodeError as error:
        entry.problem = f"not UTF-8 at byte {error.start + 1}"
        return entry
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        entry.problem = f"the front matter is not YAML: {_first_line(error)}"
        return entry
    place = path.relative_to(base)
    heading = _FIRST_HEADING.match(body)
    fields = {name: meta[name] for name in _KNOWN & meta.keys()}
    for name in ("id", "title", "slug"):
        # YAML reads 2024 or 12:30 as numbers; as a title they are words.
        if name in fields and not isinstance(fields[name], (str, list, dict, type(None))):
            fields[name] = str(fields[name])
    fields.setdefault("id", place.with_suffix("").as_posix())
    fields.setdefault("title", heading.group(1) if heading else _words(place.stem))
    if heading and heading.group(1) == fields["title"]:
        body = body[heading.end() :]
    shelves = [_words(part) for part in place.parent.parts]
    if shelves and not fields.get("category"):
        fields["category"] = "/".join(shelves)
    entry.fields = fields | {"body": body}
    return entry


_KNOWN = frozenset(
    {
        "id",
        "title",
        "slug",
        "category",
        "tags",
        "audience",
        "state",
        "summary",
        "url_patterns",
        "owner",
        "source",
    }
)


def split_front_matter(text: str) -> tuple[dict[str, Any], str]:
    """Return the front matter and the text behind it.

    :raises ValueError: the front matter is something else than fields.
    """
    match = _FRONT_MATTER.match(text)
    if match is None:
        return {}, text
    if len(match.group(1)) > LONGEST_FRONT_MATTER:
        raise ValueError("it is too long")
    meta = yaml.safe_load(match.group(1))
    if not isinstance(meta, dict):
        raise ValueError("it holds no fields")  # noqa: TRY004 - one kind of refusal for all
    return meta, text[match.end() :]


def _addresses(paths: list[Path], base: Path, source: str) -> dict[Path, str]:
    """Return the address each file's article has or will have, so that links can name it."""
    entries = [entry for entry in (_read(path, base) for path in paths) if not entry.problem]
    given: dict[Path, str] = {}
    open_entries: list[tuple[Path, str, str]] = []
    for entry in entries:
        slug = entry.fields.get("slug")
        if isinstance(slug, str) and slug:
            given[entry.path] = slug
        else:
            open_entries.append(
                (entry.path, str(entry.fields["id"]), slugify(str(entry.fields["title"])))
            )
    with unit_of_work():
        present = slugs_by_external_id(source, [key for _path, key, _slug in open_entries])
        taken = set(taken_slugs([slug for _path, _key, slug in open_entries]))
    taken |= set(given.values())
    for path, key, slug in open_entries:
        chosen = present.get(key, slug)
        number = 2
        while key not in present and chosen in taken:
            chosen = f"{slug[:70]}-{number}"
            number += 1
        taken.add(chosen)
        given[path] = chosen
    db.session.expunge_all()
    return given


def _rewritten(
    record: ArticleRecord, path: Path, base: Path, slugs: dict[Path, str], images: ImageStore
) -> str:
    """Return the body with relative images and links made to work; code is left alone."""

    def replace(match: re.Match[str]) -> str:
        target = match.group(2).strip("<>")
        if _ELSEWHERE.match(target):
            return match.group(0)
        address, hash_mark, fragment = target.partition("#")
        file = _file_at(path, base, unquote(address))
        if match.group(1).startswith("!"):
            new = _image(file, target, record, images)
        elif file in slugs:
            new = f"/help/articles/{slugs[file]}{hash_mark}{fragment}"
        else:
            return match.group(0)
        return f"{match.group(1)}{new}{match.group(3)}"

    parts: list[str] = []
    end = 0
    for fence in _FENCE.finditer(record.body):
        parts += [_LINK.sub(replace, record.body[end : fence.start()]), fence.group(0)]
        end = fence.end()
    parts.append(_LINK.sub(replace, record.body[end:]))
    return "".join(parts)


def _image(file: Path | None, target: str, record: ArticleRecord, images: ImageStore) -> str:
    if file is None or not file.is_file():
        raise BadRecord(f"image {target!r} is not there")
    try:
        return images.address_of(file, source=record.source, external_id=record.external_id)
    except (UploadRefused, UploadTooLarge) as error:
        raise BadRecord(f"image {target!r}: {error.user_message}") from None


def _file_at(path: Path, base: Path, address: str) -> Path | None:
    """Return the file a relative address means; None for one outside the folder."""
    if "\x00" in address or PurePosixPath(address).is_absolute():
        return None
    file = (path.parent / address).resolve()
    return base / file.relative_to(base.resolve()) if file.is_relative_to(base.resolve()) else None


def _words(name: str) -> str:
    """Return a file or folder name as words: ``online-booking`` is "Online booking"."""
    text = _SHELF_WORDS.sub(" ", name).strip()
    return text[:1].upper() + text[1:]


def _first_line(error: Exception) -> str:
    return (str(error).splitlines() or ["?"])[0][:120]
