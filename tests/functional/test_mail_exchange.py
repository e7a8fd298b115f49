"""Mail in both directions over real servers: SMTP out and in, a real IMAP mailbox between."""

from __future__ import annotations

import os
import signal
import smtplib
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from app.clock import utc_now
from app.db import db
from app.jobs.services import enqueue_job, run_due_jobs
from app.mailbox.fetching import fetch_new
from app.mailbox.imap import MailboxTrouble
from app.mailbox.jobs import FETCH_JOB
from app.mailbox.models import MailboxLook, RawMail, ReceivedMail
from app.notifications.settings import mail_settings
from app.staff.models import Staff
from app.tickets.models import Message, Ticket, TicketState
from app.tickets.services.replies import add_reply
from tests.factories.imap_server import ImapServer, Proxy, imap_server
from tests.factories.incoming import composed
from tests.factories.mail import MailServer, mail_server
from tests.factories.running import ROOT
from tests.factories.tickets import unit

pytestmark = pytest.mark.usefixtures("ctx")

MEGABYTE = 1024 * 1024


@pytest.fixture(scope="module")
def dovecot() -> Iterator[ImapServer]:
    with imap_server() as server:
        yield server


@pytest.fixture
def imap(dovecot) -> ImapServer:
    """The mailbox, empty."""
    for path in [*(dovecot.home / "mail/cur").iterdir(), *(dovecot.home / "mail/new").iterdir()]:
        path.unlink()
    return dovecot


class PostOffice(MailServer):
    """A mail server: what is for us goes into the mailbox, the rest waits for its reader."""

    def __init__(self, imap: ImapServer) -> None:
        super().__init__()
        self.imap = imap

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        answer = await super().handle_DATA(server, session, envelope)
        head = f"Return-Path: <{envelope.mail_from or ''}>\r\n"
        for address in envelope.rcpt_tos:
            if address.lower().endswith("@s.example"):
                line = f"Delivered-To: {address}\r\n"
                self.imap.deliver((head + line).encode() + envelope.content)
        return answer


@pytest.fixture
def post(imap, settings, monkeypatch) -> Iterator[MailServer]:
    """A post office on a real port; we send through it and read its mailbox."""
    monkeypatch.setattr("tests.factories.mail.MailServer", lambda: PostOffice(imap))
    with mail_server(settings) as server:
        yield server


@pytest.fixture
def customer(post):
    """Return how somebody writes from their own mail program."""
    port = int(mail_settings().mail_url.rpartition(":")[2])

    def write(raw: bytes, *, to: str, envelope_from: str = "nora@studio.example") -> None:
        with smtplib.SMTP("127.0.0.1", port, timeout=20) as server:
            server.sendmail(envelope_from, [to], raw)

    return write


def work() -> None:
    """Let the worker do all there is to do."""
    for _round in range(3):
        db.session.rollback()
        run_due_jobs(owner="test")


def look(imap: ImapServer) -> int:
    """Look into the mailbox and put what came where it belongs."""
    db.session.rollback()
    taken = fetch_new(imap.url).taken
    work()
    return taken


def tickets() -> list[Ticket]:
    db.session.rollback()
    return list(db.session.scalars(select(Ticket).order_by(Ticket.id)))


def messages(ticket: Ticket) -> list[Message]:
    query = select(Message).where(Message.ticket_id == ticket.id).order_by(Message.id)
    return list(db.session.scalars(query))


def to_customer(post: MailServer):
    return [each for each in post.taken if each["To"] == "nora@studio.example"]


def answered(mail, text: str, *, sender="Nora Quist <nora@studio.example>", headers=()) -> bytes:
    """Write an answer the way a mail program does: to Reply-To, with the thread and a quote."""
    quote = mail.get_body(("plain",)).get_content()
    lines = "".join(f"> {line}\n" for line in quote.splitlines())
    return composed(
        sender=sender,
        to=str(mail["Reply-To"]),
        subject=f"Re: {mail['Subject']}",
        text=f"{text}\n\nOn Mon, 2 Mar 2026 at 10:00, Studio <help@s.example> wrote:\n{lines}",
        headers=[("In-Reply-To", str(mail["Message-ID"])), ("References", str(mail["Message-ID"])),
                 *headers],
    )  # fmt: skip


def test_a_conversation_goes_both_ways_by_mail(post, customer, imap, staff):
    # The customer writes, and is told that it arrived.
    customer(composed(subject="Moving a class", text="How do I move it?"), to="help@s.example")
    assert look(imap) == 1
    assert imap.unread() == 0
    (ticket,) = tickets()
    (confirmation,) = to_customer(post)
    assert "Moving a class" not in confirmation.as_string()
    assert confirmation["In-Reply-To"]

    # They answer the confirmation: whoever read it has the address.
    customer(answered(confirmation, "It is the one on Monday."), to=str(confirmation["Reply-To"]))
    look(imap)
    assert [each.body for each in messages(ticket)] == [
        "How do I move it?",
        "It is the one on Monday.",
    ]

    # Staff answer in full, in the same thread of the customer's mail program.
    with unit():
        add_reply(db.session.get(Ticket, ticket.id), author=db.session.get(Staff, staff.id),
                  body="Drag it in the week.", now=utc_now(),
                  next_state=TicketState.WAITING_CUSTOMER)  # fmt: skip
    work()
    answer = to_customer(post)[-1]
    assert "Drag it in the week." in answer.get_body(("plain",)).get_content()
    theirs = db.session.scalar(select(Message.mail).where(Message.id == messages(ticket)[0].id))
    assert theirs["message_id"] in answer["References"]
    assert answer["Auto-Submitted"] is None

    # And the customer once more: without the quote, on the same ticket, which is open again.
    customer(answered(answer, "Thank you!"), to=str(answer["Reply-To"]))
    look(imap)
    assert messages(ticket)[-1].body == "Thank you!"
    (ticket,) = tickets()
    assert ticket.state == TicketState.OPEN
    assert ticket.requester_verified


