"""Opening a ticket: what is stored, recorded and mailed, and what cannot stop it."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import select

from app.customers.models import Customer
from app.db import db
from app.errors import Invalid
from app.events.actor import Actor, ActorKind, customer_actor, staff_actor, visitor_actor
from app.files.models import Attachment
from app.notifications import rendering
from app.notifications.models import OutgoingMail
from app.tickets.models import Message, Ticket
from tests.factories.tickets import NOW, kinds, later, opened, unit

pytestmark = pytest.mark.usefixtures("ctx")


def test_a_ticket_comes_with_message_event_and_confirmation():
    ticket = opened(context={"page": "/invoices"}, locale="de", help_session_id=7)

    stored = db.session.scalar(select(Ticket))
    assert (stored.number, stored.state, stored.priority) == (1, "new", "normal")
    assert stored.context == {"page": "/invoices"}
    message = db.session.scalar(select(Message))
    assert (message.ticket_id, message.author_kind, message.author_name, message.body) == (
        ticket.id,
        "visitor",
        "Nora Quist",
        "Since Monday every PDF is blank.",
    )
    assert kinds() == ["ticket:opened", "ticket:message_added"]
    assert db.session.scalar(select(OutgoingMail)).to_address == "nora@studio.example"


def test_numbers_run_in_sequence():
    assert [opened().number for _ in range(3)] == [1, 2, 3]


def test_tickets_opened_at_the_same_moment_get_different_numbers(app):
    errors = []

    def work():
        try:
            with app.app_context():
                for _ in range(5):
                    opened(requester_email="")
                db.session.remove()
        except Exception as error:  # reported by the assertion below
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert errors == []
    numbers = sorted(db.session.scalars(select(Ticket.number)))
    assert numbers == list(range(1, 21))


def test_a_refused_ticket_leaves_no_hole():
    opened()
    with pytest.raises(Invalid):
        opened(subject="  ")
    assert opened().number == 2


@pytest.mark.parametrize(
    ("field", "value", "reported"),
    [
        ("subject", "", "subject"),
        ("subject", "x" * 201, "subject"),
        ("body", " \n\t", "body"),
        ("body", "x" * 50_001, "body"),
        ("requester_name", "n" * 121, "name"),
        ("requester_email", "nora", "email"),
        ("requester_email", "a@b", "email"),
        ("requester_email", "x" * 250 + "@a.example", "email"),
        ("requester_email", 'a"b@c.example', "email"),
        ("priority", "asap", "priority"),
    ],
)
def test_what_cannot_be_accepted_is_named(field, value, reported):
    with pytest.raises(Invalid) as refused:
        opened(**{field: value})
    assert list(refused.value.fields) == [reported]
    assert db.session.scalar(select(Ticket)) is None


def test_control_characters_never_reach_a_line():
    ticket = opened(
        subject="Empty\r\nBcc: all@victim.example\x00 PDF", requester_name="Nora\u2028\r\nX: y"
    )
    assert ticket.subject == "Empty Bcc: all@victim.example PDF"
    assert ticket.requester_name == "Nora X: y"


def test_an_address_with_a_line_break_is_joined_and_refused():
    with pytest.raises(Invalid):
        opened(requester_email="a@b.example\r\nBcc: c@d.example")


def test_an_identified_customer_lends_name_and_address():
    with unit():
        customer = Customer(name="Nora Quist", email="nora@studio.example", email_verified=True)
        db.session.add(customer)
    ticket = opened(
        customer_id=customer.id,
        actor=customer_actor(customer.id),
        requester_name="",
        requester_email="",
    )
    assert (ticket.requester_name, ticket.requester_email) == ("Nora Quist", "nora@studio.example")
    assert ticket.requester_verified


def test_an_address_typed_by_a_known_customer_is_still_only_a_claim():
    with unit():
        customer = Customer(name="Nora", email="nora@studio.example", email_verified=True)
        db.session.add(customer)
    ticket = opened(customer_id=customer.id, requester_email="else@where.example")
    assert not ticket.requester_verified


def test_staff_open_a_ticket_as_theirs_and_open(staff):
    ticket = opened(actor=staff_actor(staff.id), channel="staff")
    assert (ticket.state, ticket.assignee_id) == ("open", staff.id)
    message = db.session.scalar(select(Message))
    assert (message.author_kind, message.author_name) == ("staff", "Ada Lind")
    assert ticket.last_customer_message_at is None


def upload(key, owner):
    return Attachment(
        key=key,
        owner_key=owner,
        filename="shot.png",
        media_type="image/png",
        size_bytes=1,
        sha256="0",
        storage_name=key,
    )


def test_only_the_senders_own_uploads_go_along():
    with unit():
        db.session.add_all([upload("mine", "session:5"), upload("foreign", "session:6")])
    opened(attachment_keys=["mine", "foreign"], attachment_owner="session:5")
    tied = {file.key: file.message_id for file in db.session.scalars(select(Attachment))}
    assert tied["mine"] is not None
    assert tied["foreign"] is None


def test_mail_trouble_does_not_cost_the_ticket(monkeypatch, caplog):
    monkeypatch.setattr(rendering, "APP", rendering.APP / "nowhere")
    rendering._environment.cache_clear()
    try:
        ticket = opened(locale="xx")
    finally:
        rendering._environment.cache_clear()
    assert db.session.scalar(select(Ticket.number)) == ticket.number
    assert db.session.scalar(select(OutgoingMail)) is None
    assert "no mail for ticket" in caplog.text


def test_a_confirmation_holds_no_word_of_the_requester():
    opened(
        subject="Buy cheap pills",
        body="Visit https://evil.example now",
        requester_name="Evil Corp",
        requester_email="victim@else.example",
    )
    mail = db.session.scalar(select(OutgoingMail))
    everything = mail.subject + mail.text_body + mail.html_body
    for word in ("pills", "evil", "Evil Corp"):
        assert word not in everything
    assert "/help/requests/" in mail.text_body


def test_an_unverified_address_gets_three_mails_a_day_and_no_more():
    for minute in range(6):
        opened(requester_email="victim@else.example", now=later(minute))
    opened(requester_email="other@else.example", now=later(7))
    opened(requester_email="victim@else.example", now=later(60 * 25))

    sent = [mail.to_address for mail in db.session.scalars(select(OutgoingMail))]
    assert sent.count("victim@else.example") == 4
    assert sent.count("other@else.example") == 1
    assert db.session.query(Ticket).count() == 8


def test_a_vouched_address_is_not_limited():
    for minute in range(5):
        opened(
            actor=Actor(ActorKind.API, 1), channel="api", requester_verified=True, now=later(minute)
        )
    assert len(db.session.scalars(select(OutgoingMail)).all()) == 5


def test_the_confirmation_speaks_the_requesters_language_or_english():
    opened(locale="xx", actor=visitor_actor(), now=NOW)
    assert db.session.scalar(select(OutgoingMail)).subject == "We have your request 1"
