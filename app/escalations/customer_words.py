"""What Foreword itself says to customers of an escalation; everything else people write."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_datetime, format_skeleton
from flask_babel import force_locale

from app.texts import Sentence
from app.web.locales import LOCALES, best_locale, translated

NEXT_UPDATE = Sentence("News about this")
ME_TOO = Sentence("This happens to me too.")
SOLVED_FOR_YOU = Sentence(
    "We have dealt with the cause of the problem that you reported. Please look whether it works "
    "for you again."
)
PLEASE_SAY = Sentence(
    "Is it solved for you? Please tell us on the page of your request, or just answer."
)


def language_of(locale: str) -> str:
    """Return the language in which the customer of a ticket is written to.

    :param locale: of the ticket; unknown ones get the first language.
    """
    return best_locale(locale) or LOCALES[0]


def in_language(sentence: Sentence, language: str) -> str:
    """Return a sentence in a language."""
    with force_locale(language):
        return translated(sentence)


def whole_text(
    text: str, *, language: str, next_update_at: datetime | None, asks: bool, zone: str
) -> str:
    """Return an update as a customer gets it.

    :param text: what the communicator wrote.
    :param next_update_at: by when there will be news; None says nothing about it.
    :param asks: ask whether it is solved.
    :param zone: in which times are told.
    """
    parts = [text]
    if next_update_at is not None:
        when = _moment(next_update_at, language=language, zone=zone)
        again = Sentence("You will hear from us again by %(when)s.", when=when)
        parts.append(in_language(again, language))
    if asks:
        parts.append(in_language(PLEASE_SAY, language))
    return "\n\n".join(parts)


def _moment(moment: datetime, *, language: str, zone: str) -> str:
    """Return a time with its zone, which the reader's may not be."""
    there = ZoneInfo(zone)
    day = format_skeleton("MMMMEd", moment, tzinfo=there, locale=language)
    return f"{day}, {format_datetime(moment, 'HH:mm z', tzinfo=there, locale=language)}"
