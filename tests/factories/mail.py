"""A real mail server for tests, and mails in the outbox."""

from __future__ import annotations

import asyncio
import email
import email.policy
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from aiosmtpd.controller import Controller
from sqlalchemy import update

from app.config import Settings
from app.db import db
from app.jobs.models import Job
from app.jobs.services import run_due_jobs
from app.notifications.models import MailKind, OutgoingMail
from app.notifications.rendering import MailText
from app.notifications.services.outbox import queue_mail
from app.notifications.settings import use_mail_settings
from tests.factories.running import free_port
from tests.factories.tickets import NOW, unit


class MailServer:
    """An SMTP server that keeps what it took and answers as told.

    :ivar answers: what to say to the next messages; afterwards they are taken.
    :ivar refused: recipient to what to say to it.
    :ivar goodbye: what to say to QUIT; None says 221, an empty text hangs up.
    :ivar silence: seconds to be silent for after a message was taken.
    """

    def __init__(self):
        self.taken = []
        self.envelopes = []
        self.answers = []
        self.refused = {}
        self.goodbye = None
        self.silence = 0
        self.during_data = None

    async def handle_RCPT(self, _server, _session, envelope, address, _options):  # noqa: N802
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server, _session, envelope):  # noqa: N802
        if self.during_data:
            self.during_data()
        if self.answers:
            answer = self.answers.pop(0)
            if answer is not None:
                return answer
        self.taken.append(email.message_from_bytes(envelope.content, policy=email.policy.SMTP))
        self.envelopes.append(envelope)
        if self.silence:
            await asyncio.sleep(self.silence)
        return "250 OK"

    async def handle_QUIT(self, server, _session, _envelope):  # noqa: N802
        if self.goodbye == "":
            server.transport.close()
        return self.goodbye or "221 Bye"


@contextmanager
def mail_server(settings: Settings, **changes) -> Iterator[MailServer]:
    """Run a mail server on a free port, with settings that lead there."""
    port = free_port()
    server = MailServer()
    controller = Controller(server, hostname="127.0.0.1", port=port)
    controller.start()
    values = {
        "mail_url": f"smtp://127.0.0.1:{port}",
        "mail_from": "Studio <help@s.example>",
        "reply_address": "reply@s.example",
    }
    use_mail_settings(replace(settings, **(values | changes)))
    try:
        yield server
    finally:
        controller.stop()
        use_mail_settings(settings)


def closed_port() -> socket.socket:
    """Return a bound socket that does not listen: connections to it are refused."""
    closed = socket.socket()
    closed.bind(("127.0.0.1", 0))
    return closed


def text(subject="Answer", plain="Hi\n", html="<p>Hi</p>") -> MailText:
    return MailText(subject, plain, html)


def queued(to="nora@studio.example", *, words=None, **changes) -> int:
    """Put a mail into the outbox, in a unit of its own."""
    values = {"kind": MailKind.AUTOMATIC, "now": NOW}
    with unit():
        return queue_mail(words or text(), to=to, **(values | changes)).id


def stored(mail_id: int) -> OutgoingMail:
    """Return a mail of the outbox as it is now."""
    db.session.rollback()
    return db.session.get(OutgoingMail, mail_id, populate_existing=True)


def make_due() -> None:
    """Let every job's time have come."""
    with unit():
        db.session.execute(update(Job).values(run_at=NOW))


def run() -> int:
    """Run the jobs that are due."""
    db.session.rollback()
    return run_due_jobs(owner="test")
