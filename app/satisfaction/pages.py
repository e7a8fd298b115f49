"""Which page an answer comes from, and how long it was looked at.

Programs that check mail follow every link in it, and some press what they find. A person needs
some seconds to read a question.
"""

from __future__ import annotations

from datetime import datetime

from itsdangerous import BadSignature, URLSafeTimedSerializer

from app.satisfaction.models import Discarded

_SALT = "survey-page"
#: Faster answers are not a person's. Source: docs/satisfaction.md, "Whose answer it is".
FASTEST_SECONDS = 5


def page_code(survey_id: int, *, secret_key: str) -> str:
    """Return what a page carries to say for which question it was drawn, and when."""
    return str(URLSafeTimedSerializer(secret_key, salt=_SALT).dumps(survey_id))


def why_discarded(
    code: str, survey_id: int, *, trap: str, secret_key: str, now: datetime
) -> Discarded | None:
    """Say why an answer is not taken for a person's, or None if it is.

    :param code: what the page carried, of :func:`page_code`.
    :param trap: content of a field that people do not see.
    """
    if trap:
        return Discarded.TRAP
    serializer = URLSafeTimedSerializer(secret_key, salt=_SALT)
    try:
        value, drawn_at = serializer.loads(code, return_timestamp=True)
    except BadSignature:
        return Discarded.NO_PAGE
    if value != survey_id:
        return Discarded.NO_PAGE
    if (now - drawn_at).total_seconds() < FASTEST_SECONDS:
        return Discarded.TOO_FAST
    return None
