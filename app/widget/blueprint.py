"""The blueprint that all routes of the widget hang on."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, g

blueprint = Blueprint("widget", __name__)


@blueprint.url_value_preprocessor
def take_site_key(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    """Take the site's key out of the address; the access rule loads the site by it."""
    g.site_key = (values or {}).pop("site_key", "")


@blueprint.url_defaults
def give_site_key(endpoint: str, values: dict[str, Any]) -> None:
    """Put the key of the present site into addresses of the panel."""
    if "site_key" not in values and current_app.url_map.is_endpoint_expecting(endpoint, "site_key"):
        values["site_key"] = g.site_key
