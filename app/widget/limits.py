"""How often somebody may write through the panel. Source: docs/widget.md, "Limits"."""

from __future__ import annotations

from datetime import datetime

from app.customers.models import PersonSession
from app.limits.services import hit, limit_key
from app.sites.models import Site

MINUTES_10 = 600
HOUR = 3600


def limit_writes(
    site: Site, person: PersonSession | None, *, address: str, secret_key: str, now: datetime
) -> None:
    """Count a write of a visitor, of their line and of their site.

    :param address: the caller's IP address, cut as `app.widget.access.client_address` does.
    :raises TooMany: one of them writes too often.
    """
    counts = [
        (limit_key("widget-line", address, secret=secret_key), 30, MINUTES_10),
        (limit_key("widget-site", site.key, secret=secret_key), 600, HOUR),
    ]
    if person is not None:
        who = limit_key("widget-person", str(person.id), secret=secret_key)
        counts.insert(0, (who, 10, MINUTES_10))
    for key, limit, window in counts:
        hit(key, limit=limit, window_seconds=window, now=now)


def limit_new_tickets(email: str, *, secret_key: str, now: datetime) -> None:
    """Count a new ticket under a mail address, so that nobody floods another's mailbox.

    :raises TooMany: three within the hour came under it already.
    """
    if email:
        key = limit_key("widget-mail", email.strip().lower(), secret=secret_key)
        hit(key, limit=3, window_seconds=HOUR, now=now)


def limit_refused_tokens(site: Site, *, secret_key: str, now: datetime) -> None:
    """Count a refused identity of a site.

    :raises TooMany: twenty were refused within the minute.
    """
    key = limit_key("widget-token", site.key, secret=secret_key)
    hit(key, limit=20, window_seconds=60, now=now)
