"""Promises by HTTP: made with an answer or beside it, moved, kept, broken, read by the customer."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from app.clock import utc_now
from app.db import db
from app.events.actor import staff_actor
from app.promises.models import Promise
from app.promises.services.passing import break_due_promises
from app.tickets.models import Message, Ticket
from app.tickets.services.links import create_request_link
from app.tickets.services.properties import assign_ticket
from app.tickets.services.replies import add_reply
from tests.factories.forms import post_form
from tests.factories.promises import promised
from tests.factories.tickets import NOW, kinds, later, opened, unit

pytestmark = pytest.mark.usefixtures("ctx")

HTMX = {"HX-Request": "true"}
MARK = "Promise broken</span>"
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def clock():
    """Stand at NOW, a Monday at nine."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def ticket(ctx):
    return opened(subject="Invoices are empty")


@pytest.fixture
def sent(staff_client, ticket):
    """Return a sender of answers: ``sent(promise_due="friday")``."""

    def send(**fields):
        values = {"kind": "reply", "body": "We look into it.", "promise_visible": "y"} | fields
        return post_form(staff_client, f"/portal/tickets/{ticket.number}/messages", values)

    return send


def promises():
    db.session.rollback()
    found = select(Promise).order_by(Promise.id).execution_options(populate_existing=True)
    return list(db.session.scalars(found))


def act(client, ticket, name, promise, **fields):
    path = f"/portal/tickets/{ticket.number}/promises/{promise.id}/{name}"
    return post_form(client, path, {"sequence": str(promise.sequence)} | fields)


def about(client, ticket):
    return client.get(f"/portal/tickets/{ticket.number}/about").text


def request_page(client, ticket):
    with unit():
        token = create_request_link(db.session.get(Ticket, ticket.id), now=utc_now())
    return client.get(f"/help/requests/{token}").text


def words(text):
    return " ".join(re.sub(r"<[^>]+>", "", text).split())


def test_an_answer_promises_and_the_customer_reads_it(sent, staff, staff_client, ticket):
    assert sent(promise_text="Send the invoice", promise_due="friday").status_code == 303
    (promise,) = promises()
    message = db.session.scalar(select(Message).where(Message.staff_id == staff.id))
    assert (promise.text, promise.owner_id, promise.message_id) == (
        "Send the invoice", staff.id, message.id,
    )  # fmt: skip
    assert promise.due_at.isoformat() == "2026-03-06T17:00:00+00:00"
    page = words(request_page(staff_client, ticket))
    assert "We promised: Send the invoice by Fri, Mar 6, 17:00" in page


def test_a_date_alone_promises_an_answer_in_the_customers_language(staff_client):
    german = opened(subject="Rechnung", locale="de")
    fields = {"kind": "reply", "body": "Wir schauen.", "promise_due": "tomorrow"}
    post_form(staff_client, f"/portal/tickets/{german.number}/messages", fields)
    assert [promise.text for promise in promises()] == ["Eine Antwort"]


def test_a_note_can_promise_what_was_said_on_the_phone(sent):
    assert sent(kind="note", promise_text="Call back", promise_due="today").status_code == 303
    assert [promise.text for promise in promises()] == ["Call back"]
    assert kinds()[-2:] == ["ticket:note_added", "ticket:promise_made"]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"promise_text": "Send it", "promise_due": ""}, "By when? Please choose"),
        ({"promise_text": "Send it", "promise_due": "at", "promise_at": "2026-03-01T10:00"},
         "That has passed already."),
        ({"promise_text": "x" * 301, "promise_due": "friday"}, "Please use at most 300"),
    ],
)  # fmt: skip
def test_what_cannot_be_promised_sends_nothing_and_loses_nothing(sent, ticket, fields, said):
    before = kinds()
    answer = sent(**fields)
    assert answer.status_code == 422
    assert said in answer.text
    assert "We look into it." in answer.text
    assert fields["promise_text"] in answer.text
    assert (promises(), kinds()) == ([], before)


