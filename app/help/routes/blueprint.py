"""The blueprint of the help centre and what all its pages share."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, request
from flask_babel import get_locale, gettext

from app.web.locales import COOKIE, LOCALES, best_locale, use_locale

blueprint = Blueprint("help", __name__)

YEAR_SECONDS = 365 * 24 * 3600

#: Each language in its own words.
LANGUAGE_NAMES = {"en": "English", "de": "Deutsch", "ar": "العربية"}


@blueprint.before_request
def choose_language() -> None:
    """Answer in the language of a link that was followed to choose it."""
    use_locale(request.args.get("lang"))


@blueprint.after_request
def keep_language(response: Response) -> Response:
    """Remember a language that was chosen by its link."""
    chosen = best_locale(request.args.get("lang"))
    if chosen and response.status_code == 200:
        response.set_cookie(
            COOKIE,
            chosen,
            max_age=YEAR_SECONDS,
            samesite="Lax",
            httponly=True,
            secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
        )
    response.vary.add("Accept-Language")
    return response


@blueprint.app_context_processor
def help_frame() -> dict[str, Any]:
    """Give the layout its title and languages."""
    if request.blueprint != "help":
        return {}
    locale = get_locale()
    present = locale.language if locale else LOCALES[0]
    kept = {
        name: value for name, value in request.args.items() if name in ("q", "subject", "category")
    }
    return {
        "help_title": gettext("Help centre"),
        "base_url": current_app.extensions["settings"].base_url,
        "languages": [
            {
                "code": code,
                "label": LANGUAGE_NAMES[code],
                "url": f"{request.path}?{urlencode({**kept, 'lang': code})}",
                "current": code == present,
            }
            for code in LOCALES
        ],
    }
