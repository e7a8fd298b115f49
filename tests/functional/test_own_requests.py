"""All of one's requests in the help centre, by a mailed link instead of a password."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
import time_machine

from app.customers.models import Account, Customer, PersonSession
from app.db import db
from app.events.actor import SYSTEM, customer_actor
from app.limits.services import forget_memory
from app.staff.models import Staff
from app.tickets.models import Message, Ticket
from app.tickets.services.replies import add_note, add_reply
from tests.factories.promises import promised
from tests.factories.surveys import ask, mails, solve, surveys
from tests.factories.tickets import NOW, later, opened, unit

pytestmark = pytest.mark.usefixtures("ctx")

LINK = re.compile(r"/help/sign-in/[\w-]+")
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
LIST = "/help/my-requests"


@pytest.fixture(autouse=True)
def clock():
    forget_memory()
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def tickets(staff):
    """Two of Nora's, one of somebody else."""
    return [
        opened(subject="Invoices are empty"),
        opened(subject="Second question"),
        opened(subject="Somebody else's", requester_email="otto@studio.example"),
    ]


def link_to(address):
    [mail] = [each for each in mails() if LINK.search(each.text_body)][-1:]
    assert mail.to_address == address
    return LINK.search(mail.text_body).group()


def post(client, path, drawn_by, /, **fields):
    token = TOKEN.search(client.get(drawn_by).text).group(1)
    return client.post(path, data={"csrf_token": token} | fields)


def sign_in(client, address="nora@studio.example"):
    client.post(LIST, data={"email": address})
    path = link_to(address)
    return post(client, path, path)


def fresh(ticket):
    db.session.rollback()
    return db.session.get(Ticket, ticket.id, populate_existing=True)


def test_a_mailed_link_and_a_button_open_the_list(client, tickets):
    assert "You need no password" in client.get(LIST).text
    asked = client.post(LIST, data={"email": " Nora@Studio.example "})
    assert "Please look into your mail" in asked.text
    path = link_to("nora@studio.example")
    assert "See my requests" in client.get(path).text
    assert "You need no password" in client.get(LIST).text  # looking signs nobody in
    assert post(client, path, path).location.endswith(LIST)
    text = client.get(LIST).text
    assert "Invoices are empty" in text
    assert "Second question" in text
    assert "Somebody else" not in text
    customer = db.session.scalars(db.select(Customer)).one()
    assert (customer.email, customer.email_verified) == ("nora@studio.example", True)


def test_the_answer_does_not_say_who_has_requests(client, tickets):
    before = len(mails())
    known = client.post(LIST, data={"email": "nora@studio.example"})
    sent = len(mails())
    unknown = client.post(LIST, data={"email": "nobody@studio.example"})
    assert (sent, len(mails())) == (before + 1, before + 1)
    assert known.text.replace("nora", "nobody") == unknown.text


def test_a_link_works_once_and_for_half_an_hour(client, tickets, clock, app):
    client.post(LIST, data={"email": "nora@studio.example"})
    path = link_to("nora@studio.example")
    page = client.get(path).text
    token = TOKEN.search(page).group(1)
    assert client.post(path, data={"csrf_token": token}).status_code == 303
    assert client.post(path, data={"csrf_token": token}).status_code == 404
    client.post(LIST, data={"email": "nora@studio.example"})
    path = link_to("nora@studio.example")
    clock.shift(timedelta(minutes=30))
    assert client.get(path).status_code == 404
    assert client.get("/help/sign-in/unknown").status_code == 404


def test_nobody_gets_a_flood_of_links(client, tickets):
    for _ in range(3):
        assert client.post(LIST, data={"email": "nora@studio.example"}).status_code == 200
    assert client.post(LIST, data={"email": "nora@studio.example"}).status_code == 429
    assert client.post(LIST, data={"email": "not an address"}).status_code == 422


def test_only_with_a_session_and_only_ones_own(client, tickets, app):
    assert client.get(f"{LIST}/1").location.endswith(LIST)
    sign_in(client)
    assert client.get(f"{LIST}/1").status_code == 200
    assert client.get(f"{LIST}/3").status_code == 404
    for act in ("", "/not-yet", "/solved", "/rating"):
        assert post(client, f"{LIST}/3{act}", LIST, body="x").status_code == 404
    assert client.post(f"{LIST}/1/solved").status_code == 400  # without the form's token


def test_signing_out_ends_the_session(client, tickets):
    sign_in(client)
    assert post(client, "/help/sign-out", LIST).location.endswith(LIST)
    assert "You need no password" in client.get(LIST).text
    assert db.session.scalars(db.select(PersonSession)).all() == []


def test_a_session_ends_by_itself(client, tickets, clock):
    sign_in(client)
    clock.shift(timedelta(hours=2, minutes=1))
    assert "You need no password" in client.get(LIST).text


