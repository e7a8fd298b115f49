"""Putting a mail where it belongs: a message, a new ticket, a report, or a person's table."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from app.errors import PortalError
from app.events.actor import SYSTEM, Actor, customer_actor, visitor_actor
from app.files.services import store_upload
from app.mailbox.models import ReceivedMail, ReceivedState
from app.mailbox.parsing.reading import ReadMail
from app.mailbox.queries import site_of_address
from app.mailbox.services.deciding import decide
from app.mailbox.services.reporting import take_report
from app.mailbox.services.settling import settle
from app.notices.services import notify
from app.staff.queries import active_staff
from app.tickets.models import Channel, Message, Ticket
from app.tickets.queries.history import messages_after
from app.tickets.services.messages import MailFacts
from app.tickets.services.opening import open_ticket
from app.tickets.services.replies import add_customer_message
from app.tickets.services.telling import followers_of
from app.tickets.services.texts import BODY_MAX, clean_body
from app.tickets.services.vouching import vouch_for_requester

NO_TEXT = "(This mail had no text.)"
NO_SUBJECT = "(No subject)"


@dataclass(frozen=True)
class FileRoom:
    """Where files of mails go.

    :ivar max_bytes: of one file.
    """

    files_dir: Path
    max_bytes: int


def process_mail(row: ReceivedMail, mail: ReadMail, *, room: FileRoom, now: datetime) -> None:
    """Decide about a mail and do it, in the caller's transaction.

    :param row: in the state received; others are left alone.
    """
    if row.state != ReceivedState.RECEIVED:
        return
    verdict = decide(row, mail, now=now)
    row.ticket_id = verdict.ticket.id if verdict.ticket is not None else None
    if verdict.mail_id is not None:
        take_report(row, mail, mail_id=verdict.mail_id, now=now)
    elif verdict.state is ReceivedState.PROCESSED and verdict.ticket is not None:
        if mail.heading.from_address == verdict.ticket.requester_email:
            vouch_for_requester(verdict.ticket, actor=SYSTEM, now=now)
        put_on_ticket(row, mail, verdict.ticket, room=room, now=now)
    elif verdict.state is ReceivedState.PROCESSED:
        make_ticket(row, mail, room=room, now=now)
    else:
        settle(row, verdict.state, verdict.reason, now=now)
        if verdict.state is ReceivedState.QUARANTINED:
            _tell_of_doubt(row, verdict.ticket, now=now)


def put_on_ticket(
    row: ReceivedMail,
    mail: ReadMail,
    ticket: Ticket,
    *,
    room: FileRoom,
    now: datetime,
    actor: Actor = SYSTEM,
) -> Message:
    """Add a mail to a ticket as its sender's words; a closed ticket is followed by a new one.

    :param actor: who decided that it belongs there.
    """
    writer = (
        customer_actor(ticket.customer_id)
        if ticket.customer_id is not None
        else visitor_actor(ticket.visitor_id)
    )
    keys, facts = _take_files(row, mail, room=room, now=now, requester=ticket.requester_email)
    message = add_customer_message(
        ticket,
        body=_body(mail),
        actor=writer,
        now=now,
        attachment_keys=keys,
        attachment_owner=_owner(row),
        mail=facts,
    )
    _settle_as(row, message, now=now, actor=actor)
    return message


def make_ticket(
    row: ReceivedMail,
    mail: ReadMail,
    *,
    room: FileRoom,
    now: datetime,
    actor: Actor = SYSTEM,
) -> Ticket:
    """Make a mail a new ticket of an address that nobody vouches for.

    :param actor: who decided that it should be one.
    """
    heading = mail.heading
    site = site_of_address({row.envelope_to, *heading.recipients} - {""})
    keys, facts = _take_files(row, mail, room=room, now=now, requester=heading.from_address)
    ticket = open_ticket(
        subject=heading.subject or NO_SUBJECT,
        body=_body(mail),
        channel=Channel.MAIL,
        actor=visitor_actor(),
        now=now,
        site_id=site.id if site is not None else None,
        requester_name=heading.from_name,
        requester_email=heading.from_address,
        locale=site.locale if site is not None else "",
        attachment_keys=keys,
        attachment_owner=_owner(row),
        mail=facts,
    )
    _settle_as(row, messages_after(ticket.id, 0)[0], now=now, actor=actor)
    return ticket


def _settle_as(row: ReceivedMail, message: Message, *, now: datetime, actor: Actor) -> None:
    row.ticket_id = message.ticket_id
    row.ticket_message_id = message.id
    settle(row, ReceivedState.PROCESSED, now=now, actor=actor)


def _body(mail: ReadMail) -> str:
    text = clean_body(mail.text)
    if len(text) > BODY_MAX:
        text = text[: BODY_MAX - 2] + "\n…"
    return text or NO_TEXT


def _owner(row: ReceivedMail) -> str:
    return f"mail:{row.id}"


def _take_files(
    row: ReceivedMail, mail: ReadMail, *, room: FileRoom, now: datetime, requester: str
) -> tuple[Sequence[str], MailFacts]:
    """Store the files of a mail; what cannot be taken is named with its reason."""
    keys, refused = [], list(mail.refused)
    for file in mail.files:
        try:
            stored = store_upload(
                io.BytesIO(file.content),
                filename=file.name,
                owner_key=_owner(row),
                files_dir=room.files_dir,
                max_bytes=room.max_bytes,
                now=now,
            )
        except PortalError as refusal:
            refused.append((file.name, refusal.user_message))
        else:
            keys.append(stored.key)
    heading = mail.heading
    is_other = heading.from_address != requester
    return keys, MailFacts(
        message_id=heading.message_id,
        sender=heading.from_address if is_other else "",
        sender_name=heading.from_name if is_other else "",
        refused=refused,
        received_id=row.id,
    )


def _tell_of_doubt(row: ReceivedMail, ticket: Ticket | None, *, now: datetime) -> None:
    """Tell whoever follows the ticket that a mail waits; if nobody does, everybody."""
    people = followers_of(ticket) if ticket is not None else set()
    who = row.from_address or "somebody"
    notify(
        staff_ids=sorted(people or {member.id for member in active_staff()}),
        kind="mail_waits",
        text=f"A mail from {who} waits for a decision: {row.subject or NO_SUBJECT}",
        path=f"/portal/mail/received/{row.id}",
        # Ten of them are one thing to look at.
        dedupe_key=f"mail_waits:{ticket.id if ticket is not None and people else ''}",
        now=now,
    )