def test_without_a_wish_nothing_is_promised(sent):
    # The time was typed, then "Nothing" was chosen.
    assert sent(promise_due="", promise_at="2026-03-05T10:00").status_code == 303
    assert promises() == []


def test_an_answer_keeps_what_was_promised(sent, ticket):
    first, other = promised(ticket), promised(ticket, text="Call")
    elsewhere = promised(opened(), text="Elsewhere")
    assert sent(keeps=[str(first.id)]).status_code == 303
    assert [promise.state for promise in promises()] == ["kept", "open", "open"]
    assert promises()[0].kept_message_id is not None
    assert sent(keeps=[str(elsewhere.id)]).status_code == 404
    assert promises()[2].state == "open"
    assert promises()[1].id == other.id


def test_kept_with_one_click_and_again_owed_when_that_was_a_mistake(staff_client, ticket):
    promise = promised(ticket)
    beside = about(staff_client, ticket)
    assert "Refund the second charge" in beside
    assert act(staff_client, ticket, "keep", promise).status_code == 303
    assert [each.state for each in promises()] == ["kept"]
    assert act(staff_client, ticket, "reopen", promises()[0]).status_code == 303
    assert [each.state for each in promises()] == ["open"]


def test_an_answer_sent_in_time_counts_when_the_click_comes_late(
    staff_client, staff, ticket, clock
):
    promise = promised(ticket, due_at=NOW + timedelta(hours=2))
    with unit():
        reply = add_reply(
            db.session.get(Ticket, ticket.id), author=staff, body="Here.", now=later(30)
        )
    clock.move_to(NOW + timedelta(hours=4))
    with unit():
        break_due_promises(now=utc_now())
    assert "Kept by our answer" in about(staff_client, ticket)
    act(staff_client, ticket, "keep", promises()[0], reply=str(reply.id))
    (kept,) = promises()
    assert (kept.state, kept.kept_at, kept.kept_message_id) == ("kept", later(30), reply.id)
    assert promise.id == kept.id


def test_moved_with_a_reason_and_the_customer_reads_kind_words(staff_client, ticket):
    promise = promised(ticket)
    refused = act(staff_client, ticket, "move", promise, promise_due="friday", reason="")
    assert refused.status_code == 422
    assert "Please say why it needs another date." in refused.text
    moved = act(staff_client, ticket, "move", promise, promise_due="friday", reason="Bank is slow")
    assert moved.status_code == 303
    beside = about(staff_client, ticket)
    assert "Moved once" in beside
    assert "Bank is slow" in beside
    page = words(request_page(staff_client, ticket))
    assert "It takes us longer than we thought: now by Fri, Mar 6, 17:00" in page
    assert "Bank is slow" not in page


def test_broken_is_seen_in_the_list_and_told_honestly(staff_client, ticket, clock):
    opened(subject="Noise")
    promised(ticket, due_at=NOW + timedelta(hours=2))
    promised(opened(subject="Next month"), due_at=NOW + 30 * DAY)

    def found(facet):
        text = staff_client.get(f"/portal/inbox?promise={facet}").text
        return re.findall(r'id="ticket-row-(\d+)"', text)

    assert (found("due"), found("broken"), len(found("any"))) == (["1"], [], 2)
    assert MARK not in staff_client.get("/portal/tickets/1").text + about(staff_client, ticket)
    clock.move_to(NOW + timedelta(hours=4))
    with unit():
        break_due_promises(now=utc_now())
    assert (found("due"), found("broken"), len(found("any"))) == ([], ["1"], 2)
    assert MARK in staff_client.get("/portal/tickets/1").text
    assert staff_client.get("/portal/inbox").text.count(MARK) == 1
    assert "We are late, and we are sorry." in words(request_page(staff_client, ticket))


