"""What a ticket's words must keep to, whichever way they arrive."""

from __future__ import annotations

import re

from app.errors import Invalid
from app.texts import Sentence, clean_line

SUBJECT_MAX = 200
BODY_MAX = 50_000
NAME_MAX = 120
#: Source: RFC 5321, section 4.5.3.1.3, less the angle brackets.
EMAIL_MAX = 254

#: One local part and a domain, without what header injection needs. Deliberately loose:
#: only a delivered mail proves an address.
EMAIL = re.compile(r"[^\s@<>\",;:\\()\[\]]+@[^\s@<>\",;:\\()\[\]]+\.[^\s@<>\",;:\\()\[\]]+")


def clean_body(value: str) -> str:
    """Return a text with plain line ends and without characters no database can store."""
    return value.replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "").strip()


def is_email(value: str) -> bool:
    """Say whether a text could be a mail address."""
    return len(value) <= EMAIL_MAX and EMAIL.fullmatch(value) is not None


def too_long(limit: int) -> Sentence:
    """Return what to say about a text of more than so many characters."""
    return Sentence("Please keep to %(count)s characters.", count=limit)


def checked_body(body: str) -> str:
    """Return a message's text as it is stored.

    :raises Invalid: it is empty or longer than :data:`BODY_MAX`.
    """
    body = clean_body(body)
    if not body:
        raise Invalid(fields={"body": [Sentence("Please write something.")]})
    if len(body) > BODY_MAX:
        raise Invalid(fields={"body": [too_long(BODY_MAX)]})
    return body


def checked_subject(subject: str) -> str:
    """Return a subject as it is stored.

    :raises Invalid: it is empty or longer than :data:`SUBJECT_MAX`.
    """
    subject = clean_line(subject)
    if not subject:
        raise Invalid(fields={"subject": [Sentence("Please say in a few words what it is about.")]})
    if len(subject) > SUBJECT_MAX:
        raise Invalid(fields={"subject": [too_long(SUBJECT_MAX)]})
    return subject


def checked_request(*, subject: str, body: str, name: str, email: str) -> tuple[str, str, str, str]:
    """Return subject, text, name and address as they are stored.

    :raises Invalid: naming every field that cannot be accepted.
    """
    name, email = clean_line(name), clean_line(email).lower()
    errors: dict[str, list[str]] = {}
    try:
        subject = checked_subject(subject)
    except Invalid as error:
        errors |= error.fields
    if len(name) > NAME_MAX:
        errors["name"] = [too_long(NAME_MAX)]
    if email and not is_email(email):
        errors["email"] = [Sentence("This is not a mail address.")]
    try:
        body = checked_body(body)
    except Invalid as error:
        errors |= error.fields
    if errors:
        raise Invalid(fields=errors)
    return subject, body, name, email
