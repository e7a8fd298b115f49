"""Received mail in the portal: what came, what became of it, and what staff decide."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from app.db import db
from app.events.models import EventRecord
from app.mailbox.models import RawMail, ReceivedMail
from app.notices.models import Notice
from app.tickets.models import Message, Ticket
from tests.factories.forms import post_form
from tests.factories.incoming import answer_address, arrived, composed, kept
from tests.factories.mail import run
from tests.factories.tickets import opened, unit

pytestmark = pytest.mark.usefixtures("ctx")


def state_of(received_id: int) -> tuple[str, str]:
    db.session.rollback()
    row = db.session.get(ReceivedMail, received_id, populate_existing=True)
    return row.state, row.reason


def waiting(ticket) -> ReceivedMail:
    """Let a mail come that answers a ticket from an address nobody knows."""
    raw = composed(sender="Tom <tom@w.example>", to=answer_address(ticket), text="Me too.")
    return arrived(raw)


def test_the_list_says_what_became_of_each_mail(staff_client):
    arrived(composed(subject="A question"))
    arrived(composed(subject="Away", headers=[("Auto-Submitted", "auto-replied")]))
    listed = staff_client.get("/portal/mail/received").text
    assert "A question" in listed
    assert "an automatic answer" in listed
    only = staff_client.get("/portal/mail/received?state=ignored").text
    assert "A question" not in only
    assert "Away" in only
    assert staff_client.get("/portal/mail/received?state=nonsense").status_code == 200


def test_before_the_first_mail_the_page_says_what_is_missing(staff_client):
    assert "Nothing received yet" in staff_client.get("/portal/mail/received").text


def test_a_mail_is_shown_as_it_came_and_nothing_of_it_runs(staff_client):
    html = '<p onclick="x()">Rich <img src="https://t.example/p.gif"><script>x()</script></p>'
    row = arrived(composed(text="Plain <b>\n\n> quoted", html=html))
    shown = staff_client.get(f"/portal/mail/received/{row.id}").text
    assert "Plain &lt;b&gt;" in shown
    assert "&gt; quoted" in shown
    framed = staff_client.get(f"/portal/mail/received/{row.id}/html")
    assert "<p>Rich </p>" in framed.text
    for bad in ("onclick", "img", "script", "t.example"):
        assert bad not in framed.text
    assert framed.headers["Content-Security-Policy"].startswith("default-src 'none'; sandbox")
    saved = staff_client.get(f"/portal/mail/received/{row.id}/original")
    assert saved.data.startswith(b"From: Nora Quist")
    assert saved.headers["Content-Type"] == "application/octet-stream"
    assert "attachment" in saved.headers["Content-Disposition"]


def test_the_conversation_leads_to_the_mail_and_names_what_was_left_out(staff_client):
    ticket = opened()
    row = arrived(composed(to=answer_address(ticket), files=[("run.exe", b"MZ")]))
    shown = staff_client.get(f"/portal/tickets/{ticket.number}").text
    assert f'href="/portal/mail/received/{row.id}"' in shown
    assert "run.exe" in shown


def test_whoever_has_two_addresses_is_let_in_once(staff_client):
    ticket = opened()
    row = waiting(ticket)
    assert "another sender" in staff_client.get("/portal/mail/received?state=quarantined").text
    post_form(staff_client, f"/portal/mail/received/{row.id}/add")
    assert state_of(row.id) == ("processed", "")
    message = db.session.scalars(select(Message).order_by(Message.id.desc())).first()
    assert (message.body, message.author_name, message.staff_id) == ("Me too.", "Tom", None)
    event = db.session.scalars(
        select(EventRecord).where(EventRecord.kind == "received:settled").order_by(EventRecord.id)
    ).all()[-1]
    assert (event.actor_kind, event.data["old"], event.data["new"]) == (
        "staff",
        "quarantined",
        "processed",
    )
    # Further words of that address need nobody's decision; it is still not the requester's.
    again = arrived(composed(sender="tom@w.example", to=answer_address(ticket), text="And this."))
    assert again.state == "processed"
    assert not db.session.get(Ticket, ticket.id, populate_existing=True).requester_verified
    shown = staff_client.get(f"/portal/tickets/{ticket.number}").text
    assert "sent from" in shown
    assert "tom@w.example" in shown


def test_a_mail_that_waits_becomes_a_ticket_of_its_own(staff_client):
    ticket = opened()
    row = waiting(ticket)
    post_form(staff_client, f"/portal/mail/received/{row.id}/ticket")
    made = db.session.scalars(select(Ticket).order_by(Ticket.id.desc())).first()
    assert (made.requester_email, made.requester_verified) == ("tom@w.example", False)
    assert state_of(row.id) == ("processed", "")


def test_a_mail_is_left_alone_and_can_still_be_made_a_ticket(staff_client):
    row = waiting(opened())
    post_form(staff_client, f"/portal/mail/received/{row.id}/discard")
    assert state_of(row.id) == ("ignored", "discarded")
    post_form(staff_client, f"/portal/mail/received/{row.id}/ticket")
    assert state_of(row.id) == ("processed", "")


def test_two_decisions_at_once_are_one(staff_client):
    row = waiting(opened())
    for _time in range(2):
        post_form(staff_client, f"/portal/mail/received/{row.id}/ticket")
    assert len(db.session.scalars(select(Ticket)).all()) == 2
    answer = staff_client.get(f"/portal/mail/received/{row.id}").text
    assert "decided about this mail already" in answer


def test_a_mail_that_could_not_be_read_is_read_again(staff_client, monkeypatch):
    with monkeypatch.context() as broken:
        broken.setattr("app.mailbox.jobs.read_mail", lambda *_args, **_more: 1 / 0)
        row = arrived(composed())
    assert state_of(row.id) == ("unprocessable", "broken")
    assert "Not readable" in staff_client.get(f"/portal/mail/received/{row.id}").text
    post_form(staff_client, f"/portal/mail/received/{row.id}/again")
    assert state_of(row.id)[0] == "received"
    run()
    assert state_of(row.id) == ("processed", "")


def test_what_was_let_go_says_so_and_is_read_no_more(staff_client):
    row = arrived(composed(headers=[("Precedence", "list")]))
    with unit():
        db.session.execute(RawMail.__table__.delete())
    assert "gone now" in staff_client.get(f"/portal/mail/received/{row.id}").text
    assert staff_client.get(f"/portal/mail/received/{row.id}/original").status_code == 404
    post_form(staff_client, f"/portal/mail/received/{row.id}/again")
    assert state_of(row.id) == ("ignored", "bulk")


def test_a_mail_that_waits_tells_everybody_if_nobody_has_the_ticket(staff, make_staff):
    make_staff(name="Ida Berg")
    for number in range(3):
        arrived(composed(sender="", to="help@s.example", subject=f"No. {number}"))
    notices = db.session.scalars(select(Notice)).all()
    assert len(notices) == 2
    assert {notice.kind for notice in notices} == {"mail_waits"}


def test_the_tab_counts_what_waits(staff_client):
    waiting(opened())
    for path in ("/portal/mail", "/portal/mail/addresses", "/portal/mail/received"):
        assert "waiting for a decision" in staff_client.get(path).text


def test_strangers_see_nothing(client):
    received_id = kept(composed())
    for path in ("", f"/{received_id}", f"/{received_id}/html", f"/{received_id}/original"):
        assert client.get(f"/portal/mail/received{path}").status_code in (302, 303)


def test_a_page_of_many_mails_asks_no_more_than_of_few(staff_client, count_queries):
    arrived(composed(headers=[("Precedence", "bulk")]))
    few = count_queries(lambda: staff_client.get("/portal/mail/received"))
    for number in range(8):
        arrived(composed(sender=f"a{number}@w.example"))
    assert count_queries(lambda: staff_client.get("/portal/mail/received")) == few


def test_unknown_mails_are_not_found(staff_client):
    for path in ("/portal/mail/received/99", "/portal/mail/received/99/html"):
        assert staff_client.get(path).status_code == 404
    assert post_form(staff_client, "/portal/mail/received/99/discard").status_code == 404
