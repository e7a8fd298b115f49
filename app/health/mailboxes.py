"""Whether mail comes in, and whether any of it waits."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.config import Settings
from app.health.checks import Check, State
from app.mailbox.models import ReceivedState
from app.mailbox.queries import looks, oldest_unread, received_counts

#: A mailbox is read every 30 seconds, a mail within one; so long a silence means trouble.
SILENCE = timedelta(minutes=10)


def check_received_mail(settings: Settings, *, now: datetime) -> Check:
    """See whether the mailbox is read, and whether mails could not be.

    :param settings: name the mailbox.
    :param now: the current time.
    """
    trouble = _mailbox_trouble(settings, now)
    if trouble:
        return Check(
            "received_mail",
            State.DEGRADED,
            trouble,
            "Check IMAP_URL; `flask --app wsgi mail fetch` tries it at once.",
        )
    waiting_since = oldest_unread()
    if waiting_since is not None and now - waiting_since > SILENCE:
        advice = "See that a worker runs: `flask --app wsgi jobs run`."
        return Check("received_mail", State.DEGRADED, "kept mail has not been read", advice)
    counts = received_counts()
    broken = counts[ReceivedState.UNPROCESSABLE]
    if broken:
        advice = "They are under Mail, Received; each can be saved and read with a mail program."
        return Check("received_mail", State.DEGRADED, f"{broken} mails cannot be read", advice)
    waits = counts[ReceivedState.QUARANTINED]
    return Check("received_mail", State.OK, f"{sum(counts.values())} came, {waits} wait")


def _mailbox_trouble(settings: Settings, now: datetime) -> str:
    if not settings.imap_url:
        return ""
    found = looks()
    for look in found:
        if look.trouble:
            return f"{look.name} cannot be read: {look.trouble}"
    read = [look.read_at for look in found if look.read_at is not None]
    if not read or now - max(read) > SILENCE:
        return "the mailbox has not been read lately"
    return ""
