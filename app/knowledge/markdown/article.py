"""Articles as readers see them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from html import escape

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markupsafe import Markup

from app.knowledge.markdown.parser import WORDS, make_parser, split_callouts
from app.knowledge.markdown.plain import text_of_tokens
from app.knowledge.markdown.recordings import draw_cards, mark_recordings
from app.knowledge.markdown.sanitizer import sanitize

#: Longest body in bytes of UTF-8.
LONGEST_BODY = 200_000
MOST_LINES = 8_000

_STYLE_ALIGN = re.compile(r' style="text-align:(left|center|right)"')
_ALIGN_CLASS = {"left": "", "center": ' class="text-center"', "right": ' class="text-end"'}
_HEADING = re.compile(r'(<h[2-6] id="(s-[\w-]+)">)(.*?)(</h[2-6]>)', re.DOTALL)


@dataclass(frozen=True)
class TocEntry:
    """A heading in the table of contents.

    :ivar level: 2 to 6.
    :ivar anchor: id of the heading, without ``#``.
    """

    level: int
    anchor: str
    text: str


@dataclass(frozen=True)
class RenderedArticle:
    """An article's text, rendered.

    :ivar toc: headings of the second and third level; shown when there are at least three.
    :ivar plain_text: what is read, a block a line.
    """

    html: Markup
    toc: tuple[TocEntry, ...]
    plain_text: str
    headings: tuple[str, ...]


@cache
def _parser() -> MarkdownIt:
    parser = make_parser()

    def split(state: StateCore) -> None:
        state.tokens = split_callouts(state.tokens)

    def recordings(state: StateCore) -> None:
        mark_recordings(state.tokens)

    parser.core.ruler.after("callouts", "split_callouts", split)
    parser.core.ruler.push("recordings", recordings)
    return parser


def body_problem(body: str) -> str | None:
    """Say what keeps a text from being an article's body, or None."""
    size = len(body.encode("utf-8", "replace"))
    if size > LONGEST_BODY:
        return f"The text has {size // 1000} kB; {LONGEST_BODY // 1000} kB is the most."
    if body.count("\n") > MOST_LINES:
        return f"The text has more than {MOST_LINES:,} lines."
    return None


def render_article(body: str, *, locale: str = "en") -> RenderedArticle:
    """Render Markdown to safe HTML.

    :param body: Markdown; longer than the limits is shown as typed.
    :param locale: language of the few words the renderer adds itself.
    """
    if body_problem(body):
        html = f"<pre>{escape(body[:LONGEST_BODY])}</pre>"
        return RenderedArticle(Markup(html), (), body[:LONGEST_BODY], ())  # noqa: S704 - escaped
    env: dict[str, object] = {"locale": locale}
    parser = _parser()
    tokens = parser.parse(body, env)
    plain_text, headings = text_of_tokens(tokens)
    raw = parser.renderer.render(tokens, parser.options, env)
    raw = _STYLE_ALIGN.sub(lambda match: _ALIGN_CLASS[match.group(1)], raw)
    raw = raw.replace("<pre><code", '<pre class="highlight"><code')
    html = draw_cards(sanitize(raw), locale=locale)
    words = WORDS.get(locale, WORDS["en"])
    html = _let_tables_scroll(_add_anchors(html, words["link"]), words["table"])
    outline = env.get("outline", [])
    assert isinstance(outline, list)
    toc = tuple(TocEntry(*entry) for entry in outline if entry[0] <= 3)
    return RenderedArticle(Markup(html), toc, plain_text, headings)  # noqa: S704 - sanitised


@lru_cache(maxsize=512)
def render_revision(revision_id: int, body: str, locale: str) -> RenderedArticle:
    """Render a stored revision, once per process: revisions never change.

    :param revision_id: names the entry; the body is part of the key so that tests and restored
        databases can never meet another installation's text.
    """
    del revision_id
    return render_article(body, locale=locale)


def _let_tables_scroll(html: str, label: str) -> str:
    """Put each table in a region that scrolls sideways on a phone, by keyboard too."""
    region = f'<div class="table-scroll" role="region" aria-label="{escape(label)}" tabindex="0">'
    return html.replace("<table>", f"{region}<table>").replace("</table>", "</table></div>")


def _add_anchors(html: str, label: str) -> str:
    """Put a link to itself behind each heading."""
    return _HEADING.sub(
        lambda match: (
            f'{match.group(1)}{match.group(3)}<a class="anchor" href="#{match.group(2)}"'
            f' aria-label="{escape(label)}">#</a>{match.group(4)}'
        ),
        html,
    )
