"""Suggestions, search and articles as the panel shows them."""

from __future__ import annotations

from flask import Response, abort, make_response, render_template, request, url_for
from flask_babel import get_locale
from werkzeug.utils import redirect
from werkzeug.wrappers import Response as BaseResponse

from app.knowledge.markdown import render_revision
from app.knowledge.models import Audience
from app.knowledge.queries import popular_articles, readable_article, redirect_target
from app.knowledge.services.feedback import FEEDBACK_REASONS
from app.knowledge.services.finding import ArticleHit, find_articles
from app.knowledge.services.suggestions import suggest_for_page
from app.widget.access import current_person, widget
from app.widget.blueprint import blueprint
from app.widget.routes.incidents import incidents_here

LONGEST_QUERY = 300
MOST_HITS = 8
MOST_SUGGESTIONS = 4


def audiences() -> tuple[str, ...]:
    """Return what the caller may read: identified customers see more than visitors."""
    person = current_person()
    if person is not None and person.customer_id is not None:
        return (Audience.PUBLIC.value, Audience.CUSTOMERS.value)
    return (Audience.PUBLIC.value,)


@blueprint.get("/w/<site_key>/suggestions")
@widget
def suggestions() -> str:
    """Suggest articles for the host page the person is on, or those the host names."""
    slugs = request.args.getlist("slug")[:MOST_SUGGESTIONS]
    if slugs:
        hits = _by_slugs(slugs)
    elif request.args.get("q"):
        query = request.args["q"][:LONGEST_QUERY]
        hits = list(find_articles(query, audiences=audiences(), limit=MOST_SUGGESTIONS).items)
    else:
        hits = suggest_for_page(
            path=request.args.get("path", "")[:LONGEST_QUERY],
            title=request.args.get("title", "")[:LONGEST_QUERY],
            headings=[text[:100] for text in request.args.getlist("heading")[:5]],
            audiences=audiences(),
            limit=MOST_SUGGESTIONS,
        )
    popular, person = not hits, current_person()
    return render_template(
        "widget/_suggestions.html",
        hits=hits or _popular(),
        popular=popular,
        incidents=incidents_here(),
        is_customer=person is not None and person.customer_id is not None,
    )


def _popular() -> list[ArticleHit]:
    articles = popular_articles(audiences=audiences(), limit=MOST_SUGGESTIONS)
    return [_as_hit(article) for article in articles]


def _by_slugs(slugs: list[str]) -> list[ArticleHit]:
    found = [readable_article(slug, audiences=audiences()) for slug in slugs]
    return [_as_hit(article) for article in found if article is not None]


def _as_hit(article: object) -> ArticleHit:
    return ArticleHit(
        article_id=article.id,  # type: ignore[attr-defined]
        external_id=None,
        revision_id=article.published_revision_id or 0,  # type: ignore[attr-defined]
        slug=article.slug,  # type: ignore[attr-defined]
        title=article.title,  # type: ignore[attr-defined]
        title_parts=((article.title, False),),  # type: ignore[attr-defined]
        snippet_parts=((article.summary, False),),  # type: ignore[attr-defined]
        score=0.0,
        category="",
        tags=(),
        audience=article.audience,  # type: ignore[attr-defined]
    )


@blueprint.get("/w/<site_key>/search")
@widget
def search() -> str:
    """Search articles; without Enter the last word may be unfinished."""
    query = request.args.get("q", "")[:LONGEST_QUERY]
    found = find_articles(
        query,
        audiences=audiences(),
        limit=MOST_HITS,
        as_you_type="done" not in request.args,
    )
    return render_template("widget/_results.html", found=found)


@blueprint.get("/w/<site_key>/answers")
@widget
def answers() -> str:
    """Offer articles for what is being written in the form."""
    query = request.args.get("q", "")[:LONGEST_QUERY]
    found = find_articles(query, audiences=audiences(), limit=3)
    return render_template("widget/_answers.html", found=found)


@blueprint.get("/w/<site_key>/articles/<slug>")
@widget
def article(slug: str) -> BaseResponse:
    """Show one article."""
    found = readable_article(slug, audiences=audiences())
    if found is None or found.published_revision is None:
        present = redirect_target(slug, audiences=audiences())
        if present is None:
            abort(Response(status=404))
        return redirect(url_for("widget.article", slug=present), code=302)
    revision = found.published_revision
    rendered = render_revision(revision.id, revision.body, str(get_locale() or "en"))
    return make_response(
        render_template(
            "widget/_article.html",
            article=found,
            revision=revision,
            rendered=rendered,
            reasons=FEEDBACK_REASONS,
        )
    )
