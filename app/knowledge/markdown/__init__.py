"""Markdown to safe HTML: the only place of the project that makes ``Markup`` from written text."""

from app.knowledge.markdown.article import (
    LONGEST_BODY,
    RenderedArticle,
    TocEntry,
    body_problem,
    render_article,
    render_revision,
)
from app.knowledge.markdown.links import article_slugs_in, file_keys_in
from app.knowledge.markdown.message import render_message, render_plain_text
from app.knowledge.markdown.plain import plain_text_of, summary_of

__all__ = [
    "LONGEST_BODY",
    "RenderedArticle",
    "TocEntry",
    "article_slugs_in",
    "body_problem",
    "file_keys_in",
    "plain_text_of",
    "render_article",
    "render_message",
    "render_plain_text",
    "render_revision",
    "summary_of",
]
