"""What the text and the properties of an article may be; shared by editor and import."""

from __future__ import annotations

import re
from collections.abc import Iterable

from app.errors import Invalid
from app.knowledge.markdown import body_problem
from app.knowledge.models import Audience
from app.knowledge.slugs import is_valid_slug

LONGEST_TITLE = 200
LONGEST_SUMMARY = 300
LONGEST_COMMENT = 300
LONGEST_TAG = 60
MOST_TAGS = 30
LONGEST_CATEGORY = 80
DEEPEST_CATEGORY = 6
LONGEST_PATTERN = 200
MOST_PATTERNS = 30

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_BLANK_START = re.compile(r"\A(?:[ \t]*\n)+")


def clean_title(title: str) -> str:
    """Return a title on one line.

    :raises Invalid: empty or longer than 200 characters.
    """
    text = " ".join(title.split())
    if not text:
        raise Invalid(fields={"title": ["Give the article a title."]})
    if len(text) > LONGEST_TITLE:
        raise Invalid(fields={"title": [f"The title is longer than {LONGEST_TITLE} characters."]})
    _refuse_unstorable(text, "title")
    return text


def clean_body(body: str) -> str:
    """Return a body with one kind of line ends and no blank lines around it.

    :raises Invalid: too long, or with characters that cannot be stored.
    """
    text = body.replace("\r\n", "\n").replace("\r", "\n")
    text = _BLANK_START.sub("", text).rstrip()
    problem = body_problem(text)
    if problem:
        raise Invalid(fields={"body": [problem]})
    _refuse_unstorable(text, "body")
    return text


def clean_comment(text: str) -> str:
    """Return what was said about a revision on one line, cut where it is too long."""
    return " ".join(text.split())[:LONGEST_COMMENT]


def clean_tags(tags: Iterable[str]) -> list[str]:
    """Return tags trimmed, without repeats and empty ones, in order.

    :raises Invalid: too many, or one too long.
    """
    result: dict[str, str] = {}
    for tag in tags:
        name = " ".join(tag.replace(",", " ").split())
        if not name:
            continue
        if len(name) > LONGEST_TAG:
            raise Invalid(fields={"tags": [f"A tag is longer than {LONGEST_TAG} characters."]})
        _refuse_unstorable(name, "tags")
        result.setdefault(name.casefold(), name)
    if len(result) > MOST_TAGS:
        raise Invalid(fields={"tags": [f"More than {MOST_TAGS} tags."]})
    return list(result.values())


def clean_audience(audience: str) -> str:
    """Return the audience.

    :raises Invalid: there is no such audience.
    """
    if audience not in set(Audience):
        raise Invalid(fields={"audience": ["The audience is public, customers or staff."]})
    return Audience(audience).value


def clean_slug(slug: str) -> str:
    """Return a slug that can be an address.

    :raises Invalid: other than lower-case letters, digits and inner dashes, or too long.
    """
    text = slug.strip()
    if not is_valid_slug(text):
        raise Invalid(
            fields={"slug": ["An address has lower-case letters, digits and dashes, at most 80."]}
        )
    return text


def clean_category_name(name: str) -> str:
    """Return the name of a category.

    :raises Invalid: empty, too long, or with the character that separates levels.
    """
    text = " ".join(name.split())
    if not text:
        raise Invalid(fields={"name": ["Give the category a name."]})
    if len(text) > LONGEST_CATEGORY:
        raise Invalid(fields={"name": [f"The name is longer than {LONGEST_CATEGORY} characters."]})
    if "/" in text:
        raise Invalid(fields={"name": ["A name has no “/”: it separates levels."]})
    _refuse_unstorable(text, "name")
    return text


def clean_category_path(path: str) -> tuple[str, ...]:
    """Return the names of a path such as ``Billing/Invoices``.

    :raises Invalid: empty, too deep, or a name that cannot be.
    """
    names = tuple(clean_category_name(part) for part in path.split("/") if part.strip())
    if not names:
        raise Invalid(fields={"category": ["Choose a category."]})
    if len(names) > DEEPEST_CATEGORY:
        raise Invalid(fields={"category": [f"Categories nest {DEEPEST_CATEGORY} deep at most."]})
    return names


def clean_patterns(patterns: Iterable[str]) -> list[str]:
    """Return page patterns such as ``/calendar/*``.

    :raises Invalid: one does not start with a slash, or there are too many.
    """
    result = list(dict.fromkeys(pattern.strip() for pattern in patterns if pattern.strip()))
    if len(result) > MOST_PATTERNS:
        raise Invalid(fields={"url_patterns": [f"More than {MOST_PATTERNS} patterns."]})
    for pattern in result:
        if not pattern.startswith("/") or len(pattern) > LONGEST_PATTERN:
            raise Invalid(
                fields={"url_patterns": ["A pattern is a path such as /calendar or /calendar/*."]}
            )
        _refuse_unstorable(pattern, "url_patterns")
    return result


def _refuse_unstorable(text: str, field: str) -> None:
    """Refuse what a database cannot hold: NUL and halves of surrogate pairs."""
    if _UNSTORABLE.search(text):
        raise Invalid(fields={field: ["The text holds characters that cannot be stored."]})
