"""Draw mails from templates, in the recipient's language and without a request.

The first line of a text template is the subject.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

from babel.core import UnknownLocaleError
from babel.dates import format_date
from babel.support import NullTranslations, Translations
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from app.web.locales import direction_of

APP = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class MailText:
    """The words of a mail in both forms."""

    subject: str
    text: str
    html: str


@cache
def _environment(locale: str) -> Environment:
    environment = Environment(
        loader=FileSystemLoader(APP / "templates"),
        autoescape=select_autoescape(("html",)),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
    )
    found = Translations.load(str(APP / "translations"), [locale]) if locale else NullTranslations()
    environment.install_gettext_translations(found, newstyle=True)  # type: ignore[attr-defined]
    environment.globals |= {"lang": locale or "en", "direction": direction_of(locale)}
    environment.filters["day"] = partial(_format_day, locale=locale)
    return environment


def _format_day(moment: datetime, *, locale: str) -> str:
    try:
        return format_date(moment, locale=locale.replace("-", "_") or "en")
    except (UnknownLocaleError, ValueError):
        return format_date(moment, locale="en")


def render_mail(name: str, *, locale: str, **context: Any) -> MailText:
    """Draw the templates ``emails/<name>.txt`` and ``emails/<name>.html``.

    :param locale: language such as ``de``; unknown ones give English.
    """
    environment = _environment(locale)
    lines = environment.get_template(f"emails/{name}.txt").render(context)
    subject, _, text = lines.strip().partition("\n")
    html = environment.get_template(f"emails/{name}.html").render(context)
    return MailText(subject.strip(), text.strip() + "\n", html)
