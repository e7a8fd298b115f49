"""What search engines and browsers ask for."""

from __future__ import annotations

from flask import Response, current_app, render_template, url_for

from app.help.routes.blueprint import blueprint
from app.help.routes.reading import category_address
from app.help.viewer import ANYONE
from app.knowledge.queries import category_nodes, indexable_addresses
from app.web.access import public


@blueprint.get("/sitemap.xml")
@public
def sitemap() -> Response:
    """List the public pages."""
    base = current_app.extensions["settings"].base_url
    topics = [
        base + category_address(node)
        for node in category_nodes(audiences=ANYONE).values()
        if node.total
    ]
    articles = [
        (base + url_for("help.article", slug=address.slug), address.updated_at)
        for address in indexable_addresses()
    ]
    xml = render_template(
        "help/sitemap.xml", home=base + url_for("help.index"), topics=topics, articles=articles
    )
    return Response(xml, mimetype="application/xml", headers={"Cache-Control": "max-age=3600"})


@blueprint.get("/robots.txt")
@public
def robots() -> Response:
    """Say what programs need not fetch."""
    base = current_app.extensions["settings"].base_url
    text = (
        "User-agent: *\n"
        "Disallow: /portal/\n"
        "Disallow: /widget/\n"
        "Disallow: /help/search\n"
        "Disallow: /help/ask\n"
        "Disallow: /help/requests/\n"
        "Disallow: /help/mail/\n"
        "Disallow: /help/rate/\n"
        "Disallow: /help/my-requests\n"
        "Disallow: /help/sign-in/\n"
        f"Sitemap: {base}{url_for('help.sitemap')}\n"
    )
    return Response(text, mimetype="text/plain", headers={"Cache-Control": "max-age=3600"})


@blueprint.get("/help/opensearch.xml")
@public
def opensearch() -> Response:
    """Let browsers offer the help centre's search."""
    xml = render_template("help/opensearch.xml", base=current_app.extensions["settings"].base_url)
    return Response(xml, mimetype="application/opensearchdescription+xml")
