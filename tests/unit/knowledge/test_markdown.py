"""What becomes of Markdown, and what never does."""

from __future__ import annotations

import re
import time

import html5lib
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.knowledge.markdown import (
    LONGEST_BODY,
    article_slugs_in,
    body_problem,
    file_keys_in,
    plain_text_of,
    render_article,
    render_message,
    render_plain_text,
    summary_of,
)
from app.knowledge.markdown.links import is_allowed_link
from app.knowledge.markdown.sanitizer import ATTRIBUTES, CLASSES, TAGS, sanitize

#: What the renderer itself adds behind the sanitiser: cards of recordings, links to headings.
ADDED_TAGS = {"svg", "path"}
ADDED_CLASSES = {
    "icon",
    "table-scroll",
    "media-card",
    "media-card__poster",
    "media-card__play",
    "media-card__main",
    "media-card__title",
    "media-card__meta",
    "media-card__note",
}
CARD_ATTRIBUTES = {
    "data-behavior",
    "data-embed-src",
    "data-embed-title",
    "aria-hidden",
    "aria-label",
    "width",
    "height",
    "viewBox",
    "focusable",
    "d",
    "class",
}
SCROLL_ATTRIBUTES = {"class", "role", "aria-label", "tabindex"}
EMBED = re.compile(
    r"https://(www\.youtube-nocookie\.com|www\.loom\.com)/embed/[\w-]+(\?autoplay=1)?"
)

VECTORS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<a href='javascript:alert(1)'>x</a>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java\nscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](&#x6A;&#x61;vascript:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](\x01javascript:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:msgbox(1))",
    "[x](file:///etc/passwd)",
    "[x](//evil.example/)",
    "[x](/\\evil.example/)",
    "[x](\\\\evil.example)",
    "![x](javascript:alert(1))",
    "![x](https://evil.example/pixel.gif)",
    "![x](data:image/svg+xml;base64,PHN2Zz4=)",
    '![x](/files/abcdefghijklmnop" onerror="alert(1))',
    '[x](https://a.example "onmouseover=alert(1)")',
    '[x](https://a.example" onmouseover="alert(1))',
    '<https://a.example/"onmouseover=alert(1)>',
    "<javascript:alert(1)>",
    "[x]: javascript:alert(1)\n\n[x]",
    "[x]: <javascript:alert(1)>\n\n[x][x]",
    '```"><script>alert(1)</script>\ncode\n```',
    "```html onload=alert(1)\n<b>x</b>\n```",
    "```python\n</code></pre><script>alert(1)</script>\n```",
    "# <img src=x onerror=alert(1)>",
    '## "><script>alert(1)</script>',
    "> [!NOTE] <script>alert(1)</script>\n> <img src=x onerror=alert(1)>",
    '> [!NOTE" onclick="alert(1)]\n> x',
    "| <script>alert(1)</script> | b |\n|---|---|\n| <img src=x onerror=alert(1)> | c |",
    "[^1]\n\n[^1]: <script>alert(1)</script>",
    '[^"><img src=x onerror=alert(1)>]\n\n[^"><img src=x onerror=alert(1)>]: x',
    "- [ ] <input onfocus=alert(1) autofocus>",
    'https://www.youtube.com/watch?v=aaaaaaaaaaa" onload="alert(1)',
    "https://www.youtube.com/watch?v=aaaaaaaaaaa&x=<script>alert(1)</script>",
    "[<img src=x onerror=alert(1)>](https://youtu.be/aaaaaaaaaaa)",
    '["><script>alert(1)</script>](https://www.loom.com/share/0123456789abcdef0123456789abcdef)',
    "https://evil.example/?https://www.loom.com/share/0123456789abcdef0123456789abcdef",
    "<div hx-get='/portal/sign-out' hx-trigger='load'>x</div>",
    "<div data-hx-post=/x data-behavior=autosave>x</div>",
    "<form action=/portal><input name=id></form>",
    "<style>*{display:none}</style>",
    "<base href=https://evil.example/>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>">',
    "<!--><img src=x onerror=alert(1)>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<x:script xmlns:x='http://www.w3.org/1999/xhtml'>alert(1)</x:script>",
    "{{7*7}} {% raw %} ${7*7}",
    "\u202ejavascript:alert(1)\u202c",
    "\x00<script>alert(1)</script>",
]


