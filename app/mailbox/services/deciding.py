"""Where a mail belongs. What it claims decides nothing by itself.

Whoever can write a mail can put any address into From, so From alone is nobody's identity. A code
in the address it was sent to proves that a mail of ours was read; code and requester's address
together are taken for the requester. Everything between waits for a person.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from app.db import db
from app.mailbox.limits import MOST_OF_A_SENDER, PER
from app.mailbox.models import Reason, ReceivedMail, ReceivedState
from app.mailbox.parsing.automatic import why_automatic
from app.mailbox.parsing.headers import recipients_of
from app.mailbox.parsing.reading import ReadMail
from app.mailbox.queries import own_addresses, wrote_before
from app.notifications.tokens import Purpose, SignedAddress, WrongCode, read_address
from app.staff.queries import staff_by_email
from app.tickets.models import Disposition, Ticket
from app.tickets.queries.merged import goes_on_in


@dataclass(frozen=True)
class Verdict:
    """What is to become of a mail.

    :ivar state: processed means: onto the ticket, or a new one if there is none.
    :ivar ticket: the one it belongs to, or would.
    :ivar mail_id: the outgoing mail it reports about.
    """

    state: ReceivedState
    reason: Reason = Reason.NONE
    ticket: Ticket | None = None
    mail_id: int | None = None


def decide(row: ReceivedMail, mail: ReadMail, *, now: datetime) -> Verdict:
    """Say what is to become of a mail.

    :param row: of the mail.
    """
    signed, has_wrong_code = _signed(row, mail)
    if signed is not None and signed.purpose is Purpose.BOUNCE:
        return Verdict(ReceivedState.PROCESSED, mail_id=signed.key)
    ticket = _ticket_of(signed)
    why = why_automatic(mail, own_addresses=own_addresses())
    if why is not None:
        return Verdict(ReceivedState.IGNORED, why, ticket)
    doubt = _doubt(row, mail, ticket, now=now)
    if doubt is None and has_wrong_code:
        doubt = Reason.WRONG_CODE
    if doubt is None and signed is not None and ticket is None:
        doubt = Reason.NO_TICKET
    if doubt is not None:
        return Verdict(ReceivedState.QUARANTINED, doubt, ticket)
    if ticket is not None and ticket.disposition == Disposition.DELETED:
        ticket = None
    return Verdict(ReceivedState.PROCESSED, ticket=ticket)


def _doubt(
    row: ReceivedMail, mail: ReadMail, ticket: Ticket | None, *, now: datetime
) -> Reason | None:
    sender = mail.heading.from_address
    if not sender:
        return Reason.NO_SENDER
    if staff_by_email(sender) is not None:
        return Reason.STAFF_SENDER
    if _came_with_another_text(row):
        return Reason.SAME_ID
    if (
        ticket is not None
        and sender != ticket.requester_email
        and not wrote_before(ticket.id, sender)
    ):
        return Reason.OTHER_SENDER
    if _mails_of(sender, ticket, now=now) >= MOST_OF_A_SENDER:
        return Reason.TOO_MANY
    return None


def _speaks_on(ticket: Ticket, sender: str) -> bool:
    """Say whether an address is the requester's, or was let speak on a ticket by somebody."""
    return sender == ticket.requester_email or wrote_before(ticket.id, sender)


def _signed(row: ReceivedMail, mail: ReadMail) -> tuple[SignedAddress | None, bool]:
    """Return what the addresses name, and whether one only looks as if it did."""
    has_wrong_code = False
    for address in dict.fromkeys([row.envelope_to, *recipients_of(mail.message)]):
        try:
            found = read_address(address)
        except WrongCode:
            has_wrong_code = True
            continue
        if found is not None:
            return found, False
    return None, has_wrong_code


def _ticket_of(signed: SignedAddress | None) -> Ticket | None:
    """Return the ticket an address names, or the one that goes on in its place."""
    if signed is None or signed.purpose is not Purpose.REPLY:
        return None
    ticket = db.session.get(Ticket, signed.key)
    return None if ticket is None else goes_on_in(ticket)


def _came_with_another_text(row: ReceivedMail) -> bool:
    if not row.message_id_hash:
        return False
    earlier = select(ReceivedMail.id).where(
        ReceivedMail.message_id_hash == row.message_id_hash, ReceivedMail.id < row.id
    )
    return db.session.scalar(earlier.limit(1)) is not None


def _mails_of(sender: str, ticket: Ticket | None, *, now: datetime) -> int:
    """Return how many mails of a sender were taken lately, on one ticket or as new ones."""
    query = (
        select(func.count())
        .select_from(ReceivedMail)
        .where(
            ReceivedMail.from_address == sender,
            ReceivedMail.state == ReceivedState.PROCESSED,
            ReceivedMail.processed_at > now - PER,
        )
    )
    if ticket is not None:
        query = query.where(ReceivedMail.ticket_id == ticket.id)
    return db.session.scalar(query) or 0
