"""Which language an answer is in, and which way it runs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from typing import Any

from babel import Locale
from babel.numbers import format_decimal
from babel.support import NullTranslations
from flask import Flask, g, has_app_context, request
from flask_babel import get_locale, get_translations, gettext
from flask_babel.speaklater import LazyString
from markupsafe import Markup

from app.texts import Sentence

#: Languages with a catalogue; the first is the source language.
LOCALES = ("en", "de", "ar")

RIGHT_TO_LEFT = frozenset({"ar"})

#: Holds the language a reader of the help centre chose.
COOKIE = "fw_lang"


def best_locale(*wanted: str | None) -> str | None:
    """Return the first wanted language that there is a catalogue for.

    :param wanted: tags such as ``de-AT``, best first; None and unknown ones are passed over.
    """
    for tag in wanted:
        language = (tag or "").replace("_", "-").split("-", 1)[0].lower()
        if language in LOCALES:
            return language
    return None


def use_locale(*wanted: str | None) -> None:
    """Answer this request in the first wanted language there is."""
    g.locale = best_locale(*wanted)


def select_locale() -> str:
    """Return the language of this request.

    :returns: the chosen one, else English for the portal, else the browser's.
    """
    chosen = g.get("locale")
    if chosen:
        return str(chosen)
    if request.path.startswith(("/portal", "/api")):
        return LOCALES[0]
    chosen_before = request.cookies.get(COOKIE)
    return best_locale(chosen_before, *request.accept_languages.values()) or LOCALES[0]


def direction_of(language: str) -> str:
    """Return which way a language is written: ``ltr`` or ``rtl``."""
    return "rtl" if language in RIGHT_TO_LEFT else "ltr"


def translated(message: str) -> str:
    """Return a sentence in the language of this request; any other text stays as it is."""
    if not isinstance(message, Sentence):
        return message
    values = {
        name: format_decimal(value, locale=get_locale()) if isinstance(value, int) else value
        for name, value in message.values.items()
    }
    return str(gettext(message.message, **values))


def translated_fields(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Return the messages of fields in the language of this request.

    :param fields: field name to its messages; a field of fields is left alone.
    """
    return {
        name: [translated(message) for message in messages]
        if isinstance(messages, list)
        else messages
        for name, messages in fields.items()
    }


def current_language() -> str:
    """Return the language of what is being answered; looked up once, a page asks often."""
    if not has_app_context():
        return LOCALES[0]
    found: str | None = g.get("language")
    if found is None:
        locale = get_locale()
        found = g.language = locale.language if locale else LOCALES[0]
    return found


@cache
def _catalogue(_locale: Locale | None) -> NullTranslations:
    """Return the texts of a locale, the current one; a page asks hundreds of times."""
    catalogue: NullTranslations = get_translations()
    return catalogue


@cache
def _translator(_language: str) -> Callable[..., Markup]:
    """Return `_` of templates for a language, the current one."""
    catalogue = _catalogue(get_locale())

    def pattern(text: str) -> Markup:
        return Markup(catalogue.ugettext(text))  # noqa: S704 - values put in are escaped

    @lru_cache(maxsize=8_192)
    def plain(text: str) -> Markup:
        return pattern(text) % {}

    def gettext(text: str, /, **variables: Any) -> Markup:
        return pattern(text) % variables if variables else plain(text)

    return gettext


def lazy_text(text: str) -> LazyString:
    """Return a text that is translated when it is shown; for labels and messages of forms.

    Flask-Babel's own looks the catalogue up anew at each showing, and a page shows sixty.
    """
    return LazyString(lambda: _text(text, current_language()))


@lru_cache(maxsize=8_192)
def _text(text: str, _language: str) -> str:
    return str(_catalogue(get_locale()).ugettext(text))


def init_app(app: Flask) -> None:
    """Tell templates the language and the direction of writing, and let them translate."""

    def texts() -> NullTranslations:
        return _catalogue(get_locale())

    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext=lambda text: texts().ugettext(text),
        ngettext=lambda one, many, number: texts().ungettext(one, many, number),
        newstyle=True,
        pgettext=lambda context, text: texts().upgettext(context, text),
        npgettext=lambda context, one, many, number: texts().unpgettext(context, one, many, number),
    )

    def translate(text: str, /, **variables: Any) -> Markup:
        return _translator(current_language())(text, **variables)

    # Macros see this one; pages get that of their language below, without asking for it each time.
    app.jinja_env.globals["_"] = translate

    @app.context_processor
    def language() -> dict[str, Any]:
        code = current_language()
        return {"lang": code, "direction": direction_of(code), "_": _translator(code)}
