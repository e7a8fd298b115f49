"""What people type about a ticket, checked."""

from __future__ import annotations

from app.errors import Invalid

NOTE_MAX = 2_000


def checked_text(value: str, *, field: str, needed: str = "") -> str:
    """Return a text without surrounding space.

    :param field: the form's field, where an error is shown.
    :param needed: what to say when nothing was written; empty allows nothing.
    :raises Invalid: it is missing, too long, or holds a zero byte.
    """
    text = value.replace("\r\n", "\n").strip()
    if needed and not text:
        raise Invalid(fields={field: [needed]})
    if len(text) > NOTE_MAX or "\x00" in text:
        raise Invalid(fields={field: [f"Please use at most {NOTE_MAX} characters."]})
    return text
