"""Short signed texts: which page of ours a request comes from, and who may see a file."""

from __future__ import annotations

from itsdangerous import BadSignature, SignatureExpired, URLSafeSerializer, URLSafeTimedSerializer

PAGE_SALT = "widget-page"
FORM_SALT = "widget-form"
FILE_SALT = "widget-file"

#: A panel may stay open over night.
PAGE_SECONDS = 24 * 3600

#: A form sent faster than this was not filled in by a person; older ones are drawn anew.
#: Source: docs/widget.md, "Bots".
FORM_SECONDS = (3, 24 * 3600)

#: Pictures of a conversation stay readable as long as the panel that drew it is likely open.
FILE_SECONDS = 3600


def page_token(site_key: str, *, secret_key: str) -> str:
    """Return the token that the panel sends in ``X-Widget-CSRF``."""
    return str(URLSafeTimedSerializer(secret_key, salt=PAGE_SALT).dumps(site_key))


def is_page_token(token: str, site_key: str, *, secret_key: str) -> bool:
    """Say whether a token was made for a panel of this site within a day."""
    try:
        value = URLSafeTimedSerializer(secret_key, salt=PAGE_SALT).loads(
            token, max_age=PAGE_SECONDS
        )
    except BadSignature:
        return False
    return bool(value == site_key)


def form_token(site_key: str, *, secret_key: str) -> str:
    """Return the token that says when a form was drawn."""
    return str(URLSafeTimedSerializer(secret_key, salt=FORM_SALT).dumps(site_key))


def form_age_fits(token: str, site_key: str, *, secret_key: str, now: float) -> bool:
    """Say whether a form was drawn for this site, and neither just now nor long ago.

    :param now: seconds since the epoch.
    """
    serializer = URLSafeTimedSerializer(secret_key, salt=FORM_SALT)
    try:
        value, drawn_at = serializer.loads(token, return_timestamp=True)
    except BadSignature:
        return False
    least, most = FORM_SECONDS
    return bool(value == site_key and least <= now - drawn_at.timestamp() <= most)


def file_token(key: str, session_id: int, *, secret_key: str) -> str:
    """Return the token with which one person's panel shows a file for an hour.

    An image element cannot send the session's header, and the session itself is never put into
    an address.
    """
    serializer = URLSafeTimedSerializer(secret_key, salt=FILE_SALT)
    return str(serializer.dumps([key, session_id]))


def is_file_token(token: str, key: str, *, secret_key: str) -> bool:
    """Say whether a token opens a file."""
    serializer = URLSafeTimedSerializer(secret_key, salt=FILE_SALT)
    try:
        value = serializer.loads(token, max_age=FILE_SECONDS)
    except (BadSignature, SignatureExpired):
        return False
    return isinstance(value, list) and value[:1] == [key]


def claim_token(visitor_id: int, customer_id: int, *, secret_key: str) -> str:
    """Return the token that offers a visitor's requests to the customer they turned out to be."""
    return str(URLSafeSerializer(secret_key, salt="widget-claim").dumps([visitor_id, customer_id]))


def claimed_visitor(token: str, customer_id: int, *, secret_key: str) -> int | None:
    """Return the visitor a token offers to this customer, or None."""
    try:
        value = URLSafeSerializer(secret_key, salt="widget-claim").loads(token)
    except BadSignature:
        return None
    if not isinstance(value, list) or len(value) != 2 or value[1] != customer_id:
        return None
    return int(value[0])
