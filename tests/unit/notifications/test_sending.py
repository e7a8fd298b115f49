"""Sending mail to a real SMTP server: once, with the same Message-ID, or not at all."""

from __future__ import annotations

import email
import email.policy
import socket
from dataclasses import replace

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import func, select, update

from app.clock import utc_now
from app.db import db, unit_of_work
from app.errors import Invalid
from app.jobs.models import Job
from app.jobs.services import run_due_jobs
from app.notifications.models import MailState, OutgoingMail
from app.notifications.services import queue_mail
from app.notifications.settings import mail_settings, use_mail_settings
from app.notifications.smtp import Envelope, build_message
from tests.factories.tickets import NOW, opened, unit

pytestmark = pytest.mark.usefixtures("ctx")


class Server:
    """An SMTP server that keeps what it took and answers as told.

    :ivar answers: what to say to the next messages; afterwards they are taken.
    """

    def __init__(self):
        self.taken = []
        self.answers = []
        self.refused = {}
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
        return "250 OK"


@pytest.fixture
def smtp(settings):
    """A mail server on a free port, and the settings that lead there."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = Server()
    controller = Controller(server, hostname="127.0.0.1", port=port)
    controller.start()
    use_mail_settings(
        replace(settings, mail_url=f"smtp://127.0.0.1:{port}", mail_from="Studio <help@s.example>")
    )
    yield server
    controller.stop()
    use_mail_settings(settings)


def queued(to="nora@studio.example", **changes):
    values = {"subject": "Answer", "text": "Hi\n", "html": "<p>Hi</p>", "ticket_id": None}
    with unit():
        mail = queue_mail(to=to, now=NOW, **(values | changes))
    return mail.id


def make_due():
    with unit():
        db.session.execute(update(Job).values(run_at=NOW))


def state(mail_id):
    db.session.rollback()
    return db.session.get(OutgoingMail, mail_id, populate_existing=True).state


def run():
    db.session.rollback()
    return run_due_jobs(owner="test")


def test_a_mail_is_delivered_once_and_marked_for_machines(smtp):
    mail_id = queued(subject="Antwort für Zoë")
    assert run() == 1
    assert run() == 0
    (message,) = smtp.taken
    assert message["To"] == "nora@studio.example"
    assert message["From"] == "Studio <help@s.example>"
    assert message["Subject"] == "Antwort für Zoë"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"].endswith("@s.example>")
    assert message.get_body(("plain",)).get_content().strip() == "Hi"
    assert "<p>Hi</p>" in message.get_body(("html",)).get_content()
    assert state(mail_id) == MailState.SENT


def test_temporary_trouble_is_tried_again_under_the_same_id(smtp):
    mail_id = queued()
    smtp.answers = ["451 later", "421 busy"]
    for _ in range(3):
        make_due()
        run()
    assert state(mail_id) == MailState.SENT
    (message,) = smtp.taken
    assert message["Message-ID"] == db.session.get(OutgoingMail, mail_id).message_id


def test_a_crash_after_delivery_repeats_the_same_id(smtp):
    mail_id = queued()
    run()
    with unit():  # as if the process had died before its commit
        db.session.execute(update(OutgoingMail).values(state=MailState.WAITING, sent_at=None))
        db.session.add(Job(kind="mail.send", payload={"mail_id": mail_id}, run_at=NOW))
    run()
    first, second = smtp.taken
    assert first["Message-ID"] == second["Message-ID"]


def test_a_refused_recipient_is_dead_at_once(smtp):
    smtp.refused["gone@studio.example"] = "550 no such user gone@studio.example"
    dead, fine = queued("gone@studio.example"), queued()
    run()
    assert (state(dead), state(fine)) == (MailState.DEAD, MailState.SENT)
    mail = db.session.get(OutgoingMail, dead)
    assert mail.error == "refused with code 550"  # never the server's words
    assert db.session.scalar(select(func.count()).select_from(Job)) == 0


def test_a_recipient_deferred_by_greylisting_is_tried_again(smtp):
    smtp.refused["nora@studio.example"] = "450 greylisted"
    mail_id = queued()
    run()
    assert state(mail_id) == MailState.WAITING
    smtp.refused.clear()
    make_due()
    run()
    assert state(mail_id) == MailState.SENT


def test_refused_content_is_dead(smtp):
    smtp.answers = ["554 spam"]
    mail_id = queued()
    run()
    assert state(mail_id) == MailState.DEAD


def test_no_server_to_be_reached_loses_nothing(smtp, settings):
    mail_id = queued()
    working = mail_settings()
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))  # bound and not listening: connections are refused
        port = closed.getsockname()[1]
        use_mail_settings(replace(settings, mail_url=f"smtp://127.0.0.1:{port}"))
        run()
    assert state(mail_id) == MailState.WAITING
    job = db.session.scalar(select(Job))
    assert (job.tries, job.dead_at) == (1, None)
    use_mail_settings(replace(settings, mail_url=working.mail_url, mail_from=working.mail_from))
    make_due()
    run()
    assert state(mail_id) == MailState.SENT


def test_the_database_stays_free_during_the_conversation(smtp, app):
    def write():
        with app.app_context(), unit_of_work():
            db.session.add(
                OutgoingMail(
                    message_id="<other@s.example>",
                    to_address="o@s.example",
                    subject="",
                    text_body="",
                    html_body="",
                    state=MailState.HELD,
                )
            )

    smtp.during_data = write
    mail_id = queued()
    run()
    assert state(mail_id) == MailState.SENT
    assert db.session.scalar(select(func.count()).select_from(OutgoingMail)) == 2


def test_mails_of_one_ticket_hang_together(smtp):
    ticket = opened()  # its confirmation is the first
    queued(ticket_id=ticket.id)
    queued("colleague@studio.example", ticket_id=ticket.id)
    run()
    first, second, third = smtp.taken
    assert first["In-Reply-To"] is None
    assert second["In-Reply-To"] == first["Message-ID"] == second["References"]
    assert third["In-Reply-To"] is None  # another person never saw the first


def test_without_a_server_mail_is_held_and_no_job_waits():
    mail_id = queued()
    assert state(mail_id) == MailState.HELD
    assert db.session.scalar(select(func.count()).select_from(Job)) == 0


@pytest.mark.parametrize(
    ("to", "subject"),
    [
        ("a@b.example\r\nBcc: c@d.example", "x"),
        ("a@b.example", "x\nBcc: c@d.example"),
        ("a@b.example\x00", "x"),
        ("nobody", "x"),
    ],
)
def test_what_could_open_another_header_is_refused(to, subject):
    with pytest.raises(Invalid), unit():
        queue_mail(to=to, subject=subject, text="", html="", ticket_id=None, now=utc_now())
    assert db.session.scalar(select(OutgoingMail)) is None


@pytest.mark.parametrize("field", ["sender", "to", "subject", "message_id", "in_reply_to"])
def test_the_message_itself_refuses_line_breaks_too(field):
    values = {
        "message_id": "<a@b.example>",
        "in_reply_to": "<c@d.example>",
        "sender": "S <s@b.example>",
        "to": "a@b.example",
        "subject": "x",
        "text": "t",
        "html": "h",
        "queued_at": NOW,
    }
    values[field] += "\r\nBcc: evil@x.example"
    try:
        message = build_message(Envelope(**values))
    except ValueError:
        return
    assert message["Bcc"] is None
    assert b"\nBcc:" not in message.as_bytes()