def test_the_list_is_drawn_anew_when_a_promise_breaks(staff_client, ticket, clock):
    promised(ticket, due_at=NOW + timedelta(hours=2))
    page = staff_client.get("/portal/inbox").text
    mark = re.search(r'id="rows-seen" name="seen" value="(\w+)"', page)[1]
    assert staff_client.get(f"/portal/inbox/rows?seen={mark}", headers=HTMX).status_code == 204
    clock.move_to(NOW + timedelta(hours=3))
    assert (
        "Promise broken" in staff_client.get(f"/portal/inbox/rows?seen={mark}", headers=HTMX).text
    )


def test_beside_the_conversation_a_promise_is_made_taken_back_and_handed_over(
    staff_client, ticket, make_staff
):
    bo = make_staff(name="Bo Berg")
    path = f"/portal/tickets/{ticket.number}/promises"
    refused = post_form(staff_client, path, {"promise_text": "Call", "promise_owner": ""})
    assert refused.status_code == 422
    assert "By when?" in refused.text
    assert 'value="Call"' in refused.text
    fields = {"promise_text": "Call", "promise_due": "at", "promise_at": "2026-03-05T12:30"}
    made = post_form(staff_client, path, fields | {"promise_owner": str(bo.id)}, headers=HTMX)
    assert made.status_code == 200
    assert "Promised. Whoever keeps it is reminded in time." in made.text
    (promise,) = promises()
    assert (promise.owner_id, promise.customer_visible) == (bo.id, False)
    assert promise.due_at.isoformat() == "2026-03-05T12:30:00+00:00"
    given = act(staff_client, ticket, "give", promise, promise_owner="")
    assert given.status_code == 303
    assert promises()[0].owner_id is None
    act(staff_client, ticket, "withdraw", promises()[0], reason="Asked for by mistake")
    assert "Asked for by mistake" in about(staff_client, ticket)
    assert "Call" not in request_page(staff_client, ticket)


def test_a_colleague_is_never_overwritten(staff_client, ticket):
    promise = promised(ticket)
    act(staff_client, ticket, "move", promise, promise_due="friday", reason="Bank is slow")
    stale = act(staff_client, ticket, "keep", promise)
    assert stale.status_code == 409
    assert "Somebody changed this promise in the meantime." in stale.text
    assert promises()[0].state == "moved"


def test_another_tickets_promise_is_not_found(staff_client, ticket):
    promise = promised(opened())
    assert act(staff_client, ticket, "keep", promise).status_code == 404


def test_promises_are_for_staff(client, ticket):
    promise = promised(ticket)
    path = f"/portal/tickets/{ticket.number}/promises/{promise.id}/keep"
    assert client.post(path, data={"sequence": "0"}).status_code == 400  # no session, no token
    assert promises()[0].state == "open"


def test_giving_a_ticket_away_asks_what_becomes_of_its_promises(
    staff_client, staff, make_staff, ticket
):
    bo = make_staff(name="Bo Berg")
    with unit():
        assign_ticket(
            db.session.get(Ticket, ticket.id), assignee_id=staff.id,
            actor=staff_actor(staff.id), now=NOW,
        )  # fmt: skip
    promised(ticket, owner_id=staff.id)
    promised(ticket, text="By the team")
    fields = {"assignee": str(bo.id), "version": "2"}
    path = f"/portal/tickets/{ticket.number}/assignee"
    asked = post_form(staff_client, path, fields, headers=HTMX)
    assert "Ada Lind has 1 promise here. Who keeps it?" in words(asked.text)
    assert [promise.owner_id for promise in promises()] == [staff.id, None]
    path = f"/portal/tickets/{ticket.number}/promises/hand-over"
    answer = post_form(staff_client, path, {"former": str(staff.id), "promise_owner": str(bo.id)})
    assert answer.status_code == 303
    assert [promise.owner_id for promise in promises()] == [bo.id, None]
