"""Opening tickets for customers, customers and accounts, files, palette, mail: by HTTP."""

from __future__ import annotations

import io
import re

import pytest
from sqlalchemy import select

from app.customers.models import Account, Customer
from app.db import db
from app.events.actor import visitor_actor
from app.files.models import Attachment
from app.files.services import store_upload
from app.notifications.models import OutgoingMail
from app.tickets.models import Message, Ticket
from app.tickets.services.replies import add_customer_message, add_note, add_reply
from tests.factories.forms import post_form
from tests.factories.tickets import NOW, kinds, later, opened, unit

pytestmark = pytest.mark.usefixtures("ctx")

HTMX = {"HX-Request": "true"}
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)


def only(model):
    db.session.rollback()
    return db.session.scalars(select(model)).one()


def test_staff_open_a_ticket_for_somebody_new(staff_client, staff):
    response = post_form(
        staff_client,
        "/portal/tickets",
        {
            "requester_name": "Nora Quist",
            "requester_email": "Nora@Studio.example",
            "subject": "Phone call",
            "body": "We talked about invoices.",
            "priority": "high",
        },
    )
    assert response.status_code == 303
    assert response.headers["Location"].endswith("/portal/tickets/1")
    ticket, customer = only(Ticket), only(Customer)
    assert (ticket.state, ticket.assignee_id, ticket.priority) == ("open", staff.id, "high")
    assert (ticket.customer_id, ticket.requester_verified) == (customer.id, True)
    assert customer.email == "nora@studio.example"
    assert "customer:identified" in kinds()
    assert only(OutgoingMail).to_address == "nora@studio.example"


def test_staff_open_a_ticket_for_somebody_known(staff_client):
    with unit():
        db.session.add_all([Customer(name="Other"), Customer(name="Nora", email="n@s.example")])
    chosen = db.session.scalar(select(Customer.id).where(Customer.name == "Nora"))
    page = staff_client.get(f"/portal/tickets/new?customer={chosen}").text
    assert 'value="n@s.example"' in page
    found = staff_client.get("/portal/tickets/customers?requester_name=nor", headers=HTMX).text
    assert "n@s.example" in found
    assert "Other" not in found
    post_form(
        staff_client,
        "/portal/tickets",
        {
            "customer_id": chosen,
            "requester_name": "Nora",
            "requester_email": "n@s.example",
            "subject": "S",
            "body": "B",
            "priority": "normal",
        },
    )
    assert only(Ticket).customer_id == chosen
    assert db.session.query(Customer).count() == 2


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"subject": ""}, "Please say what it is about."),
        ({"body": " "}, "Please write something."),
        ({"requester_email": "nope"}, "This is not a mail address."),
        ({"priority": "asap"}, "Please check what you entered."),
    ],
)
def test_a_new_ticket_that_cannot_be_keeps_what_was_typed(staff_client, change, words):
    data = {"subject": "A subject", "body": "A body", "priority": "normal"} | change
    response = post_form(staff_client, "/portal/tickets", data)
    assert response.status_code == 422
    assert words in response.text
    db.session.rollback()
    assert db.session.query(Ticket).count() == 0


def test_accounts_are_added_changed_and_given_people(staff_client):
    response = post_form(
        staff_client,
        "/portal/accounts",
        {"name": "Tide Pilates", "plan": "House", "yearly_value": "1610.50", "currency": "EUR"},
    )
    account = only(Account)
    assert response.headers["Location"].endswith(f"/portal/accounts/{account.id}")
    assert account.annual_value_cents == 161050
    with unit():
        db.session.add(Customer(name="Charlotte", email="c@t.example"))
    customer = only(Customer)
    path = f"/portal/customers/{customer.id}/account"
    post_form(staff_client, path, {"account": account.id})
    assert only(Customer).account_id == account.id
    opened(customer_id=customer.id, subject="Of Charlotte")
    opened(subject="Of somebody else")
    text = staff_client.get(f"/portal/accounts/{account.id}").text
    assert "Charlotte" in text
    assert "€1,610.50" in text
    assert "Of Charlotte" in text
    assert "Of somebody else" not in text
    before = kinds()
    edit = {"name": "Tide Pilates", "plan": "Studio", "yearly_value": "1610.5", "currency": "EUR"}
    post_form(staff_client, f"/portal/accounts/{account.id}", edit)
    post_form(staff_client, f"/portal/accounts/{account.id}", edit)
    assert kinds()[len(before) :] == ["account:changed"]
    assert post_form(staff_client, "/portal/accounts", {"name": ""}).status_code == 422
    assert post_form(staff_client, path, {"account": 99}).status_code == 404


def test_customers_and_accounts_are_found_by_what_they_are_called(staff_client):
    with unit():
        account = Account(name="Harbour Yoga", plan="Solo")
        db.session.add_all([account, Account(name="100% Clay", plan="House")])
        db.session.flush()
        db.session.add_all(
            [
                Customer(name="Moira", email="m@one.example", account_id=account.id),
                Customer(name="Zed", email="z@two.example"),
            ]
        )
    for text, there, absent in [("moi", "Moira", "Zed"), ("harbour", "Moira", "Zed")]:
        page = staff_client.get(f"/portal/customers?q={text}").text
        assert there in page
        assert absent not in page
    page = staff_client.get("/portal/accounts?q=%25").text
    assert "100% Clay" in page
    assert "Harbour" not in page
    assert "Nobody found" in staff_client.get("/portal/customers?q=nobody").text
    for path in ("/portal/customers/99", "/portal/accounts/99", "/portal/accounts/99/edit"):
        assert staff_client.get(path).status_code == 404