def test_whoever_pretends_gets_nowhere(post, customer, imap, staff):
    customer(composed(), to="help@s.example")
    look(imap)
    (ticket,) = tickets()
    (confirmation,) = to_customer(post)
    to = str(confirmation["Reply-To"])
    claims = [
        answered(confirmation, "Refund me.", sender=f"{staff.name} <{staff.email}>"),
        answered(confirmation, "Refund me.", sender="Mallory <mallory@evil.example>"),
    ]
    for raw in claims:
        customer(raw, to=to, envelope_from="mallory@evil.example")
    forged = composed(text="Refund me.", headers=[("In-Reply-To", confirmation["Message-ID"])])
    customer(forged, to="reply+1.aaaaaaaaaaaaaaaa@s.example", envelope_from="mallory@evil.example")
    look(imap)
    assert len(messages(ticket)) == 1
    assert len(tickets()) == 1
    reasons = db.session.scalars(select(ReceivedMail.reason).order_by(ReceivedMail.id)).all()
    assert sorted(reasons) == ["", "other_sender", "staff_sender", "wrong_code"]
    assert len(post.taken) - len([m for m in post.taken if "s.example" in str(m["To"])]) == 1


def test_the_same_mail_fifty_times_is_one_ticket(customer, imap):
    raw = composed()
    for _time in range(50):
        imap.deliver(b"Received: again\r\n" + raw)
    taken = look(imap) + look(imap)
    assert taken == 50
    assert imap.unread() == 0
    assert len(tickets()) == 1


def test_a_mail_of_25_megabytes_and_one_larger(imap):
    imap.deliver(composed(text="Just right.", files=[("a.txt", b"x" * 18 * MEGABYTE)]))
    imap.deliver(composed(text="Too much.", files=[("a.txt", b"x" * 20 * MEGABYTE)]))
    look(imap)
    first, second = tickets()
    (small,), (large,) = messages(first), messages(second)
    assert (small.body, large.body) == ("Just right.", "Too much.")
    assert "10 MB" in small.mail["refused"][0][1]
    assert "25 MB" in large.mail["refused"][0][1]
    sizes = db.session.scalars(select(func.length(RawMail.content)).order_by(RawMail.received_id))
    assert sizes.all()[1] == MEGABYTE


def test_a_broken_charset_arrives(imap):
    raw = composed(text="x").replace(b'charset="utf-8"', b'charset="klingon"')
    imap.deliver(raw.replace(b"\n\nx", b"\n\nGr\xfc\xdfe \x00 \xf0\x9f\x98\x80"))
    look(imap)
    (ticket,) = tickets()
    assert messages(ticket)[0].body.startswith("Gr\ufffd")


def test_the_worker_looks_by_itself_and_notes_trouble(app, imap, settings):
    imap.deliver(composed())
    app.extensions["settings"] = replace(settings, imap_url=imap.url)
    try:
        with unit():
            enqueue_job(FETCH_JOB, {}, now=utc_now())
        work()
        look_row = db.session.scalar(select(MailboxLook))
        assert (look_row.trouble, look_row.read_at is None) == ("", False)
        assert look_row.name == f"support@127.0.0.1:{imap.port}/INBOX"
        assert len(tickets()) == 1
        app.extensions["settings"] = replace(settings, imap_url=imap.url.replace("secret", "wrong"))
        with unit():
            enqueue_job(FETCH_JOB, {}, now=utc_now())
        work()
        db.session.rollback()
        look_row = db.session.scalar(select(MailboxLook))
        assert look_row.trouble == "the server refused user or password"
        assert look_row.read_at is not None
    finally:
        app.extensions["settings"] = settings


def test_a_folder_that_is_not_there_is_said(imap):
    db.session.rollback()
    with pytest.raises(MailboxTrouble, match="no such folder"):
        fetch_new(imap.url.replace("INBOX", "Nowhere"))


def fetch_process(settings, url: str) -> subprocess.Popen:
    """Start ``flask mail fetch`` on the test database."""
    return subprocess.Popen(
        [sys.executable, "-m", "flask", "--app", "wsgi", "mail", "fetch"],
        cwd=ROOT,
        env={**os.environ, "DATA_DIR": str(settings.data_dir), "IMAP_URL": url,
             "DATABASE_URL": settings.database_url, "SECRET_KEY": settings.secret_key},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("silence", "is_kept"),
    [({"silent_at": b"STORE"}, True), ({"silent_after": 200_000}, False)],
    ids=["kept, not yet marked", "half of it here"],
)
def test_killed_while_it_fetches_nothing_is_lost_and_nothing_doubled(
    imap, settings, silence, is_kept
):
    imap.deliver(composed(text="Hello", files=[("a.txt", b"x" * MEGABYTE)]))
    proxy = Proxy(imap.port, **silence)
    db.session.rollback()
    db.session.remove()
    process = fetch_process(settings, imap.url.replace(str(imap.port), str(proxy.port)))
    try:
        assert proxy.is_silent.wait(timeout=40), process.communicate()[0]
        process.send_signal(signal.SIGKILL)
        process.wait(timeout=20)
    finally:
        process.kill()
        process.communicate()
        proxy.close()
    assert db.session.scalar(select(func.count()).select_from(ReceivedMail)) == int(is_kept)
    assert imap.unread() == 1
    look(imap)
    assert imap.unread() == 0
    (ticket,) = tickets()
    assert [each.body for each in messages(ticket)] == ["Hello"]
    assert look(imap) == 0
    assert len(tickets()) == 1
