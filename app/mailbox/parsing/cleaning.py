"""HTML of mails for a frame in which nothing runs and nothing is loaded."""

from __future__ import annotations

import nh3

_TAGS = nh3.ALLOWED_TAGS - {"img", "map", "area"}

_cleaner = nh3.Cleaner(
    tags=_TAGS,
    clean_content_tags={"script", "style", "title"},
    attributes={"a": {"href"}, "td": {"colspan", "rowspan"}, "th": {"colspan", "rowspan"},
                "ol": {"start"}},
    link_rel="noopener noreferrer nofollow",
    url_schemes={"http", "https", "mailto"},
)  # fmt: skip


def clean_html(html: str) -> str:
    """Return what may be shown of a mail's HTML: its words and their order, no pictures."""
    return _cleaner.clean(html)
