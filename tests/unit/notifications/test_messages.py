"""What the headers and parts of an outgoing mail say."""

from __future__ import annotations

import io
import re

import pytest
from sqlalchemy import select

from app.db import db
from app.errors import Invalid
from app.events.actor import SYSTEM, staff_actor, visitor_actor
from app.files.services import store_upload
from app.notifications.models import MailKind, OutgoingMail
from app.notifications.smtp import Envelope, MailFile, build_message
from app.notifications.tokens import (
    Purpose,
    SignedAddress,
    WrongCode,
    code_for,
    is_code,
    read_address,
    signed_address,
)
from app.sites.services import change_site, create_site
from app.staff.models import Staff
from app.tickets.models import Ticket
from app.tickets.services.messages import MailFacts
from app.tickets.services.replies import add_customer_message, add_reply
from tests.factories.mail import queued, run, stored
from tests.factories.tickets import NOW, later, opened, unit

VALUES = {
    "message_id": "<a@b.example>",
    "sender": "S <s@b.example>",
    "to": "a@b.example",
    "subject": "x",
    "text": "t",
    "html": "h",
    "queued_at": NOW,
}


@pytest.mark.parametrize(
    "field", ["sender", "to", "subject", "message_id", "reply_to", "unsubscribe_url", "thread"]
)
def test_the_message_itself_refuses_line_breaks_too(field):
    values = VALUES | {"reply_to": "r@b.example", "unsubscribe_url": "https://b.example/x"}
    bad = values.get(field, "<c@d.example>") + "\r\nBcc: evil@x.example"
    try:
        message = build_message(
            Envelope(**(values | {field: (bad,) if field == "thread" else bad}))
        )
    except ValueError:
        return
    assert message["Bcc"] is None
    assert b"\nBcc:" not in message.as_bytes()


def test_ids_longer_than_a_line_stay_what_they_are():
    ids = [f"<{letter * 70}@AM0PR0102MB3121.prod.exchangelabs.example>" for letter in "abc"]
    raw = build_message(Envelope(**VALUES, thread=ids)).as_bytes().decode()
    assert f"In-Reply-To: {ids[-1]}\r\n" in raw
    assert "References: " + "\r\n ".join(ids) + "\r\n" in raw


def test_a_persons_words_are_not_marked_as_a_machines():
    message = build_message(Envelope(**VALUES))
    for header in ("Auto-Submitted", "X-Auto-Response-Suppress", "List-Unsubscribe", "Precedence"):
        assert message[header] is None, header


def test_automatic_mail_says_so_and_can_be_stopped_by_one_click():
    url = "https://help.example.com/help/mail/7-abcdefgh"
    message = build_message(Envelope(**VALUES, is_automatic=True, unsubscribe_url=url))
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["List-Unsubscribe"] == f"<{url}>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_files_go_along_under_their_names():
    file = MailFile("Ärger.pdf", "application/pdf", b"%PDF-1.4")
    message = build_message(Envelope(**VALUES, files=[file]))
    (part,) = message.iter_attachments()
    assert (part.get_filename(), part.get_content()) == ("Ärger.pdf", b"%PDF-1.4")


def test_addresses_are_signed_for_one_purpose_and_one_thing(app):
    reply, bounce = signed_address(Purpose.REPLY, 12), signed_address(Purpose.BOUNCE, 12)
    assert re.fullmatch(r"help\+12\.[a-z2-7]{16}@localhost", reply)
    assert read_address(reply.upper()) == SignedAddress(Purpose.REPLY, 12)
    assert read_address(bounce) == SignedAddress(Purpose.BOUNCE, 12)
    # The domain may have changed since the mail was written.
    assert read_address(reply.replace("localhost", "new.example")).key == 12
    assert read_address("help@localhost") is None
    assert read_address("ada+news@example.com") is None
    code = code_for(Purpose.REPLY, 12)
    for wrong in (f"help+13.{code}@localhost", f"help+b12.{code}@localhost", "help+12.x@localhost",
                  f"help+12.{code[:-1]}@localhost"):  # fmt: skip
        with pytest.raises(WrongCode):
            read_address(wrong)
    assert not is_code(code, Purpose.UNSUBSCRIBE, 12)


def ours() -> list[OutgoingMail]:
    db.session.rollback()
    return list(db.session.scalars(select(OutgoingMail).order_by(OutgoingMail.id)))


def fresh(ticket) -> Ticket:
    return db.session.get(Ticket, ticket.id, populate_existing=True)


@pytest.fixture
def writer(staff):
    """The member of staff who answers."""

    def answer(ticket, body="Please clear your cache.", **changes):
        with unit():
            author = db.session.get(Staff, staff.id)
            return add_reply(fresh(ticket), author=author, body=body, now=later(9), **changes)

    return answer


