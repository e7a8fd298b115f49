"""The inbox by HTTP: list, filters, polls, answers, properties, conflicts."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from app.db import db
from app.events.actor import staff_actor, visitor_actor
from app.tickets.models import Message, Ticket, TicketRead
from app.tickets.services.properties import assign_ticket, change_priority, change_state
from app.tickets.services.replies import add_customer_message, add_note, add_reply
from tests.conftest import sign_in
from tests.factories.forms import post_form
from tests.factories.tickets import kinds, later, opened, unit

pytestmark = pytest.mark.usefixtures("ctx")

HTMX = {"HX-Request": "true"}


def done_kinds():
    """Return what was done after the opening; that its time had passed is noted beside it."""
    return [kind for kind in kinds()[2:] if kind != "ticket:commitment_breached"]


def ticket_now(number=1):
    db.session.rollback()
    return db.session.scalar(select(Ticket).where(Ticket.number == number))


def messages(number=1):
    return list(
        db.session.scalars(
            select(Message).where(Message.ticket_id == ticket_now(number).id).order_by(Message.id)
        )
    )


def numbers(response):
    return [int(found) for found in re.findall(r'id="ticket-row-(\d+)"', response.text)]


def hidden(text, name, number=1):
    """Return the value that travels with the composer."""
    found = re.search(
        rf'<input type="hidden" name="{name}" value="(\d+)" form="composer-{number}"', text
    )
    return found.group(1)


def test_nobody_gets_in_without_signing_in(client):
    opened()
    for path in ("/portal/inbox", "/portal/tickets/1", "/portal/inbox/rows", "/portal/mail"):
        response = client.get(path)
        assert response.status_code == 303
        assert "/portal/sign-in" in response.headers["Location"]


def test_the_inbox_lists_unsolved_tickets_newest_first(staff_client, staff):
    opened(subject="First")
    opened(subject="Second", now=later(1))
    done = opened(subject="Done", now=later(2))
    with unit():
        change_state(
            done, state="solved", resolution="answer", actor=staff_actor(staff.id), now=later(3)
        )
    response = staff_client.get("/portal/inbox")
    assert numbers(response) == [2, 1]
    assert "Done" not in response.text


def test_a_line_previews_words_and_no_addresses(staff_client, staff):
    """An answer is often a link to an article; its title says more than its address."""
    with unit():
        ticket = opened()
        add_reply(
            ticket,
            author=db.session.merge(staff),
            body="See [Refund a client](http://help.example/help/articles/refund) [sic], please",
            now=later(1),
        )
    page = staff_client.get("/portal/inbox").text
    assert "See Refund a client [sic], please" in page


def test_a_page_has_one_first_heading_and_it_says_what_the_page_is_about(staff_client):
    """On a phone the list is not drawn beside a ticket: its heading cannot be the page's."""
    with unit():
        opened(subject="Cannot print")
    first_headings = re.compile(r"<h1[^>]*>(.*?)</h1>")
    assert first_headings.findall(staff_client.get("/portal/inbox").text) == ["Inbox"]
    ticket = staff_client.get("/portal/tickets/1").text
    assert first_headings.findall(ticket) == ["<bdi>Cannot print</bdi>"]


@pytest.fixture
def variety(staff, make_staff):
    """Six tickets that differ in state, assignee, subject and address."""
    ida = make_staff(name="Ida Berg")
    opened(subject="Card declined", requester_email="a@one.example")
    opened(subject="Logo blurry", requester_email="b@two.example", now=later(1))
    opened(subject="card reader", requester_email="ab@one.example", now=later(2))
    mine, hers, done = ticket_now(1), ticket_now(2), ticket_now(3)
    actor = staff_actor(staff.id)
    with unit():
        assign_ticket(mine, assignee_id=staff.id, actor=actor, now=later(10))
        assign_ticket(hers, assignee_id=ida.id, actor=actor, now=later(11))
        change_state(done, state="solved", resolution="answer", actor=actor, now=later(12))
    opened(subject="100% off_code", requester_email="c@three.example", now=later(13))
    waiting = ticket_now(4)
    with unit():
        change_state(waiting, state="waiting_customer", actor=actor, now=later(14))
    return {"ida": ida.id}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", [4, 2, 1]),
        ("sort=oldest", [1, 2, 4]),
        ("assignee=me", [1]),
        ("assignee=nobody", [4]),
        ("assignee=nobody&state=any", [4, 3]),
        ("state=any", [4, 3, 2, 1]),
        ("state=solved", [3]),
        ("state=waiting_customer", [4]),
        ("state=on_hold", []),
        ("q=CARD&state=any", [3, 1]),
        ("q=card", [1]),
        ("q=%25", []),
        ("q=off_co", [4]),
        ("q=100%25", [4]),
        ("q=2", [2]),
        ("q=%232", [2]),
        ("q=a@one", [1]),
        ("q=card+is:solved", [3]),
        ("q=card+is:any+-reader", [1]),
        ("q=assignee:ida", [2]),
        ("q=assignee:nobody+is:any", [4, 3]),
        ("q=from:b@two", [2]),
        ("q=assignee:nobody+before:2020-01-01", []),
        ("q=colour:red", []),
        ("site=99", []),
        # What makes no sense counts as not given.
        ("state=nonsense&sort=;drop&assignee=x&after=y&site=-1", [4, 2, 1]),
        ("q=%27%20OR%201=1--", []),
    ],
)
def test_filters_are_addresses(staff_client, variety, query, expected):
    assert numbers(staff_client.get(f"/portal/inbox?{query}")) == expected
    assert numbers(staff_client.get(f"/portal/inbox/rows?{query}", headers=HTMX)) == expected


