"""One article as import files hold it, checked before anything is done with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from app.errors import Invalid
from app.knowledge.models import ArticleState, Audience
from app.knowledge.services.validation import (
    clean_audience,
    clean_body,
    clean_category_path,
    clean_patterns,
    clean_slug,
    clean_tags,
    clean_title,
)

DEFAULT_SOURCE = "import"
DEFAULT_CATEGORY = "General"
LONGEST_ID = 300
LONGEST_SOURCE = 60


class BadRecord(Exception):
    """An entry that cannot be imported; its text says why."""


@dataclass(frozen=True)
class ArticleRecord:
    """An article to be imported.

    :ivar external_id: the source's own id of it.
    :ivar category: path of names.
    :ivar slug: wanted address, or None for one made from the title. The same holds for the
        further fields with None: what the file does not say is left as it is.
    :ivar owner: mail address of a member of staff.
    """

    external_id: str
    title: str
    body: str
    source: str = DEFAULT_SOURCE
    category: str = DEFAULT_CATEGORY
    tags: tuple[str, ...] = ()
    audience: str = Audience.PUBLIC.value
    state: str = ArticleState.PUBLISHED.value
    slug: str | None = None
    summary: str | None = None
    url_patterns: tuple[str, ...] | None = None
    owner: str | None = None


@dataclass(frozen=True)
class ReadRecord:
    """What a reader found at one place of its source.

    :ivar place: such as ``line 12`` or ``billing/refunds.md``.
    :ivar problem: why there is no record.
    """

    place: str
    record: ArticleRecord | None = None
    problem: str = ""


@dataclass
class SeenIds:
    """Which ids and addresses a source has used so far."""

    ids: set[tuple[str, str]] = field(default_factory=set)
    slugs: set[str] = field(default_factory=set)

    def refuse_repeats(self, record: ArticleRecord) -> None:
        """Note a record.

        :raises BadRecord: its id or address came before in the same source.
        """
        key = (record.source, record.external_id)
        if key in self.ids:
            raise BadRecord(f"id {record.external_id!r} came before in this file")
        if record.slug is not None and record.slug in self.slugs:
            raise BadRecord(f"slug {record.slug!r} came before in this file")
        self.ids.add(key)
        if record.slug is not None:
            self.slugs.add(record.slug)


def check_record(entry: Any, *, source: str = DEFAULT_SOURCE) -> ArticleRecord:
    """Turn a decoded entry into a record; fields it does not know are passed over.

    :param entry: anything that JSON or YAML can hold.
    :param source: names where it comes from, unless the entry does.
    :raises BadRecord: with the reason, in words for whoever has to mend the file.
    """
    if not isinstance(entry, Mapping):
        raise BadRecord(f"an object is needed, not {_kind(entry)}")
    patterns = _texts(entry, "url_patterns")
    try:
        return ArticleRecord(
            external_id=_id(entry),
            title=clean_title(_text(entry, "title")),
            body=clean_body(_text(entry, "body")),
            source=_optional(entry, "source", LONGEST_SOURCE) or source,
            category="/".join(
                clean_category_path(_optional(entry, "category") or DEFAULT_CATEGORY)
            ),
            tags=tuple(clean_tags(_texts(entry, "tags") or ())),
            audience=clean_audience(_optional(entry, "audience") or Audience.PUBLIC),
            state=_state(entry),
            slug=_slug(entry),
            summary=_optional(entry, "summary", 300),
            url_patterns=None if patterns is None else tuple(clean_patterns(patterns)),
            owner=_optional(entry, "owner", 254),
        )
    except Invalid as error:
        problems = [text for texts in error.fields.values() for text in texts]
        raise BadRecord(" ".join(problems) or error.user_message) from None


def _id(entry: Mapping[str, Any]) -> str:
    value = entry.get("id")
    if type(value) is int:
        value = str(value)
    if value is None:
        raise BadRecord("id is missing")
    if not isinstance(value, str):
        raise BadRecord(f"id is {_kind(value)}, not text")
    value = value.strip()
    if not value:
        raise BadRecord("id is empty")
    if len(value) > LONGEST_ID:
        raise BadRecord(f"id is longer than {LONGEST_ID} characters")
    if not value.isprintable():
        raise BadRecord("id holds control characters")
    return value


def _text(entry: Mapping[str, Any], name: str) -> str:
    if name not in entry:
        raise BadRecord(f"{name} is missing")
    value = entry[name]
    if not isinstance(value, str):
        raise BadRecord(f"{name} is {_kind(value)}, not text")
    return value


def _optional(entry: Mapping[str, Any], name: str, longest: int = 1000) -> str | None:
    value = entry.get(name)
    if value is None:
        return None
    if not isinstance(value, str):
        raise BadRecord(f"{name} is {_kind(value)}, not text")
    if len(value) > longest:
        raise BadRecord(f"{name} is longer than {longest} characters")
    if "\x00" in value or any("\ud800" <= char <= "\udfff" for char in value):
        raise BadRecord(f"{name} holds characters that cannot be stored")
    return value.strip()


def _texts(entry: Mapping[str, Any], name: str) -> list[str] | None:
    value = entry.get(name)
    if value is None:
        return None
    if not isinstance(value, list):
        raise BadRecord(f"{name} is {_kind(value)}, not a list")
    for item in value:
        if not isinstance(item, str):
            raise BadRecord(f"{name} holds {_kind(item)}, not only text")
    return value


def _state(entry: Mapping[str, Any]) -> str:
    value = _optional(entry, "state") or ArticleState.PUBLISHED.value
    if value not in set(ArticleState):
        raise BadRecord("state is none of published, draft, archived")
    return value


def _slug(entry: Mapping[str, Any]) -> str | None:
    value = _optional(entry, "slug")
    return clean_slug(value) if value else None


def _kind(value: Any) -> str:
    names = {dict: "an object", list: "a list", str: "text", bool: "true or false", int: "a number"}
    if value is None:
        return "null"
    return names.get(type(value), "a number" if isinstance(value, float) else "something else")
