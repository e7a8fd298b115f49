"""Markdown as plain text: for search, snippets, summaries and mails."""

from __future__ import annotations

import re
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from app.knowledge.markdown.parser import inline_text, make_parser

LONGEST_SUMMARY = 200

_MARKS = re.compile(
    r"[*_`~#>|]+|!?\[([^\]\n]*)\]\([^)\n]*\)|^\s*(?:[-+*]|\d+[.)])\s+", re.MULTILINE
)
_SPACES = re.compile(r"\s+")
_FENCE = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)


@cache
def _parser() -> MarkdownIt:
    return make_parser()


def text_of_tokens(tokens: list[Token]) -> tuple[str, tuple[str, ...]]:
    """Return the plain text of parsed Markdown, a block a line, and its headings."""
    lines: list[str] = []
    headings: list[str] = []
    heading = False
    for token in tokens:
        if token.type == "heading_open":
            heading = True
        elif token.type == "inline":
            text = inline_text(token)
            if text:
                lines.append(text)
                if heading:
                    headings.append(text)
            heading = False
        elif token.type in ("fence", "code_block", "text"):
            lines.append(token.content.strip())
    return "\n".join(lines), tuple(headings)


def plain_text_of(body: str) -> tuple[str, tuple[str, ...]]:
    """Return the plain text and the headings of a Markdown text, without making HTML of it."""
    return text_of_tokens(_parser().parse(body, {}))


def summary_of(body: str) -> str:
    """Return the first sentences of a text for lists and descriptions, at most 200 characters.

    Works on the first paragraphs only: an import of thousands need not parse each text twice.
    """
    start = _FENCE.sub(" ", body[:4000])
    for block in re.split(r"\n\s*\n", start):
        if block.lstrip().startswith(("#", "|", ">", "![", "---", "```")):
            continue
        text = _SPACES.sub(" ", _MARKS.sub(lambda match: match.group(1) or "", block)).strip()
        if len(text) >= 20:
            return _shorten(text)
    return _shorten(_SPACES.sub(" ", _MARKS.sub(lambda match: match.group(1) or "", start)).strip())


def _shorten(text: str) -> str:
    if len(text) <= LONGEST_SUMMARY:
        return text
    cut = text[: LONGEST_SUMMARY - 1]
    sentence = max(cut.rfind(". "), cut.rfind("! "), cut.rfind("? "))
    if sentence >= 80:
        return cut[: sentence + 1]
    return cut.rsplit(" ", 1)[0].rstrip(" ,;:-") + "…"
