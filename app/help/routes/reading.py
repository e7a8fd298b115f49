"""Browsing and reading."""

from __future__ import annotations

from typing import Any

from flask import Response, abort, current_app, redirect, request, url_for
from flask_babel import get_locale

from app.clock import utc_now
from app.deflection.services.recording import record_help_events
from app.deflection.vocabulary import KEY, ClientEvent, Kind
from app.errors import NotFound
from app.escalations.queries.incidents import known_incidents
from app.events.actor import visitor_actor
from app.files.queries import attachment_by_key
from app.files.serving import serve_file
from app.help.forms import FeedbackForm
from app.help.recording import click_event, event_id, record_after
from app.help.routes.blueprint import blueprint
from app.help.viewer import (
    audiences,
    help_source,
    is_staff,
    remember_session,
    session_key,
)
from app.knowledge.markdown import render_revision
from app.knowledge.models import Article, Audience
from app.knowledge.queries import (
    CategoryNode,
    article_audience,
    articles_in_category,
    category_nodes,
    category_tree,
    popular_articles,
    readable_article,
    redirect_target,
    related_articles,
)
from app.knowledge.services import FEEDBACK_REASONS, give_feedback
from app.texts import Sentence
from app.web.access import public
from app.web.locales import current_language
from app.web.responses import page, see_other

POPULAR = 8
#: An image of a public article may be kept by browsers; its address is random and never reused.
IMAGE_SECONDS = 24 * 3600


@blueprint.get("/help")
@public
def index() -> Response:
    """Show the front page: search, topics, what helped most people."""
    seen = audiences()
    return page(
        "help/index.html",
        topics=[node for node in category_tree(audiences=seen) if node.total],
        popular=popular_articles(audiences=seen, limit=POPULAR),
        incidents=known_incidents(language=current_language()),
    )


@blueprint.get("/help/categories/<path:slugs>")
@public
def category(slugs: str) -> Response:
    """Show the articles of a category and of those below it."""
    seen = audiences()
    node = _node_at(slugs.split("/"), category_nodes(audiences=seen))
    articles = articles_in_category(
        [node.category.id], audiences=seen, number=request.args.get("page", 1, type=int)
    )
    return page("help/category.html", node=node, articles=articles, address=category_address)


@blueprint.get("/help/articles/<slug>")
@public
def article(slug: str) -> Response:
    """Show an article; a former address leads to the present one."""
    seen = audiences()
    found = readable_article(slug, audiences=seen)
    if found is None:
        target = redirect_target(slug, audiences=seen)
        if target is None:
            raise NotFound(Sentence("We could not find that article. It may have been taken away."))
        return redirect(url_for("help.article", slug=target), code=301)  # type: ignore[return-value]
    response = page("help/article.html", **_article_context(found, seen))
    if request.args.get("feedback"):
        return response
    search_id = request.args.get("s", "")
    event = click_event(
        article_id=found.id,
        revision_id=found.published_revision_id or 0,
        rank=_rank(),
        search_id=search_id if KEY.fullmatch(search_id) else None,
    )
    return record_after(response, [event])


@blueprint.post("/help/articles/<slug>/feedback")
@public
def feedback(slug: str) -> Response:
    """Take a vote on an article; a "no" is then asked for its reasons."""
    found = readable_article(slug, audiences=audiences())
    if found is None:
        raise NotFound
    form = FeedbackForm()
    if not form.validate():
        return page("help/article.html", status=422, **_article_context(found, audiences()))
    helped = form.helped.data == "yes"
    key = session_key()
    source = help_source(key)
    now = utc_now()
    settings = current_app.extensions["settings"]
    event = ClientEvent(
        event_id=event_id(),
        kind=Kind.FEEDBACK,
        article_id=found.id,
        revision_id=form.revision_id.data,
        data={"helped": helped, "reasons": form.reasons.data, "comment": form.comment.data[:1000]},
    )
    visit = record_help_events(source, events=[event], settings=settings, now=now)
    give_feedback(
        form.revision_id.data,
        helped=helped,
        reasons=form.reasons.data,
        comment=form.comment.data,
        voter_key=source.person_key,
        help_session_id=visit.id,
        actor=visitor_actor(),
        now=now,
    )
    # Whoever was asked for reasons and sends none has said all they want to say.
    step = "thanks" if helped or form.asked.data else "no"
    response = see_other("help.article", slug=slug, feedback=step, _anchor="feedback")
    return remember_session(response, key)


@blueprint.get("/files/<key>")
@public
def image(key: str) -> Response:
    """Give out an image of an article.

    Its address holds 128 random bits. Images of articles for staff, and such as are not in any
    article yet, are for staff alone; files of tickets have addresses of their own.
    """
    attachment = attachment_by_key(key)
    if attachment is None or attachment.message_id is not None or not attachment.inline:
        abort(404)
    audience = article_audience(attachment.article_id) if attachment.article_id else None
    if audience in (None, Audience.STAFF) and not is_staff():
        abort(404)
    return serve_file(
        attachment,
        files_dir=current_app.extensions["settings"].files_dir,
        cache_seconds=IMAGE_SECONDS if audience == Audience.PUBLIC else 0,
    )


def category_address(node: CategoryNode) -> str:
    """Return the address of a category's page."""
    return url_for("help.category", slugs="/".join(part.category.slug for part in node.trail))


def _node_at(slugs: list[str], nodes: dict[int, CategoryNode]) -> CategoryNode:
    for node in nodes.values():
        if [part.category.slug for part in node.trail] == slugs:
            return node
    raise NotFound(Sentence("There is no such topic."))


def _article_context(found: Article, seen: tuple[str, ...]) -> dict[str, Any]:
    revision = found.published_revision
    assert revision is not None  # readable articles have one
    locale = get_locale()
    rendered = render_revision(revision.id, revision.body, locale.language if locale else "en")
    nodes = category_nodes(counted=False)
    return {
        "article": found,
        "revision": revision,
        "rendered": rendered,
        "trail": nodes[found.category_id].trail,
        "address": category_address,
        "related": related_articles(found, audiences=seen),
        "feedback_step": request.args.get("feedback", ""),
        "reasons": FEEDBACK_REASONS,
        "visit_key": session_key(),
    }


def _rank() -> int | None:
    rank = request.args.get("r", 0, type=int)
    return rank if 1 <= rank <= 100 else None
