"""Mailing somebody a link with which they see their requests."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.customers.services.sign_in import create_sign_in_link
from app.db import db
from app.errors import Invalid
from app.notifications.models import MailKind
from app.notifications.rendering import render_mail
from app.notifications.services.outbox import queue_mail
from app.notifications.settings import mail_settings
from app.texts import Sentence, clean_line
from app.tickets.models import Ticket
from app.tickets.queries.visibility import shown_to_requesters
from app.tickets.services.texts import is_email


def checked_address(value: str) -> str:
    """Return a mail address as it is stored.

    :raises Invalid: it is none.
    """
    address = clean_line(value).lower()
    if not is_email(address):
        raise Invalid(fields={"email": [Sentence("This is not a mail address.")]})
    return address


def offer_sign_in(address: str, *, locale: str, now: datetime) -> bool:
    """Mail a link to an address under which there are requests; to others goes nothing.

    :param address: of :func:`checked_address`.
    :param locale: language of the mail, such as ``de``.
    :returns: whether there are. The page must not say so: anybody can type any address.
    """
    known = (
        select(Ticket.id).where(Ticket.requester_email == address, shown_to_requesters()).limit(1)
    )
    if db.session.scalar(known) is None:
        return False
    path = f"/help/sign-in/{create_sign_in_link(address, now=now)}"
    text = render_mail("sign_in", locale=locale, link=mail_settings().base_url + path)
    # Asked for by a person just now: whoever wants no automatic mail wants this one.
    queue_mail(text, to=address, kind=MailKind.ANSWER, now=now)
    return True