def test_the_whole_conversation_hangs_together_with_the_customers_own_mails(ctx, smtp, writer):
    theirs = [f"<{name}@mail.studio.example>" for name in ("first", "second")]
    ticket = opened(mail=MailFacts(message_id=theirs[0]), requester_verified=True)
    with unit():
        add_customer_message(
            fresh(ticket),
            body="One more thing",
            actor=visitor_actor(),
            now=later(5),
            mail=MailFacts(message_id=theirs[1]),
        )
    writer(ticket)
    queued("colleague@studio.example", ticket_id=ticket.id, now=later(10))
    run()
    confirmation, answer, other = smtp.taken
    assert confirmation["In-Reply-To"] == theirs[0]
    assert answer["In-Reply-To"] == theirs[1]
    assert answer["References"].split() == [theirs[0], confirmation["Message-ID"], theirs[1]]
    assert other["References"] is None
    assert confirmation["Subject"] == answer["Subject"] == "Re: Invoices are empty"
    assert confirmation["Auto-Submitted"] == "auto-generated"
    assert answer["Auto-Submitted"] is None
    assert answer["Reply-To"] == f"reply+{ticket.id}.{code_for(Purpose.REPLY, ticket.id)}@s.example"
    sent = {mail.message_id: mail.id for mail in ours()}
    bounce = signed_address(Purpose.BOUNCE, sent[answer["Message-ID"]])
    assert smtp.envelopes[1].mail_from == bounce


def test_the_first_and_the_newest_ids_stay_in_a_long_conversation(ctx, smtp):
    ids = [f"<{number}@s.example>" for number in range(50)]
    mail_id = queued(thread=ids)
    assert stored(mail_id).thread == [ids[0], *ids[-19:]]


def test_an_answer_quotes_what_it_answers_only_to_a_vouched_address(ctx, writer):
    known = opened(requester_verified=True, body="Every PDF is <b>blank</b>.\nSince Monday.")
    claimed = opened(requester_email="other@studio.example", body="Buy pills at evil.example")
    writer(known, "Look **here**.")
    writer(claimed, "Secret answer")
    to_known, to_claimed = (mail for mail in ours() if mail.kind == MailKind.ANSWER)
    assert "Look **here**." in to_known.text_body
    assert "> Every PDF is <b>blank</b>.\n> Since Monday." in to_known.text_body
    assert "<blockquote>" in to_known.html_body
    assert "&lt;b&gt;blank" in to_known.html_body
    assert "Nora Quist wrote:" in to_known.text_body
    for words in ("pills", "Secret answer", "Nora Quist"):
        assert words not in to_claimed.text_body + to_claimed.html_body + to_claimed.subject


@pytest.mark.parametrize(("size", "along"), [(2_000, True), (12_000_000, False)])
def test_files_of_an_answer_go_along_up_to_a_size(ctx, smtp, staff, writer, settings, size, along):
    ticket = opened(requester_verified=True)
    with unit():
        key = store_upload(
            io.BytesIO(b"x" * size),
            filename="log.txt",
            owner_key=f"staff:{staff.id}",
            files_dir=settings.files_dir,
            max_bytes=20_000_000,
            now=NOW,
        ).key
    writer(ticket, attachment_keys=[key])
    run()
    message = smtp.taken[-1]
    names = [part.get_filename() for part in message.iter_attachments()]
    assert names == (["log.txt"] if along else [])
    words = message.get_body(("plain",)).get_content()
    assert ("- log.txt" in words) is not along


def test_a_file_that_is_gone_does_not_stop_the_answer(ctx, smtp, staff, writer, settings):
    ticket = opened(requester_verified=True)
    with unit():
        file = store_upload(
            io.BytesIO(b"x"),
            filename="log.txt",
            owner_key=f"staff:{staff.id}",
            files_dir=settings.files_dir,
            max_bytes=100,
            now=NOW,
        )
    writer(ticket, attachment_keys=[file.key])
    (settings.files_dir / file.storage_name).unlink()
    run()
    assert list(smtp.taken[-1].iter_attachments()) == []


def make_site(key="shop", **changes) -> int:
    with unit():
        site = create_site(key=key, name="Shop", allowed_origins=[], actor=SYSTEM, now=NOW)
        change_site(site, changes=changes, actor=staff_actor(1), now=NOW)
        return site.id


def test_mail_comes_from_its_sites_address(ctx, smtp, writer):
    site_id = make_site(mail_name='Shop "Zoë", Help', mail_address="Care@Shop.example")
    ticket = opened(site_id=site_id, requester_verified=True)
    writer(ticket)
    opened(requester_email="else@studio.example")
    run()
    senders = {
        message["To"].addresses[0].addr_spec: message["From"].addresses[0] for message in smtp.taken
    }
    assert senders["nora@studio.example"].addr_spec == "care@shop.example"
    assert senders["nora@studio.example"].display_name == 'Shop "Zoë", Help'
    assert senders["else@studio.example"].addr_spec == "help@s.example"


@pytest.mark.parametrize(
    "changes",
    [
        {"mail_address": "no address"},
        {"mail_address": "a@b.example\r\nBcc: x@y.example"},
        {"mail_address": "help+x@b.example"},
        {"mail_address": f"{'a' * 250}@b.example"},
        {"mail_name": "Shop\r\nBcc: x@y.example"},
        {"mail_name": "x" * 81},
    ],
)
def test_a_senders_name_and_address_are_checked(ctx, changes):
    with pytest.raises(Invalid) as refused:
        make_site(**changes)
    assert refused.value.fields.keys() == changes.keys()


def test_two_sites_cannot_share_an_address(ctx):
    make_site(mail_address="care@shop.example")
    with pytest.raises(Invalid):
        make_site("else", mail_address="care@shop.example")
