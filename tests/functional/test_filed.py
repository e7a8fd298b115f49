"""Where a ticket belongs and whose account it is, beside its conversation."""

from __future__ import annotations

import pytest

from app.customers.models import Account, Customer
from app.db import db
from app.events.actor import customer_actor
from app.staff.models import Team
from tests.factories.forms import post_form
from tests.factories.tickets import later, opened, unit


@pytest.fixture(autouse=True)
def tickets(ctx):
    with unit():
        studio = Account(name="Studio Nord", plan="Studio", annual_value_cents=64_000)
        db.session.add(studio)
        db.session.flush()
        nora = Customer(name="Nora", account_id=studio.id)
        ben = Customer(name="Ben", account_id=studio.id)
        db.session.add_all([nora, ben, Team(name="Billing")])
    for person, subject in ((nora, "Mine"), (ben, "Theirs")):
        by = customer_actor(person.id)
        opened(subject=subject, actor=by, customer_id=person.id, now=later(1))
    opened(subject="A visitor's")


def about(client, number):
    return client.get(f"/portal/tickets/{number}/about").text


def change(client, act, **fields):
    post_form(client, "/portal/inbox/change", {"act": act, "ticket": "1:1"} | fields)


def test_tags_team_and_watchers_stand_beside_the_ticket(staff_client):
    page = about(staff_client, 1)
    assert page.count(">none<") == 4
    assert "act=watch&amp;ticket=1:1" in page
    change(staff_client, "tag", add="refund")
    change(staff_client, "watch")
    change(staff_client, "team", team="1")
    page = about(staff_client, 1)
    assert '<a class="tag" href="/portal/inbox?tag=refund">refund</a>' in page
    assert ">Billing<" in page
    assert "act=unwatch&amp;ticket=1:2" in page
    assert "Ada Lind" in page
    assert ">none<" in about(staff_client, 2), "another ticket is none of it"


def test_a_snoozed_ticket_is_brought_back_from_its_side(staff_client):
    change(staff_client, "snooze", snooze="week")
    page = about(staff_client, 1)
    assert "act=wake&amp;ticket=1:2" in page
    post_form(staff_client, "/portal/inbox/change", {"act": "wake", "ticket": "1:2"})
    assert "act=wake" not in about(staff_client, 1)
    assert "1 ticket: back in the lists" in staff_client.get("/portal/inbox/change/2").text


def test_the_account_and_what_its_people_wait_for(staff_client):
    page = about(staff_client, 1)
    assert "Studio Nord" in page
    assert "€640" in page
    assert 'href="/portal/inbox?account=1">2 tickets<' in page
    assert "<bdi>Theirs</bdi>" in page
    assert "One colleague" in page
    assert "Studio Nord" not in about(staff_client, 3)