def test_the_palette_finds_pages_tickets_and_customers(staff_client):
    opened(subject="Clay billed twice")
    opened(subject="Something else")
    with unit():
        db.session.add_all([Customer(name="Clay Person"), Customer(name="Other")])
    text = staff_client.get("/portal/palette?q=clay", headers=HTMX).text
    assert "Clay billed twice" in text
    assert "Clay Person" in text
    assert "Something else" not in text
    assert "<html" not in text
    assert "Inbox" in staff_client.get("/portal/palette?q=inb", headers=HTMX).text
    assert "<html" in staff_client.get("/portal/palette?q=clay").text


def test_the_outbox_shows_each_mail_and_its_link(staff_client):
    opened()
    page = staff_client.get("/portal/mail").text
    assert "nora@studio.example" in page
    assert "Mail is not sent" in page
    assert "No mail yet" in staff_client.get("/portal/mail?state=dead").text
    mail = staff_client.get(f"/portal/mail/{only(OutgoingMail).id}").text
    assert re.search(r'<a href="http://localhost/help/requests/[\w-]+"', mail)
    assert staff_client.get("/portal/mail/99").status_code == 404


def test_the_portal_begins_in_the_inbox_and_has_its_style_guide(staff_client):
    assert staff_client.get("/portal/").headers["Location"].endswith("/portal/inbox")
    assert staff_client.get("/portal/styleguide").status_code == 200


def upload(settings, owner="session:5", name="shot.png"):
    with unit():
        return store_upload(
            io.BytesIO(PNG),
            filename=name,
            owner_key=owner,
            files_dir=settings.files_dir,
            max_bytes=1_000_000,
            now=NOW,
        ).key


def test_a_file_is_given_out_through_its_ticket_only(client, staff_client, settings):
    key = upload(settings)
    opened(attachment_keys=[key], attachment_owner="session:5")
    opened(subject="Another")
    loose = upload(settings)
    response = staff_client.get(f"/portal/tickets/1/files/{key}")
    assert (response.status_code, response.mimetype) == (200, "image/png")
    assert response.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    for path in (f"2/files/{key}", f"1/files/{loose}", "1/files/nothing"):
        assert staff_client.get(f"/portal/tickets/{path}").status_code == 404
    stranger = client.application.test_client()
    assert stranger.get(f"/portal/tickets/1/files/{key}").status_code == 303


def test_an_answer_takes_its_files_along(staff_client, staff):
    opened()
    response = post_form(
        staff_client,
        "/portal/tickets/1/messages",
        {"kind": "reply", "body": "See this", "files": (io.BytesIO(PNG), "shot.png")},
        content_type="multipart/form-data",
    )
    assert response.status_code == 303
    file = only(Attachment)
    assert (file.filename, file.owner_key) == ("shot.png", f"staff:{staff.id}")
    assert "shot.png" in staff_client.get("/portal/tickets/1").text
    refused = post_form(
        staff_client,
        "/portal/tickets/1/messages",
        {"kind": "reply", "body": "And this", "files": (io.BytesIO(b""), "empty.png")},
        content_type="multipart/form-data",
    )
    assert refused.status_code == 422
    assert "And this</textarea>" in refused.text


HOSTILE = "\"><img src=x onerror=alert(1)><script>alert(2)</script>'{{7*7}}"


def test_nothing_a_customer_writes_becomes_markup(staff_client, staff):
    ticket = opened(
        subject=HOSTILE,
        body=HOSTILE + " javascript:alert(3)",
        requester_name=HOSTILE[:100],
        context={HOSTILE: HOSTILE, "fields": {HOSTILE: HOSTILE}},
    )
    with unit():
        add_customer_message(ticket, body=HOSTILE, actor=visitor_actor(), now=later(1))
        add_reply(ticket, author=staff, body=HOSTILE, now=later(2))
        add_note(ticket, author=staff, body="[x](javascript:alert(4))", now=later(3))
    for path in ("/portal/tickets/1", "/portal/inbox/rows", "/portal/palette?q=alert"):
        text = staff_client.get(path, headers=HTMX).text
        assert "<img src=x" not in text
        assert "<script>alert" not in text
        assert 'href="javascript:' not in text


def test_the_number_of_queries_does_not_grow_with_tickets_or_messages(
    staff_client, staff, count_queries
):
    ticket = opened(now=later(0))
    staff_client.get("/portal/tickets/1")
    few_rows = count_queries(lambda: staff_client.get("/portal/inbox"))
    few_messages = count_queries(lambda: staff_client.get("/portal/tickets/1/thread"))
    for minute in range(12):
        opened(requester_email=f"p{minute}@x.example", now=later(minute))
    with unit():
        for minute in range(15):
            add_note(ticket, author=staff, body=f"note {minute}", now=later(30 + minute))
    many_rows = count_queries(lambda: staff_client.get("/portal/inbox"))
    staff_client.get("/portal/tickets/1/thread")  # what was new is noted as read
    many_messages = count_queries(lambda: staff_client.get("/portal/tickets/1/thread"))
    assert many_rows == few_rows <= 12
    assert many_messages == few_messages <= 14
    assert db.session.query(Message).count() == 28
