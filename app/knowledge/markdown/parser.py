"""The Markdown dialect: CommonMark without HTML, tables, footnotes, task lists, callouts.

What would take long is bounded before it is parsed: brackets and addresses in one paragraph,
lines in all, nesting. Beyond its bound a paragraph is shown as it was typed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import MutableMapping
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

from app.knowledge.markdown.highlighting import highlight
from app.knowledge.markdown.links import is_allowed_link, is_external, is_own_image

#: The dialect's own set of words, in the reader's language.
WORDS = {
    "en": {
        "note": "Note",
        "tip": "Tip",
        "important": "Important",
        "warning": "Warning",
        "caution": "Caution",
        "watch": "Watch the recording",
        "nothing_loaded": "Nothing is loaded from there before you press play.",
        "opens": "Opens in a new tab.",
        "link": "Link to this section",
        "table": "Table",
    },
    "de": {
        "note": "Hinweis",
        "tip": "Tipp",
        "important": "Wichtig",
        "warning": "Warnung",
        "caution": "Vorsicht",
        "watch": "Aufzeichnung ansehen",
        "nothing_loaded": "Vor dem Abspielen wird von dort nichts geladen.",
        "opens": "Öffnet sich in einem neuen Tab.",
        "link": "Link zu diesem Abschnitt",
        "table": "Tabelle",
    },
    "ar": {
        "note": "ملاحظة",
        "tip": "نصيحة",
        "important": "مهم",
        "warning": "تحذير",
        "caution": "تنبيه",
        "watch": "شاهد التسجيل",
        "nothing_loaded": "لا يُحمَّل أي شيء من هناك قبل التشغيل.",
        "opens": "يُفتح في علامة تبويب جديدة.",
        "link": "رابط إلى هذا القسم",
        "table": "جدول",
    },
}

CALLOUTS = ("note", "tip", "important", "warning", "caution")

#: Source: bench of generated hostile input; beyond these the parser's time grows with the square.
MOST_BRACKETS = 400
MOST_ADDRESSES = 60
MAX_NESTING = 24

_CALLOUT = re.compile(
    r"\[!(note|tip|important|warning|caution)\][ \t]*([^\n]*)(?:\n|$)", re.IGNORECASE
)
_TASK = re.compile(r"\[([ xX])\][ \t]+")
_HEADING_WORD = re.compile(r"[^\w]+")


def make_parser(*, rich: bool = True) -> MarkdownIt:
    """Build a parser.

    :param rich: articles; otherwise the smaller dialect of replies (no images, tables, footnotes,
        callouts or heading anchors).
    """
    parser = MarkdownIt(
        "commonmark",
        {
            "html": False,
            "linkify": True,
            "maxNesting": MAX_NESTING,
            "breaks": not rich,
            "highlight": highlight,
        },
    )
    parser.enable(["strikethrough", "linkify"])
    parser.validateLink = is_allowed_link  # type: ignore[method-assign, assignment]
    assert parser.linkify is not None
    parser.linkify.set({"fuzzy_link": False, "fuzzy_email": False, "fuzzy_ip": False})
    parser.core.ruler.before("inline", "bounds", _bound_paragraphs)
    parser.core.ruler.push("links", _mark_links)
    if rich:
        parser.enable("table")
        parser.use(footnote_plugin, inline=False)
        parser.core.ruler.before("inline", "callouts", _make_callouts)
        parser.core.ruler.before("inline", "tasks", _make_tasks)
        parser.core.ruler.push("headings", _anchor_headings)
    else:
        parser.disable(["image", "heading", "lheading", "hr"])
    return parser


def heading_slug(text: str) -> str:
    """Return the part of an address that names a heading."""
    folded = unicodedata.normalize("NFKC", text).lower()
    return _HEADING_WORD.sub("-", folded).strip("-")[:60].strip("-") or "section"


def inline_text(token: Token) -> str:
    """Return what a reader reads of an inline token."""
    parts = []
    for child in token.children or []:
        if child.type in ("text", "code_inline"):
            parts.append(child.content)
        elif child.type == "image":
            parts.append(inline_text(child))
        elif child.type in ("softbreak", "hardbreak"):
            parts.append(" ")
    return "".join(parts).strip()


def _bound_paragraphs(state: StateCore) -> None:
    """Turn a paragraph that would take too long into plain text."""
    for token in state.tokens:
        if token.type != "inline":
            continue
        content = token.content
        if content.count("[") > MOST_BRACKETS or content.count("://") > MOST_ADDRESSES:
            token.type = "text"


def _make_callouts(state: StateCore) -> None:
    words = _words(state.env)
    tokens = state.tokens
    closing: list[int] = []
    for place, token in enumerate(tokens):
        if token.type == "blockquote_open":
            match = _callout_at(tokens, place)
            closing.append(token.level if match else -1)
            if match:
                _open_callout(tokens, place, match, words)
        elif token.type == "blockquote_close" and closing and closing.pop() >= 0:
            token.tag = "div"


def _callout_at(tokens: list[Token], place: int) -> re.Match[str] | None:
    if place + 2 >= len(tokens) or tokens[place + 2].type != "inline":
        return None
    return _CALLOUT.match(tokens[place + 2].content)


def _open_callout(
    tokens: list[Token], place: int, match: re.Match[str], words: dict[str, str]
) -> None:
    kind = match.group(1).lower()
    tokens[place].tag = "div"
    tokens[place].attrs = {"class": f"callout callout--{kind}"}
    # The title takes the place of the first paragraph; the rest of it becomes a second one.
    opening, inline = tokens[place + 1], tokens[place + 2]
    rest = inline.content[match.end() :]
    opening.attrs = {"class": "callout__title"}
    inline.content = match.group(2).strip() or words[kind]
    if rest.strip():
        opening.meta = {"callout_rest": rest}


def _make_tasks(state: StateCore) -> None:
    """Draw task boxes as characters: there is nothing to press in a published article."""
    tokens = state.tokens
    for place in range(2, len(tokens)):
        token = tokens[place]
        if token.type == "inline" and tokens[place - 2].type == "list_item_open":
            match = _TASK.match(token.content)
            if match:
                box = "☐" if match.group(1) == " " else "☑"
                token.content = f"{box} {token.content[match.end() :]}"
                tokens[place - 2].attrs = {"class": "task-list-item"}


def split_callouts(tokens: list[Token]) -> list[Token]:
    """Give the text behind a callout's marker its own paragraph.

    Runs between the block and the inline stage, where tokens can still be added.
    """
    result: list[Token] = []
    waiting = ""
    for token in tokens:
        result.append(token)
        if token.type == "paragraph_open":
            waiting = token.meta.pop("callout_rest", "") if token.meta else ""
        elif token.type == "paragraph_close" and waiting:
            level = token.level
            inline = Token("inline", "", 0, level=level + 1, content=waiting, children=[])
            inline.block = True
            result += [
                Token("paragraph_open", "p", 1, level=level, block=True),
                inline,
                Token("paragraph_close", "p", -1, level=level, block=True),
            ]
            waiting = ""
    return result


def _mark_links(state: StateCore) -> None:
    for token in state.tokens:
        if token.type == "inline" and token.children:
            token.children = _checked(token.children)


def _checked(children: list[Token]) -> list[Token]:
    """Let links leave safely, and turn images from elsewhere into links to them."""
    result: list[Token] = []
    in_link = False
    for child in children:
        if child.type == "link_open":
            in_link = True
            if is_external(str(child.attrs.get("href", ""))):
                child.attrs["rel"] = "noopener noreferrer"
                child.attrs["target"] = "_blank"
        elif child.type == "link_close":
            in_link = False
        elif child.type == "image":
            result += _image(child, in_link=in_link)
            continue
        result.append(child)
    return result


def _image(token: Token, *, in_link: bool) -> list[Token]:
    source = str(token.attrs.get("src", ""))
    if is_own_image(source):
        token.attrs["loading"] = "lazy"
        token.attrs["decoding"] = "async"
        return [token]
    text = Token("text", "", 0, content=inline_text(token) or source)
    if in_link or not is_external(source):
        return [text]
    attrs: dict[str, str | int | float] = {
        "href": source,
        "rel": "noopener noreferrer",
        "target": "_blank",
    }
    return [Token("link_open", "a", 1, attrs=attrs), text, Token("link_close", "a", -1)]


def _anchor_headings(state: StateCore) -> None:
    """Give headings ids, move the top level below the page's own title, and list them."""
    used: set[str] = set()
    outline: list[tuple[int, str, str]] = []
    for place, token in enumerate(state.tokens):
        if token.type not in ("heading_open", "heading_close"):
            continue
        if token.tag == "h1":
            token.tag = "h2"
        if token.type == "heading_close":
            continue
        text = inline_text(state.tokens[place + 1])
        base = anchor = f"s-{heading_slug(text)}"
        number = 2
        while anchor in used:
            anchor = f"{base}-{number}"
            number += 1
        used.add(anchor)
        token.attrs["id"] = anchor
        outline.append((int(token.tag[1]), anchor, text))
    state.env["outline"] = outline


def _words(env: MutableMapping[str, Any]) -> dict[str, str]:
    return WORDS.get(env.get("locale", "en"), WORDS["en"])
