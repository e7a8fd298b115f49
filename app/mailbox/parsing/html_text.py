"""HTML of mails as plain text: what a person would have read, links with their addresses.

A browser's parser goes first: Python's own takes minutes over a few kilobytes that were made for
it, and what comes out of the first is whole.
"""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser

import nh3

from app.mailbox.limits import MAX_HTML_DEPTH

_SILENT = {"script", "style", "title", "template", "noscript"}
_BREAKS = {"br", "p", "div", "tr", "li", "ul", "ol", "table", "h1", "h2", "h3", "h4", "h5", "h6",
           "hr", "pre", "section", "article", "header", "footer"}  # fmt: skip
_SPACED = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table", "blockquote", "pre"}
_WHOLE = nh3.Cleaner(
    tags=_BREAKS | _SPACED | {"a", "td", "th"},
    clean_content_tags=_SILENT,
    attributes={"a": {"href"}},
    link_rel=None,
    url_schemes={"http", "https", "mailto"},
)
#: A quote within more quotes than this is drawn no deeper.
_DEEPEST = 5
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,15})")
_MARKUP = re.compile(r"<[^<>]*>")
_ENDS_BY_ITSELF = {"area", "base", "br", "col", "dd", "dt", "hr", "img", "input", "li", "link",
                   "meta", "option", "p", "td", "th", "tr", "wbr"}  # fmt: skip
_MANY_BREAKS = re.compile(r"\n{3,}")


class _Reader(HTMLParser):
    """Collects text; never recurses, so no nesting is too deep for it."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = [""]
        self.quotes = 0
        self.links: list[tuple[str, int]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BREAKS or tag == "blockquote":
            self._break(spaced=tag in _SPACED)
        if tag == "blockquote":
            self.quotes += 1
        if tag == "li":
            self.handle_data("- ")
        if tag == "a":
            self.links.append((dict(attrs).get("href") or "", len(self.lines[-1])))

    def handle_endtag(self, tag: str) -> None:
        if tag == "blockquote":
            self._break(spaced=True)
            self.quotes = max(0, self.quotes - 1)
        elif tag == "a" and self.links:
            self._end_link(*self.links.pop())
        elif tag in ("td", "th"):
            self.handle_data(" ")
        elif tag in _BREAKS and tag != "br":
            self._break(spaced=tag in _SPACED)

    def handle_data(self, data: str) -> None:
        words = re.sub(r"\s+", " ", data)
        if not self.lines[-1]:
            words = words.lstrip()
            if words:
                self.lines[-1] = "> " * min(self.quotes, _DEEPEST)
        self.lines[-1] += words

    def _break(self, *, spaced: bool) -> None:
        if self.lines[-1]:
            self.lines.append("")
        if spaced and len(self.lines) > 1 and self.lines[-2]:
            self.lines.append("")

    def _end_link(self, href: str, start: int) -> None:
        shown = self.lines[-1][start:].strip()
        if href.startswith(("http://", "https://")) and shown and shown not in href:
            self.lines[-1] += f" ({href})"


def is_too_deep(html: str) -> bool:
    """Say whether HTML is nested deeper than anybody writes it.

    An estimate from its tags alone, those that end by themselves left out.
    """
    depth = 0
    for end, name in _TAG.findall(html):
        if name.lower() not in _ENDS_BY_ITSELF:
            depth = max(0, depth - 1) if end else depth + 1
            if depth > MAX_HTML_DEPTH:
                return True
    return False


def html_to_text(html: str) -> str:
    """Return the words of a piece of HTML, quotes marked with ``>``."""
    if is_too_deep(html):
        return " ".join(unescape(_MARKUP.sub(" ", html)).split())
    reader = _Reader()
    reader.feed(_WHOLE.clean(html))
    reader.close()
    text = "\n".join(line.rstrip() for line in reader.lines)
    return _MANY_BREAKS.sub("\n\n", text).strip()