def problems_in(html: str) -> list[str]:
    """Return everything in a piece of HTML that is not on the list."""
    tree = html5lib.parseFragment(html, namespaceHTMLElements=False)
    found = []
    for element in tree.iter():
        tag = element.tag
        if not isinstance(tag, str) or tag == "DOCUMENT_FRAGMENT":
            continue
        tag = tag.rsplit("}", 1)[-1]
        if tag not in TAGS | ADDED_TAGS:
            found.append(f"<{tag}>")
        in_card = tag in ADDED_TAGS or "media-card" in element.get("class", "")
        for name, value in element.attrib.items():
            allowed = ATTRIBUTES.get(tag, set()) | (CARD_ATTRIBUTES if in_card else set())
            if element.get("class") == "table-scroll":
                allowed = SCROLL_ATTRIBUTES
            if name not in allowed and not (tag == "a" and name == "aria-label"):
                found.append(f"{tag} {name}")
            if name == "href" and not is_allowed_link(value):
                found.append(f"href {value}")
            if name == "src" and not value.startswith("/files/"):
                found.append(f"src {value}")
            if name == "data-embed-src" and not EMBED.fullmatch(value):
                found.append(f"embed {value}")
            if name == "id" and not value.startswith(("s-", "fn")):
                found.append(f"id {value}")
            if name == "class":
                short = re.compile(r"[a-z][a-z0-9]{0,2}|language-[a-z0-9+#-]+")
                found += [
                    f"class {word}"
                    for word in value.split()
                    if word not in CLASSES | ADDED_CLASSES and not short.fullmatch(word)
                ]
    return found


@pytest.mark.parametrize("vector", VECTORS)
def test_nothing_of_the_corpus_gets_through(vector):
    for html in (render_article(vector).html, render_message(vector), render_plain_text(vector)):
        assert problems_in(html) == []


MARKS = [
    "*",
    "_",
    "`",
    "[",
    "]",
    "(",
    ")",
    "<",
    ">",
    "!",
    "#",
    "|",
    "\n",
    "- ",
    "> [!TIP]",
    "&",
    '"',
    "'",
    "\\",
    "://",
    "javascript:",
    "https://youtu.be/aaaaaaaaaaa",
    "/files/aaaaaaaaaaaaaaaaaaaa",
    "onerror=",
    "<img ",
    "<script>",
    "style=",
    "hx-get=",
    "data-x=",
    "[^1]",
    "[^1]: ",
    "```",
    "~~",
    "    ",
    "\t",
    "1. ",
    "a",
    "B",
    "é",
    "م",
    "\u202e",
    "{{",
    "id=",
    "class=",
]
markdown = st.lists(st.one_of(st.sampled_from(MARKS), st.text(max_size=6)), max_size=60).map(
    "".join
)


@settings(max_examples=400, deadline=None)
@given(markdown)
def test_only_listed_things_come_out(text):
    assert problems_in(render_article(text).html) == []
    assert problems_in(render_message(text)) == []
    assert problems_in(render_plain_text(text)) == []


@settings(max_examples=300, deadline=None)
@given(st.lists(st.one_of(st.sampled_from(MARKS), st.text(max_size=6)), max_size=40).map("".join))
def test_the_sanitiser_alone_holds_and_is_stable(html):
    once = sanitize(html)
    assert problems_in(once) == []
    assert sanitize(once) == once


