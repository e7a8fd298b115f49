"""Where a mail ends up: what it claims decides nothing by itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.clock import utc_now
from app.db import db
from app.events.actor import staff_actor
from app.files.models import Attachment
from app.mailbox.jobs import process_received
from app.mailbox.models import RawMail, ReceivedMail, ReceivedState
from app.mailbox.services.clearing import forget_raw
from app.notices.models import Notice
from app.notifications.models import MailState, OutgoingMail, Suppression
from app.notifications.tokens import Purpose, signed_address
from app.sites.models import Site
from app.tickets.models import Message, Ticket, TicketState
from app.tickets.services.merging import merge_ticket
from app.tickets.services.properties import assign_ticket
from app.tickets.services.replies import add_reply
from app.tickets.services.setting_aside import set_aside
from tests.factories.incoming import answer_address, arrived, composed, kept
from tests.factories.mail import run
from tests.factories.tickets import NOW, kinds, opened, unit

pytestmark = pytest.mark.usefixtures("ctx")


def tickets() -> int:
    return db.session.scalar(select(func.count()).select_from(Ticket))


def messages(ticket) -> list[Message]:
    query = select(Message).where(Message.ticket_id == ticket.id).order_by(Message.id)
    return list(db.session.scalars(query))


def fresh(ticket) -> Ticket:
    return db.session.get(Ticket, ticket.id, populate_existing=True)


def test_a_mail_to_us_becomes_a_ticket_of_an_address_nobody_vouches_for():
    row = arrived(composed(subject="=?utf-8?q?Gr=C3=BC=C3=9Fe?=", text="How do I move a class?"))
    assert (row.state, row.reason) == ("processed", "")
    ticket = db.session.get(Ticket, row.ticket_id)
    assert (ticket.channel, ticket.subject, ticket.state) == ("mail", "Grüße", "new")
    assert (ticket.requester_name, ticket.requester_email) == ("Nora Quist", "nora@studio.example")
    assert not ticket.requester_verified
    assert [message.body for message in messages(ticket)] == ["How do I move a class?"]
    assert "received:settled" in kinds()
    # The confirmation holds no word of theirs.
    mail = db.session.scalar(select(OutgoingMail))
    assert "class" not in mail.subject + mail.text_body + mail.html_body


def test_an_answer_under_the_code_is_the_requesters_message_and_vouches_for_the_address(staff):
    ticket = opened()
    other = opened(subject="Another")
    with unit():
        add_reply(fresh(ticket), author=staff, body="Which month?", now=NOW,
                  next_state=TicketState.WAITING_CUSTOMER)  # fmt: skip
    row = arrived(composed(to=answer_address(ticket), text="March.\n\n> Which month?"))
    assert (row.state, row.ticket_id) == ("processed", ticket.id)
    assert messages(ticket)[-1].body == "March."
    assert messages(ticket)[-1].author_kind == "visitor"
    assert messages(ticket)[-1].mail["received_id"] == row.id
    assert fresh(ticket).state == TicketState.OPEN
    assert fresh(ticket).requester_verified
    assert "ticket:requester_confirmed" in kinds()
    assert len(messages(other)) == 1
    assert tickets() == 2


def test_the_envelopes_address_counts_too():
    ticket = opened()
    row = arrived(composed(to="help@s.example"), to=answer_address(ticket).upper())
    assert row.ticket_id == ticket.id


def test_references_alone_lead_nowhere():
    ticket = opened()
    theirs = db.session.scalar(select(OutgoingMail.message_id))
    headers = [("In-Reply-To", theirs), ("References", theirs)]
    row = arrived(composed(headers=headers, subject=f"Re: #{ticket.number}"))
    assert row.ticket_id != ticket.id
    assert len(messages(ticket)) == 1


def test_a_valid_code_from_another_address_waits_and_whoever_has_the_ticket_is_told(staff):
    ticket = opened()
    with unit():
        assign_ticket(fresh(ticket), assignee_id=staff.id, actor=staff_actor(0), now=NOW)
    row = arrived(composed(sender="mallory@evil.example", to=answer_address(ticket)))
    assert (row.state, row.reason) == ("quarantined", "other_sender")
    assert row.ticket_id == ticket.id
    assert len(messages(ticket)) == 1
    assert not fresh(ticket).requester_verified
    texts = db.session.scalars(select(Notice.text).where(Notice.kind == "mail_waits")).all()
    assert len(texts) == 1
    assert "mallory@evil.example" in texts[0]


@pytest.mark.parametrize("address", ["reply+1.aaaaaaaaaaaaaaaa@s.example", "reply+b1.x@s.example"])
def test_a_wrong_code_waits(address):
    ticket = opened()
    row = arrived(composed(to=address))
    assert (row.state, row.reason) == ("quarantined", "wrong_code")
    assert len(messages(ticket)) == 1
    assert tickets() == 1


def test_the_code_of_another_ticket_reaches_that_one_only_for_its_requester():
    mine = opened(requester_email="mallory@evil.example")
    opened()
    row = arrived(composed(sender="nora@studio.example", to=answer_address(mine)))
    assert row.reason == "other_sender"


def test_a_colleague_in_from_is_never_a_staff_answer(staff):
    ticket = opened()
    for to in (answer_address(ticket), "help@s.example"):
        row = arrived(composed(sender=f"{staff.name} <{staff.email}>", to=to))
        assert (row.state, row.reason) == ("quarantined", "staff_sender")
    assert len(messages(ticket)) == 1
    assert tickets() == 1


def test_what_arrives_fifty_times_is_one_ticket():
    raw = composed(message_id="<same@studio.example>")
    keys = {kept(b"Received: from mx%d\r\n" % number + raw) for number in range(50)}
    run()
    assert len(keys) == 1
    assert tickets() == 1


def test_the_same_id_with_another_text_waits():
    arrived(composed(message_id="<same@studio.example>"))
    row = arrived(composed(message_id="<same@studio.example>", text="Pay here instead"))
    assert (row.state, row.reason) == ("quarantined", "same_id")


@pytest.mark.parametrize(
    ("header", "reason"),
    [
        (("Auto-Submitted", "auto-replied"), "automatic"),
        (("Auto-Submitted", "Auto-Generated; x=y"), "automatic"),
        (("Precedence", "bulk"), "bulk"),
        (("List-Id", "<news.list.example>"), "bulk"),
        (("X-Autoreply", "yes"), "automatic"),
        (("Return-Path", "<>"), "automatic"),
    ],
)
def test_what_a_machine_wrote_is_kept_and_left(header, reason):
    ticket = opened()
    row = arrived(composed(to=answer_address(ticket), headers=[header]))
    assert (row.state, row.reason) == ("ignored", reason)
    assert row.ticket_id == ticket.id
    assert len(messages(ticket)) == 1
    assert db.session.scalar(select(func.count()).select_from(RawMail)) == 1


def test_a_person_may_say_that_no_machine_wrote():
    assert arrived(composed(headers=[("Auto-Submitted", "no")])).state == "processed"


@pytest.mark.parametrize("sender", ["help@s.example", "reply+7.abc@s.example", "Help@S.example"])
def test_our_own_addresses_start_nothing(sender):
    assert arrived(composed(sender=sender)).reason == "own"


@pytest.mark.parametrize("sender", ["nobody", "a@x.example, b@x.example", "<@>"])
def test_a_mail_from_nobody_in_particular_waits(sender):
    raw = composed().replace(b"From: Nora Quist <nora@studio.example>", b"From: " + sender.encode())
    assert arrived(raw).reason == "no_sender"


def test_more_than_a_person_writes_waits():
    ticket = opened()
    for number in range(10):
        assert (
            arrived(composed(to=answer_address(ticket), text=f"No. {number}")).state == "processed"
        )
    row = arrived(composed(to=answer_address(ticket), text="One more"))
    assert (row.state, row.reason) == ("quarantined", "too_many")
    assert arrived(composed(sender="tom@w.example")).state == "processed"


def test_what_is_in_the_bin_takes_nothing(staff):
    ticket = opened()
    with unit():
        set_aside(fresh(ticket), disposition="deleted", actor=staff_actor(staff.id), now=NOW)
    row = arrived(composed(to=answer_address(ticket)))
    assert row.ticket_id not in (None, ticket.id)
    assert len(messages(ticket)) == 1


def test_an_answer_to_a_merged_ticket_reaches_the_one_that_goes_on(staff):
    kept_one = opened(requester_verified=True)
    merged = opened(requester_verified=True, subject="Once more")
    with unit():
        merge_ticket(fresh(merged), into=fresh(kept_one), actor=staff_actor(staff.id), now=NOW)
    row = arrived(composed(to=answer_address(merged), text="And this."))
    assert (row.state, row.ticket_id) == ("processed", kept_one.id)
    assert messages(kept_one)[-1].body == "And this."


def test_files_come_along_and_what_cannot_be_taken_is_named(settings):
    files = [("notes.txt", b"hello"), ("run.exe", b"MZ"), ("big.txt", b"x" * (11 * 1024 * 1024))]
    row = arrived(composed(files=files))
    assert db.session.scalars(select(Attachment.filename)).all() == ["notes.txt"]
    refused = db.session.get(Message, row.ticket_message_id).mail["refused"]
    assert [name for name, _reason in refused] == ["run.exe", "big.txt"]


REPORT = b"""From: Mail <mailer-daemon@mx.example>
To: %b
Message-ID: <%d@mx.example>
Return-Path: <>
Content-Type: multipart/report; report-type=delivery-status; boundary=b

