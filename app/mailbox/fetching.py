"""Take what is new in a mailbox. Each mail is kept and committed before it counts as read."""

from __future__ import annotations

import time
from dataclasses import dataclass

from app.clock import utc_now
from app.db import unit_of_work
from app.mailbox.imap import mailbox_address, open_mailbox
from app.mailbox.services.receiving import Place, keep_mail

#: So many mails, or so many seconds, at a time: other jobs wait meanwhile.
MOST = 25
MOST_SECONDS = 45.0


@dataclass(frozen=True)
class Fetched:
    """What a look into a mailbox found.

    :ivar taken: mails that were kept.
    :ivar has_more: there is more than was taken this time.
    """

    taken: int
    has_more: bool


def fetch_new(imap_url: str) -> Fetched:
    """Take new mail, each in a transaction of its own.

    A crash between keeping and marking brings the same mail again, which is then known; no crash
    loses one.

    :param imap_url: ``IMAP_URL``.
    :raises MailboxTrouble: the mailbox cannot be read; what was taken before stays taken.
    :raises ValueError: the address makes no sense.
    """
    end = time.monotonic() + MOST_SECONDS
    taken = 0
    with open_mailbox(mailbox_address(imap_url)) as mailbox:
        waiting = mailbox.unseen()
        for uid in waiting:
            if taken >= MOST or time.monotonic() > end:
                return Fetched(taken, has_more=True)
            found = mailbox.fetch(uid)
            if found is None:
                continue
            raw, size = found
            place = Place(mailbox.name, mailbox.uidvalidity, uid)
            with unit_of_work():
                keep_mail(raw, now=utc_now(), place=place, size_bytes=size)
            mailbox.mark_read(uid)
            taken += 1
    return Fetched(taken, has_more=False)