HOSTILE = {
    "brackets": "[" * 60_000,
    "images": "![" * 40_000,
    "addresses": "http://a." * 15_000,
    "colons": "://" * 40_000,
    "stars": "*a " * 50_000,
    "ticks": "".join("`" * count + " " for count in range(1, 500)),
    "quotes": "> " * 60_000 + "a",
    "lists": "- " * 60_000 + "a",
    "table": "|a|b|c|d|\n|-|-|-|-|\n" + "x\n" * 7_000,
    "footnotes": "".join(f"[^{number}]: x\n" for number in range(5_000)),
    "links": "[a](b" * 20_000,
    "entities": "&#" * 60_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_texts_are_bounded(name):
    # CPU time of this process, generous: the unbounded parser needs from 8 s to minutes for some.
    started = time.process_time()
    render_article(HOSTILE[name])
    assert time.process_time() - started < 8


def test_headings_get_anchors_and_a_table_of_contents():
    rendered = render_article(
        "# One\n\ntext\n\n## Zwei Dinge\n\n### Üben\n\n## Zwei Dinge\n\n##### Deep"
    )
    assert [(entry.level, entry.anchor, entry.text) for entry in rendered.toc] == [
        (2, "s-one", "One"),
        (2, "s-zwei-dinge", "Zwei Dinge"),
        (3, "s-üben", "Üben"),
        (2, "s-zwei-dinge-2", "Zwei Dinge"),
    ]
    assert '<h2 id="s-one">One<a class="anchor" href="#s-one"' in rendered.html
    assert rendered.headings == ("One", "Zwei Dinge", "Üben", "Zwei Dinge", "Deep")


def test_callouts():
    html = render_article(
        "> [!WARNING]\n> Mind the gap\n\n> [!TIP] My title\n> - one\n\n> plain"
    ).html
    assert '<div class="callout callout--warning">\n<p class="callout__title">Warning</p>' in html
    assert "<p>Mind the gap</p>" in html
    assert '<p class="callout__title">My title</p>' in html
    assert "<blockquote>" in html
    assert "Warnung" in render_article("> [!WARNING]\n> x", locale="de").html


@pytest.mark.parametrize(
    ("address", "embed"),
    [
        ("https://www.youtube.com/watch?v=8kQ2mWv4tZc", "youtube-nocookie.com/embed/8kQ2mWv4tZc"),
        ("https://youtu.be/8kQ2mWv4tZc?t=12", "youtube-nocookie.com/embed/8kQ2mWv4tZc"),
        (
            "https://www.loom.com/share/3f1c2b7a9d8e4c55a6b0d7e21f4a9c30",
            "loom.com/embed/3f1c2b7a9d8e4c55a6b0d7e21f4a9c30",
        ),
    ],
)
def test_recordings_become_cards_that_load_nothing(address, embed):
    html = render_article(f"Before\n\n{address}\n\nAfter").html
    assert 'data-behavior="media-card"' in html
    assert embed in html
    assert "<iframe" not in html
    assert "src=" not in html.replace("data-embed-src=", "")
    assert "media-card" not in render_article(f"Inside a line {address} it is a link").html


def test_zoom_recordings_are_links_only():
    html = render_article("[The launch](https://zoom.us/rec/share/9aXk2v7QpLm4)").html
    assert 'media-card__title">The launch' in html
    assert "data-embed-src" not in html


def test_images_are_ours_or_links():
    html = render_article(
        "![a](/files/abcdefghijklmnopqr) ![b](https://x.example/b.png) ![c](c.png)"
    ).html
    assert html.count("<img") == 1
    assert '<img src="/files/abcdefghijklmnopqr" alt="a" loading="lazy"' in html
    assert '<a href="https://x.example/b.png"' in html


def test_code_is_marked_and_tables_align():
    html = render_article("```python\nx = 1\n```\n\n| a | b |\n|---|--:|\n| 1 | 2 |").html
    assert '<pre class="highlight"><code class="language-python"><span class="n">x</span>' in html
    assert '<td class="text-end">2</td>' in html
    assert "style" not in html


def test_task_lists_have_no_controls():
    html = render_article("- [ ] open\n- [x] done").html
    assert "☐ open" in html
    assert "☑ done" in html
    assert "<input" not in html


def test_links_leave_safely_and_stay_at_home():
    html = render_article("[out](https://a.example) [in](/help/articles/b) [here](#s-x)").html
    assert '<a href="https://a.example" rel="noopener noreferrer" target="_blank">' in html
    assert '<a href="/help/articles/b">' in html
    assert '<a href="#s-x">' in html


def test_too_long_is_said_and_shown_as_typed():
    body = "**x** " * LONGEST_BODY
    assert "kB is the most" in body_problem(body)
    assert "<strong>" not in render_article(body).html


def test_replies_keep_to_a_small_dialect():
    html = render_message(
        "# Hi\n**bold**\nsecond line\n\n| a |\n|---|\n![x](/files/aaaaaaaaaaaaaaaaaaaa)"
    )
    assert "<strong>bold</strong><br>" in html
    assert "<h" not in html
    assert "<table" not in html
    assert "<img" not in html


def test_customers_words_are_text_with_links():
    html = render_plain_text("Hi <b>\nsee https://a.example/?q=1&b=2.\n\nBye **x** javascript:x")
    assert html == (
        "<p>Hi &lt;b&gt;<br>\nsee "
        '<a href="https://a.example/?q=1&amp;b=2" rel="noopener noreferrer nofollow"'
        ' target="_blank">https://a.example/?q=1&amp;b=2</a>.</p>'
        "<p>Bye **x** javascript:x</p>"
    )


def test_plain_text_is_what_is_read():
    text, headings = plain_text_of(
        "# A\n\nSome *bold* [link](https://x.example) `code`\n\n- one\n- two"
    )
    assert text == "A\nSome bold link code\none\ntwo"
    assert headings == ("A",)


def test_summaries_are_the_first_sentences():
    assert summary_of("# Title\n\n![x](/files/a)\n\nFirst **sentence** here. Second.") == (
        "First sentence here. Second."
    )
    assert summary_of("") == ""
    long = summary_of("Word " * 200)
    assert len(long) <= 200
    assert long.endswith("…")


def test_what_a_text_names():
    body = "![a](/files/abcdefghijklmnopqr) and [b](/help/articles/some-slug#s-x)"
    assert file_keys_in(body) == {"abcdefghijklmnopqr"}
    assert article_slugs_in(body) == {"some-slug"}