--b
Content-Type: text/plain

Sorry.
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; nora@studio.example
Action: %b
Status: %b
--b--
"""


def report(mail_id: int, action=b"failed", status=b"5.1.1", number=1) -> bytes:
    to = signed_address(Purpose.BOUNCE, mail_id).encode()
    return REPORT % (to, number, action, status)


def test_a_mail_that_came_back_says_so_and_its_address_gets_no_more():
    opened()
    mail_id = db.session.scalar(select(OutgoingMail.id))
    row = arrived(report(mail_id, b"delayed", b"4.4.1", 1))
    assert (row.state, row.reason) == ("ignored", "no_problem")
    assert db.session.scalar(select(Suppression)) is None
    row = arrived(report(mail_id, number=2))
    assert (row.state, row.reason, row.mail_id) == ("processed", "bounced", mail_id)
    mail = db.session.get(OutgoingMail, mail_id, populate_existing=True)
    assert (mail.state, mail.error) == (MailState.BOUNCED, "bounce")
    assert db.session.scalar(select(Suppression.address)) == "nora@studio.example"
    assert tickets() == 1


def test_who_has_the_ticket_is_told_that_a_mail_did_not_arrive(staff):
    ticket = opened()
    opened(subject="Nobody's")
    with unit():
        assign_ticket(fresh(ticket), assignee_id=staff.id, actor=staff_actor(0), now=NOW)
    mail_ids = db.session.scalars(select(OutgoingMail.id)).all()
    for mail_id in mail_ids:
        arrived(report(mail_id, number=mail_id))
    told = db.session.scalars(select(Notice).where(Notice.kind == "mail_failed")).all()
    assert [(notice.staff_id, notice.ticket_id) for notice in told] == [(staff.id, ticket.id)]


def test_a_report_without_a_valid_code_changes_nothing():
    opened()
    mail_id = db.session.scalar(select(OutgoingMail.id))
    row = arrived(report(mail_id).replace(b"reply+b", b"reply+b9"))
    assert row.state == "ignored"
    assert db.session.scalar(select(Suppression)) is None


def test_what_cannot_be_read_is_kept_and_counted(monkeypatch):
    monkeypatch.setattr("app.mailbox.jobs.read_mail", lambda *_args, **_more: 1 / 0)
    row = arrived(composed())
    assert (row.state, row.reason) == ("unprocessable", "broken")
    assert db.session.scalar(select(func.count()).select_from(RawMail)) == 1
    assert tickets() == 0


def test_nesting_without_end_is_survived():
    raw = b"From: nora@studio.example\nMessage-ID: <deep@x>\n" + b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\n\n--b%d\n' % (n, n) for n in range(3000)
    )
    assert arrived(raw).state in ("processed", "unprocessable")


def test_a_mail_is_put_somewhere_once():
    received_id = kept(composed())
    for _time in range(2):
        with unit():
            process_received({"received_id": received_id})
    assert tickets() == 1


def test_bytes_of_what_is_done_with_go_after_a_while(staff):
    done = arrived(composed())
    waits = arrived(composed(sender=staff.email))
    with unit():
        assert forget_raw(now=utc_now() + timedelta(days=91)) == 1
    left = db.session.scalars(select(RawMail.received_id)).all()
    assert left == [waits.id]
    assert db.session.get(ReceivedMail, done.id).state == ReceivedState.PROCESSED


def test_a_mail_to_a_sites_address_belongs_to_the_site():
    with unit():
        db.session.add(Site(key="w", name="W", locale="de", mail_address="hilfe@w.example"))
    row = arrived(composed(to="Hilfe <Hilfe@w.example>"))
    ticket = db.session.get(Ticket, row.ticket_id)
    assert ticket.locale == "de"
    assert ticket.site_id is not None
