"""Recordings on Loom, Zoom and YouTube as cards that load nothing before they are pressed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html import escape, unescape

from markdown_it.token import Token

from app.knowledge.markdown.parser import WORDS, inline_text

_YOUTUBE = re.compile(
    r"https://(?:www\.|m\.)?(?:youtube\.com/(?:watch\?(?:[\w=&-]*&)?v=|live/|shorts/)|youtu\.be/)"
    r"([A-Za-z0-9_-]{11})(?:[?&][\w=&%.-]*)?"
)
_LOOM = re.compile(r"https://(?:www\.)?loom\.com/share/([a-f0-9]{32})(?:\?[\w=&%.-]*)?")
_ZOOM = re.compile(r"https://(?:[\w-]+\.)?zoom\.us/(?:rec/(?:share|play)|clips/share)/[\w.~%?=&-]+")

_CARD_LINK = re.compile(
    r'<p><a (?=[^>]*class="media-link")[^>]*?href="([^"]+)"[^>]*>(.*?)</a></p>', re.DOTALL
)
_TAG = re.compile(r"<[^>]*>")


@dataclass(frozen=True)
class Recording:
    """A recording on one of the known services.

    :ivar url: its own page.
    :ivar embed: address of its player; empty where the service forbids frames.
    """

    service: str
    url: str
    embed: str


def find_recording(address: str) -> Recording | None:
    """Return the recording an address leads to, or None."""
    if match := _YOUTUBE.fullmatch(address):
        embed = f"https://www.youtube-nocookie.com/embed/{match.group(1)}"
        return Recording("YouTube", address, f"{embed}?autoplay=1")
    if match := _LOOM.fullmatch(address):
        return Recording("Loom", address, f"https://www.loom.com/embed/{match.group(1)}")
    if _ZOOM.fullmatch(address):
        return Recording("Zoom", address, "")
    return None


def mark_recordings(tokens: list[Token]) -> None:
    """Mark links to recordings that stand alone in a paragraph, so that cards can replace them."""
    for place, token in enumerate(tokens):
        if token.type != "inline" or tokens[place - 1].type != "paragraph_open":
            continue
        children = token.children or []
        if len(children) < 2 or children[0].type != "link_open":
            continue
        if children[-1].type != "link_close" or any(
            child.type == "link_close" for child in children[:-1]
        ):
            continue
        href = str(children[0].attrs.get("href", ""))
        if find_recording(href):
            tokens[place - 1].attrs = {}
            children[0].attrs = {"class": "media-link", **children[0].attrs}
            if inline_text(token) == href or children[0].info == "auto":
                token.children = [children[0], children[-1]]


def draw_cards(html: str, *, locale: str) -> str:
    """Replace marked links in sanitised HTML by cards.

    The card is built from the recognised address alone, so nothing the author typed decides
    an attribute.

    :param html: the sanitiser's output.
    """
    return _CARD_LINK.sub(lambda match: _card(match, locale), html)


def _card(match: re.Match[str], locale: str) -> str:
    recording = find_recording(unescape(match.group(1)))
    if recording is None:
        return match.group(0)
    words = WORDS.get(locale, WORDS["en"])
    title = escape(unescape(_TAG.sub("", match.group(2))).strip() or words["watch"])
    url = escape(recording.url)
    embed = (
        f' data-behavior="media-card" data-embed-src="{escape(recording.embed)}"'
        f' data-embed-title="{title}"'
        if recording.embed
        else ""
    )
    note = words["nothing_loaded"] if recording.embed else words["opens"]
    return (
        f'<div class="media-card"{embed}>'
        f'<a class="media-card__poster" href="{url}" rel="noopener noreferrer" target="_blank">'
        '<span class="media-card__play" aria-hidden="true">'
        '<svg class="icon" width="20" height="20" viewBox="0 0 24 24" focusable="false">'
        '<path d="M6 4l14 8-14 8z"/></svg></span>'
        f'<span class="media-card__main"><span class="media-card__title">{title}</span>'
        f'<span class="media-card__meta">{recording.service}</span>'
        f'<span class="media-card__note">{note}</span></span></a></div>'
    )
