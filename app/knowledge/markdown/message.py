"""Replies of staff in a small dialect, and plain text of customers."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from html import escape

from linkify_it import LinkifyIt
from markdown_it import MarkdownIt
from markupsafe import Markup

from app.knowledge.markdown.links import is_allowed_link
from app.knowledge.markdown.parser import MOST_ADDRESSES, make_parser
from app.knowledge.markdown.sanitizer import sanitize

LONGEST_MESSAGE = 100_000
#: Rendered texts remembered: the open conversations of a team, some 10 MB in each process.
_REMEMBERED = 4_096

_BLANK_LINES = re.compile(r"\n[ \t]*\n\s*")


@cache
def _parser() -> MarkdownIt:
    return make_parser(rich=False)


@cache
def _linkify() -> LinkifyIt:
    return LinkifyIt(options={"fuzzy_link": False, "fuzzy_email": False, "fuzzy_ip": False})


@lru_cache(maxsize=_REMEMBERED)
def render_message(text: str) -> Markup:
    """Render the reply of a member of staff: emphasis, lists, quotes, links and code."""
    if len(text) > LONGEST_MESSAGE:
        return render_plain_text(text)
    return Markup(sanitize(_parser().render(text)))  # noqa: S704 - the sanitiser's output


@lru_cache(maxsize=_REMEMBERED)
def render_plain_text(text: str) -> Markup:
    """Render what a customer typed: paragraphs, line breaks and web links, nothing else."""
    blocks = _BLANK_LINES.split(text.replace("\r\n", "\n").strip())
    html = "".join(f"<p>{_with_links(block)}</p>" for block in blocks if block.strip())
    return Markup(html)  # noqa: S704 - built from escaped text only


def _with_links(block: str) -> str:
    if "://" not in block or block.count("://") > MOST_ADDRESSES or len(block) > 20_000:
        return _lines(block)
    parts: list[str] = []
    end = 0
    for match in _linkify().match(block) or []:
        if not match.url.startswith(("http://", "https://")) or not is_allowed_link(match.url):
            continue
        parts.append(_lines(block[end : match.index]))
        parts.append(
            f'<a href="{escape(match.url)}" rel="noopener noreferrer nofollow" target="_blank">'
            f"{escape(match.text)}</a>"
        )
        end = match.last_index
    parts.append(_lines(block[end:]))
    return "".join(parts)


def _lines(text: str) -> str:
    return escape(text).replace("\n", "<br>\n")
