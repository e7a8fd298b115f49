"""The last step of all rendering: what is not listed here does not reach a reader.

No ``style``, no ``data-*``, no ``hx-*``, no form elements, no ids but those of headings and
footnotes (prefixed, so that nothing on the page can be shadowed), no class but the listed ones.
"""

from __future__ import annotations

import re

import nh3

from app.knowledge.markdown.links import SCHEMES, is_allowed_link, is_own_image

TAGS = frozenset(
    [
        "a",
        "blockquote",
        "br",
        "code",
        "dd",
        "del",
        "div",
        "dl",
        "dt",
        "em",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "hr",
        "img",
        "ins",
        "kbd",
        "li",
        "mark",
        "ol",
        "p",
        "pre",
        "s",
        "section",
        "span",
        "strong",
        "sub",
        "sup",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)

ATTRIBUTES: dict[str, set[str]] = {
    "a": {"href", "title", "rel", "target", "class", "id"},
    "img": {"src", "alt", "title", "loading", "decoding"},
    "ol": {"start", "class"},
    "li": {"id", "class"},
    "th": {"class", "scope"},
    "td": {"class"},
    "h2": {"id"},
    "h3": {"id"},
    "h4": {"id"},
    "h5": {"id"},
    "h6": {"id"},
    "div": {"class"},
    "p": {"class"},
    "pre": {"class"},
    "code": {"class"},
    "span": {"class"},
    "sup": {"class"},
    "section": {"class"},
    "hr": {"class"},
}

#: Class names that may stay, beside Pygments' on spans and ``language-…`` on code.
CLASSES = frozenset(
    [
        "anchor",
        "callout",
        "callout--caution",
        "callout--important",
        "callout--note",
        "callout--tip",
        "callout--warning",
        "callout__title",
        "footnote-backref",
        "footnote-item",
        "footnote-ref",
        "footnotes",
        "footnotes-list",
        "footnotes-sep",
        "highlight",
        "media-link",
        "task-list-item",
        "text-center",
        "text-end",
    ]
)

_PYGMENTS_CLASS = re.compile(r"[a-z][a-z0-9]{0,2}")
_LANGUAGE_CLASS = re.compile(r"language-[a-z0-9+#-]{1,20}")
_ID = re.compile(r"s-[\w-]{1,70}|fn(ref)?\d{1,4}(:\d{1,3})?")
_NUMBER = re.compile(r"\d{1,6}")
_FIXED = {
    "rel": {"noopener noreferrer"},
    "target": {"_blank"},
    "loading": {"lazy"},
    "decoding": {"async"},
    "scope": {"col"},
}


def _filter(tag: str, attribute: str, value: str) -> str | None:
    if attribute == "class":
        kept = [name for name in value.split() if _keeps_class(tag, name)]
        return " ".join(kept) or None
    if attribute == "id":
        return value if _ID.fullmatch(value) else None
    if attribute == "href":
        return value if is_allowed_link(value) else None
    if attribute == "src":
        return value if is_own_image(value) else None
    if attribute == "start":
        return value if _NUMBER.fullmatch(value) else None
    if attribute in _FIXED:
        return value if value in _FIXED[attribute] else None
    return value


def _keeps_class(tag: str, name: str) -> bool:
    return (
        name in CLASSES
        or (tag == "span" and _PYGMENTS_CLASS.fullmatch(name) is not None)
        or (tag == "code" and _LANGUAGE_CLASS.fullmatch(name) is not None)
    )


_cleaner = nh3.Cleaner(
    tags=set(TAGS),
    clean_content_tags={"script", "style"},
    attributes=ATTRIBUTES,
    attribute_filter=_filter,
    link_rel=None,
    url_schemes=set(SCHEMES),
    generic_attribute_prefixes=None,
)


def sanitize(html: str) -> str:
    """Return the allowed part of a piece of HTML."""
    return _cleaner.clean(html)