def test_tickets_of_a_colleague_are_found_by_their_key(staff_client, variety):
    assert numbers(staff_client.get(f"/portal/inbox?assignee={variety['ida']}")) == [2]


def test_the_next_page_goes_on_where_the_first_ends(staff_client):
    for minute in range(28):
        opened(requester_email="", now=later(minute // 3))
    first = staff_client.get("/portal/inbox")
    further = re.search(r'href="(/portal/inbox\?after=[^"]+)"', first.text).group(1)
    second = staff_client.get(further)
    assert numbers(first) + numbers(second) == list(range(28, 0, -1))
    assert "after=" in second.text  # the poll asks for this very page


def test_an_unchanged_list_answers_its_poll_with_nothing(staff_client):
    ticket = opened()
    page = staff_client.get("/portal/inbox").text
    seen = re.search(r'id="rows-seen" name="seen" value="(\w+)"', page).group(1)
    same = staff_client.get(f"/portal/inbox/rows?seen={seen}", headers=HTMX)
    assert (same.status_code, same.data) == (204, b"")
    with unit():
        add_customer_message(ticket, body="Hello?", actor=visitor_actor(), now=later(4))
    changed = staff_client.get(f"/portal/inbox/rows?seen={seen}", headers=HTMX)
    assert changed.status_code == 200
    assert "Hello?" in changed.text


def test_a_ticket_shows_conversation_and_everything_beside_it(staff_client, staff):
    opened(subject="Earlier one", requester_email="nora@studio.example")
    opened(subject="Of somebody else", requester_email="x@else.example")
    ticket = opened(context={"page": "/invoices", "fields": {"plan": "Studio"}}, now=later(1))
    with unit():
        add_note(ticket, author=staff, body="A *note*", now=later(2))
        add_reply(ticket, author=staff, body="Try **this**", now=later(3))
    text = staff_client.get("/portal/tickets/3").text
    assert "Since Monday every PDF is blank." in text
    assert "Internal note" in text
    assert "<em>note</em>" in text
    assert "<strong>this</strong>" in text
    assert "Ada Lind: Open" in text
    assert 'href="/portal/tickets/3/about"' in text
    for headers in ({}, HTMX):
        side = staff_client.get("/portal/tickets/3/about", headers=headers).text
        assert ("<html" in side) is not bool(headers)
        assert "Claimed, not verified" in side
        assert "/invoices" in side
        assert "plan: Studio" in side
        assert "Earlier one" in side
        assert "Of somebody else" not in side


def test_opening_a_ticket_from_the_list_sends_the_ticket_alone(staff_client):
    opened(subject="First")
    opened(subject="Second", now=later(1))
    fragment = staff_client.get("/portal/tickets/1?assignee=nobody", headers=HTMX).text
    assert "<title>First (#1)" in fragment
    assert 'name="selected" value="1" form="inbox-filter"' in fragment
    assert 'id="composer-1"' in fragment
    assert "ticket-row" not in fragment
    # A whole page fetches the list afterwards, from where the ticket was chosen.
    page = staff_client.get("/portal/tickets/1?assignee=nobody").text
    assert 'hx-get="/portal/inbox/list?assignee=nobody"' in page
    listed = staff_client.get("/portal/inbox/list?assignee=nobody&selected=1", headers=HTMX)
    assert numbers(listed) == [2, 1]
    assert 'id="ticket-row-1" aria-current="true"' in listed.text
    assert 'id="ticket-row-2">' in listed.text


def test_the_rarer_filters_load_when_they_are_opened_or_are_a_page(staff_client):
    inbox = staff_client.get("/portal/inbox?sort=waiting&priority=high").text
    assert 'type="hidden" name="priority" value="high"' in inbox
    assert "Longest without hearing" not in inbox
    for headers in ({}, HTMX):
        response = staff_client.get(
            "/portal/inbox/filter?sort=waiting&priority=high", headers=headers
        )
        assert 'name="priority" value="high" checked' in response.text
        assert '<option value="waiting" selected>' in response.text
        assert ("<html" in response.text) is not bool(headers)


def test_a_ticket_that_is_not_there_is_not_found(staff_client):
    for path in ("/portal/tickets/9", "/portal/tickets/9/thread"):
        assert staff_client.get(path).status_code == 404


def test_opening_a_ticket_marks_it_read_for_the_viewer_alone(staff_client, make_staff):
    opened()
    assert "is-unread" in staff_client.get("/portal/inbox").text
    staff_client.get("/portal/tickets/1")
    assert "is-unread" not in staff_client.get("/portal/inbox").text
    other = staff_client.application.test_client()
    sign_in(other, make_staff(name="Ida Berg"))
    assert "is-unread" in other.get("/portal/inbox").text
    post_form(staff_client, "/portal/tickets/1/unread")
    assert "is-unread" in staff_client.get("/portal/inbox").text
    assert db.session.scalar(select(TicketRead)) is None


def test_an_answer_without_javascript_comes_back_to_the_ticket(staff_client):
    opened()
    response = post_form(
        staff_client,
        "/portal/tickets/1/messages?assignee=nobody",
        data={"kind": "reply", "body": "Hello Nora", "next": "waiting_customer"},
    )
    assert response.status_code == 303
    assert response.headers["Location"].endswith("/portal/tickets/1?assignee=nobody")
    assert ticket_now().state == "waiting_customer"
    assert done_kinds() == ["ticket:message_added", "ticket:state_changed"]


def test_an_answer_by_htmx_brings_an_empty_composer_and_all_that_changed(staff_client):
    opened()
    page = staff_client.get("/portal/tickets/1").text
    response = post_form(
        staff_client,
        "/portal/tickets/1/messages",
        data={
            "kind": "reply",
            "body": "Hello Nora",
            "version": hidden(page, "version"),
            "seen": hidden(page, "seen"),
        },
        headers=HTMX,
    )
    assert response.status_code == 200
    assert re.search(r"<textarea[^>]*></textarea>", response.text)
    assert "data-sent" in response.text
    assert "Hello Nora" in response.text
    assert '<hx-partial hx-target="#head-1"' in response.text
    assert "ticket-changed" in response.headers["HX-Trigger"]
    assert [message.body for message in messages()][-1] == "Hello Nora"


def test_a_note_stays_inside(staff_client):
    opened()
    post_form(staff_client, "/portal/tickets/1/messages", data={"kind": "note", "body": "psst"})
    assert (messages()[-1].kind, ticket_now().state) == ("note", "new")


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_an_empty_answer_is_refused_in_place(staff_client, headers):
    opened()
    response = post_form(
        staff_client,
        "/portal/tickets/1/messages",
        data={"kind": "reply", "body": " "},
        headers=headers,
    )
    assert response.status_code == 422
    assert "Please write something." in response.text
    assert len(messages()) == 1


@pytest.mark.parametrize("data", [{"next": "closed"}, {"next": "nonsense"}, {"kind": "bcc"}])
def test_an_answer_with_a_state_that_cannot_be_is_refused(staff_client, data):
    opened()
    response = post_form(
        staff_client, "/portal/tickets/1/messages", data={"kind": "reply", "body": "Hi"} | data
    )
    assert response.status_code == 422
    assert ">Hi</textarea>" in response.text
    assert len(messages()) == 1


def test_a_preview_sends_nothing(staff_client):
    opened()
    response = post_form(
        staff_client,
        "/portal/tickets/1/messages",
        data={"kind": "reply", "body": "**bold** <script>", "preview": "1"},
        headers=HTMX,
    )
    assert "<strong>bold</strong>" in response.text
    assert "<script>" not in response.text
    assert len(messages()) == 1


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_two_browsers_answer_and_the_second_is_shown_the_first(staff_client, make_staff, headers):
    opened()
    other = staff_client.application.test_client()
    sign_in(other, make_staff(name="Ida Berg"))
    page = staff_client.get("/portal/tickets/1").text
    seen = {name: hidden(page, name) for name in ("version", "seen")}
    post_form(other, "/portal/tickets/1/messages", data={"kind": "reply", "body": "On it"} | seen)

    typed = {"kind": "reply", "body": "My long answer", "next": "solved", "resolution": "bug"}
    response = post_form(
        staff_client, "/portal/tickets/1/messages", data=typed | seen, headers=headers
    )
    assert response.status_code == 409
    assert "Ida Berg" in response.text
    assert "On it" in response.text
    assert ">My long answer</textarea>" in response.text
    assert (len(messages()), ticket_now().state) == (2, "open")

    # What was shown is the new ground: sending again sends.
    again = {name: hidden(response.text, name) for name in ("version", "seen")}
    assert (
        post_form(staff_client, "/portal/tickets/1/messages", data=typed | again).status_code == 303
    )
    assert messages()[-1].body == "My long answer"


def test_an_unchanged_thread_answers_its_poll_with_nothing(staff_client, staff):
    ticket = opened()
    page = staff_client.get("/portal/tickets/1").text
    mark = re.search(r'id="thread-seen-1" name="seen" value="([\d-]+)"', page).group(1)
    assert (
        staff_client.get(f"/portal/tickets/1/thread?seen={mark}", headers=HTMX).status_code == 204
    )
    with unit():
        add_customer_message(ticket, body="More news", actor=visitor_actor(), now=later(4))
    changed = staff_client.get(f"/portal/tickets/1/thread?seen={mark}", headers=HTMX)
    assert "More news" in changed.text
    # The composer is never part of a poll's answer: what is typed cannot be lost to one.
    assert "<textarea" not in changed.text


@pytest.mark.parametrize(
    ("path", "field", "value", "attribute", "event"),
    [
        ("state", "state", "open", "state", "ticket:state_changed"),
        ("priority", "priority", "urgent", "priority", "ticket:priority_changed"),
    ],
)
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_properties_change_by_small_forms(
    staff_client, path, field, value, attribute, event, headers
):
    opened()
    response = post_form(
        staff_client,
        f"/portal/tickets/1/{path}",
        data={field: value, "version": "1"},
        headers=headers,
    )
    assert response.status_code == (200 if headers else 303)
    if headers:
        assert f'<option value="{value}" selected>' in response.text
        assert 'name="version" value="2"' in response.text
    assert getattr(ticket_now(), attribute) == value
    assert done_kinds() == [event]


def test_a_ticket_is_taken_given_away_and_given_back(staff_client, staff, make_staff):
    opened()
    ida = make_staff(name="Ida Berg")
    for version, chosen in ((1, staff.id), (2, ida.id), (3, "")):
        post_form(
            staff_client,
            "/portal/tickets/1/assignee",
            data={"assignee": chosen, "version": version},
        )
        assert ticket_now().assignee_id == (chosen or None)
    assert kinds()[2:] == ["ticket:assigned"] * 3


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_change_on_old_ground_is_shown_and_not_made(staff_client, staff, make_staff, headers):
    ticket = opened()
    ida = make_staff(name="Ida Berg")
    actor = staff_actor(ida.id)
    with unit():
        assign_ticket(ticket, assignee_id=ida.id, actor=actor, now=later(1))
        change_state(ticket, state="open", actor=actor, now=later(2))
        change_priority(ticket, priority="low", actor=actor, now=later(3))
    response = post_form(
        staff_client,
        "/portal/tickets/1/assignee",
        data={"assignee": staff.id, "version": "1"},
        headers=headers,
    )
    assert response.status_code == 409
    assert "somebody was faster" in response.text
    text = " ".join(response.text.split())
    assert "changed the assignee from nobody to Ida Berg" in text
    assert "changed the state from New to Open" in text
    assert "changed the priority from Normal to Low" in text
    assert ticket_now().assignee_id == ida.id


@pytest.mark.parametrize(
    ("path", "data"),
    [
        ("state", {"state": "closed", "version": "1"}),
        ("state", {"state": "gone", "version": "1"}),
        ("state", {"state": "solved"}),
        ("state", {"state": "solved", "version": "x"}),
        ("priority", {"priority": "asap", "version": "1"}),
        ("assignee", {"assignee": "99", "version": "1"}),
    ],
)
def test_values_that_do_not_exist_are_refused(staff_client, path, data):
    opened()
    response = post_form(staff_client, f"/portal/tickets/1/{path}", data=data, headers=HTMX)
    assert response.status_code == 422
    now = ticket_now()
    assert (now.state, now.priority, now.assignee_id, now.version) == ("new", "normal", None, 1)
