"""The loader, the panel's page, its sheet and its scripts."""

from __future__ import annotations

import hashlib

from flask import Response, abort, make_response, render_template, request, url_for

from app.sites.colors import palette
from app.sites.models import Site
from app.web.access import public
from app.web.security import content_security_policy
from app.widget.access import current_person, current_site, settings, widget
from app.widget.assets import SCRIPT, YEAR, panel_digest, serve_file
from app.widget.blueprint import blueprint
from app.widget.signing import page_token

#: Old loaders keep working for a day; hosts get a repair within minutes.
LOADER_CACHE = "public, max-age=300, stale-while-revalidate=86400, stale-if-error=604800"


@blueprint.get("/widget/v1/loader.js")
@public
def loader() -> Response:
    """Serve the one script that host pages embed."""
    response = serve_file("loader.js", cache_control=LOADER_CACHE)
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


@blueprint.get("/widget/v1/<digest>/<name>")
@public
def asset(digest: str, name: str) -> Response:
    """Serve the panel's script or sheet; an old digest gets the current bytes, uncached."""
    if name not in (SCRIPT, "panel.css"):
        abort(404)
    current = digest == panel_digest()
    return serve_file(name, cache_control=YEAR if current else "no-cache")


@blueprint.get("/w/<site_key>/")
@widget
def panel() -> Response:
    """Draw the panel's page for one site."""
    site = current_site()
    theme = request.args.get("theme") or site.theme
    html = render_template(
        "widget/panel.html",
        site=site,
        person=current_person(),
        theme=theme if theme in ("light", "dark") else "auto",
        token=page_token(site.key, secret_key=settings().secret_key),
        origins=sorted({*site.allowed_origins, request.host_url.rstrip("/")}),
        digest=panel_digest(),
        theme_url=url_for("widget.theme", v=_theme_hash(site)),
        max_bytes=settings().max_upload_mb * 1024 * 1024,
    )
    response = make_response(html)
    headers = response.headers
    headers["Content-Security-Policy"] = content_security_policy(
        ancestors=" ".join(["'self'", *site.allowed_origins])
    )
    headers["Referrer-Policy"] = "no-referrer"
    headers["Cache-Control"] = "private, no-store"
    return response


@blueprint.get("/w/<site_key>/theme.css")
@widget
def theme() -> Response:
    """Serve a site's colours."""
    site = current_site()
    response = Response(_theme_sheet(site), mimetype="text/css")
    current = request.args.get("v") == _theme_hash(site)
    response.headers["Cache-Control"] = YEAR if current else "no-cache"
    return response


def _theme_sheet(site: Site) -> str:
    colors = palette(site.color)
    return (
        f":root{{--brand:{colors.brand};--on-brand:{colors.on_brand};"
        f"--link:light-dark({colors.text_light},{colors.text_dark})}}"
    )


def _theme_hash(site: Site) -> str:
    return hashlib.sha256(_theme_sheet(site).encode()).hexdigest()[:12]