def test_states_promises_and_new_answers(client, tickets, staff, clock):
    sign_in(client)
    with unit():
        author = db.session.get_one(Staff, staff.id)
        found = db.session.get_one(Ticket, tickets[0].id)
        add_reply(found, author=author, body="Done?", next_state="waiting_customer", now=later(1))
        add_note(found, author=author, body="Secret note", now=later(2))
    promised(tickets[0])
    promised(tickets[1], due_at=NOW + timedelta(days=5), customer_visible=False)
    text = client.get(LIST).text
    assert "Waiting for your answer" in text
    assert "1 new" in text
    assert "Promised by March 3, 2026" in text
    assert "March 7" not in text
    clock.move_to(later(5))
    shown = client.get(f"{LIST}/1").text
    assert "Done?" in shown
    assert "Secret note" not in shown
    assert "1 new" not in client.get(LIST).text


def test_writing_with_a_file_solving_and_opening_again(client, tickets, staff):
    sign_in(client)
    page = f"{LIST}/1"
    answer = post(client, page, page, body="More", files=(io.BytesIO(b"log"), "log.txt"))
    assert re.search(rf"{page}#message-\d+$", answer.location)
    text = client.get(page).text
    assert "log.txt" in text
    file = re.search(rf'href="({page}/files/[\w-]+)"', text).group(1)
    assert client.get(file).data == b"log"
    post(client, f"{page}/solved", page)
    assert fresh(tickets[0]).state == "solved"
    post(client, page, page, body="It is back")
    assert fresh(tickets[0]).state == "open"
    assert post(client, page, page, body=" ").status_code == 422


def test_rating(client, tickets, staff, clock):
    solve(tickets[0], staff, now=NOW)
    asked_at = NOW + timedelta(days=1)
    clock.move_to(asked_at)
    ask(asked_at)
    sign_in(client)
    page = f"{LIST}/1"
    code = re.search(r'name="page"[^>]*value="([^"]+)"', client.get(page).text).group(1)
    clock.shift(30)
    post(client, f"{page}/rating", page, page=code, score="5")
    assert (surveys()[0].score, surveys()[0].channel) == (5, "help")


@pytest.fixture
def studio(staff):
    """An organisation of two, and the request of one of them."""
    with unit():
        account = Account(name="Kiln House", shares_requests=True)
        nora = Customer(
            name="Nora Quist", email="nora@studio.example", email_verified=True, account=account
        )
        mira = Customer(
            name="Mira Holt", email="mira@studio.example", email_verified=True, account=account
        )
        stranger = Customer(name="Stranger", email="s@other.example", email_verified=True)
        db.session.add_all([nora, mira, stranger])
        db.session.flush()
        keys = nora.id, mira.id, stranger.id, account.id
    for key, subject in zip(keys, ("Of Nora", "Of Mira", "Of a stranger"), strict=False):
        opened(
            subject=subject,
            customer_id=key,
            actor=customer_actor(key),
            requester_name="",
            requester_email="",
        )
    return keys


def test_colleagues_see_each_other_where_their_account_allows(client, studio):
    sign_in(client)
    text = client.get(LIST).text
    assert "Of Nora" in text
    assert "Of Mira" in text
    assert "Asked by Mira Holt" in text
    assert "Of a stranger" not in text
    page = f"{LIST}/2"
    shown = client.get(page).text
    assert "Asked by Mira Holt" in shown
    assert "It is solved, thanks" not in shown
    assert post(client, f"{page}/solved", page).status_code == 404
    post(client, page, page, body="I see it too")
    [message] = db.session.scalars(db.select(Message).filter_by(body="I see it too")).all()
    assert message.author_name == "Nora Quist"
    with unit():
        db.session.get_one(Account, studio[3]).shares_requests = False
    assert "Of Mira" not in client.get(LIST).text
    assert client.get(page).status_code == 404


def test_staff_say_whether_an_account_shares(staff_client, studio):
    from tests.factories.forms import post_form

    form = {"name": "Kiln House", "currency": "EUR"}
    post_form(staff_client, f"/portal/accounts/{studio[3]}", form)
    db.session.rollback()
    assert db.session.get(Account, studio[3], populate_existing=True).shares_requests is False
    post_form(staff_client, f"/portal/accounts/{studio[3]}", form | {"shares_requests": "y"})
    db.session.rollback()
    assert db.session.get(Account, studio[3], populate_existing=True).shares_requests is True


def test_the_list_costs_the_same_for_many(client, tickets):
    from sqlalchemy import event

    sign_in(client)
    asked = []

    def count(*_args):
        asked.append(1)

    def statements():
        asked.clear()
        event.listen(db.engine, "before_cursor_execute", count)
        try:
            client.get(LIST)
        finally:
            event.remove(db.engine, "before_cursor_execute", count)
        return len(asked)

    before = statements()
    for number in range(8):
        promised(opened(subject=f"More {number}"), actor=SYSTEM)
    assert statements() == before
