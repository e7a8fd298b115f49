"""Asking through the panel, and reading the answer there."""

from __future__ import annotations

import io
import re
import shutil

import pytest

from app.clock import utc_now
from app.customers.models import Customer
from app.db import db, unit_of_work
from app.files.models import Attachment
from app.knowledge.models import ArticleFeedback
from app.tickets.models import Message, Ticket
from app.tickets.services.replies import add_reply
from app.widget import signing

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c"
    "6360606060000000050001a5f645400000000049454e44ae426082"
)


def tickets(app) -> list[Ticket]:
    with app.app_context():
        return list(db.session.scalars(db.select(Ticket).order_by(Ticket.id)))


def answer_as_staff(app, make_staff, number, body):
    staff = make_staff(name="Adaeze Obi")
    with app.app_context(), unit_of_work():
        ticket = db.session.scalars(db.select(Ticket).filter_by(number=number)).one()
        add_reply(ticket, author=staff, body=body, now=utc_now())


def test_anonymous_request(panel, app):
    answer = panel.start().ask()

    assert answer.status_code == 201
    assert answer.json["number"] == 1
    assert "noa@example.com" in answer.json["html"]
    (ticket,) = tickets(app)
    assert (ticket.subject, ticket.channel) == ("Wrong time", "widget")
    assert ticket.requester_verified is False
    assert ticket.visitor_id is not None
    assert ticket.context == {"Page": "/calendar"}


def test_customers_name_and_address_come_from_the_token(panel, site, app):
    panel.sign_in(site.token())
    panel.ask(email="other@example.com", name="Somebody Else")

    (ticket,) = tickets(app)
    assert (ticket.requester_email, ticket.requester_name) == ("u-7@shop.example", "Mira Holt")
    assert ticket.requester_verified is True
    with app.app_context():
        assert db.session.get(Customer, ticket.customer_id).external_id == "u-7"


def test_unticked_context_is_not_sent(panel, app):
    panel.start().ask(context=None)

    assert tickets(app)[0].context == {}


def test_repeat_of_a_request_is_one_ticket(panel, app):
    panel.start()
    first = panel.ask(key="k" * 32)
    second = panel.ask(key="k" * 32)

    assert first.json["number"] == second.json["number"]
    assert len(tickets(app)) == 1
    assert panel.ask(key="k" * 32, body="Another text").status_code == 422
    assert len(tickets(app)) == 1


def test_nobody_without_a_session_can_write(panel, app):
    assert panel.ask().status_code == 401
    assert tickets(app) == []


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"subject": " "}, "subject"), ({"body": ""}, "body"), ({"email": ""}, "email"),
        ({"email": "no address"}, "email"), ({"subject": "x" * 201}, "subject"),
        ({"subject": ["x"]}, "subject"),
    ],
)  # fmt: skip
def test_wrong_fields_are_named(panel, app, changes, field):
    answer = panel.start().ask(**changes)

    assert answer.status_code == 422
    assert list(answer.json["error"]["fields"]) == [field]
    assert tickets(app) == []


def test_bots_are_asked_once_more_and_people_lose_nothing(panel, app, monkeypatch):
    panel.start()
    assert panel.ask(website="https://spam.example").status_code == 422
    assert panel.ask(rendered="made-up").status_code == 422
    monkeypatch.setattr(signing, "FORM_SECONDS", (3, 3600))
    refused = panel.ask()

    assert refused.status_code == 422
    assert tickets(app) == []
    fresh = refused.json["error"]["fields"]["rendered"][0]
    monkeypatch.setattr(signing, "FORM_SECONDS", (0, 3600))
    assert panel.ask(rendered=fresh).status_code == 201


def test_three_requests_an_hour_under_one_address(panel, other_panel, app):
    panel.start()
    other_panel.start()
    for sender in (panel, other_panel, panel):
        assert sender.ask().status_code == 201

    assert other_panel.ask(email="NOA@example.com").status_code == 429
    assert other_panel.ask(email="someone@example.com").status_code == 201
    assert len(tickets(app)) == 4


def test_ten_writes_in_ten_minutes(panel, site):
    panel.sign_in(site.token())
    codes = [panel.ask().status_code for _ in range(11)]

    assert codes == [201] * 10 + [429]


def test_requests_are_seen_by_their_writer_only(panel, other_panel, app):
    panel.start().ask()
    other_panel.start()

    assert "It says five." in panel.get("requests/1").text
    assert "Wrong time" in panel.get("requests").text
    assert other_panel.get("requests/1").status_code == 404
    assert "Wrong time" not in other_panel.get("requests").text
    reply = {"body": "Mine!", "key": "r" * 32}
    assert other_panel.post("requests/1/messages", reply).status_code == 404


def test_answer_is_marked_until_it_is_read(panel, app, make_staff):
    panel.start().ask()
    answer_as_staff(app, make_staff, 1, "Set the **zone** of the location.")

    assert panel.get("session").json["unread"] == 1
    last = max(map(int, re.findall(r'data-message="(\d+)"', panel.get("requests/1").text)))
    assert panel.get("session").json["unread"] == 0
    assert panel.get(f"requests/1/messages?after={last}").status_code == 204
    newer = panel.get(f"requests/1/messages?after={last - 1}").text
    assert "<strong>zone</strong>" in newer
    assert "Adaeze Obi" in newer


def test_reply_reaches_the_ticket_once(panel, app, make_staff):
    panel.start().ask()
    answer_as_staff(app, make_staff, 1, "Better now?")
    for _ in range(2):
        answer = panel.post("requests/1/messages", {"body": "No <b>not</b> yet", "key": "r" * 32})
        assert answer.status_code == 201

    with app.app_context():
        bodies = list(db.session.scalars(db.select(Message.body).order_by(Message.id)))
    assert bodies == ["It says five.", "Better now?", "No <b>not</b> yet"]
    assert tickets(app)[0].state == "open"
    assert "&lt;b&gt;not&lt;/b&gt;" in panel.get("requests/1").text


def upload(panel, name="shot.png", data=PNG):
    headers = panel.headers()
    form = {"file": (io.BytesIO(data), name)}
    return panel.client.post("/w/shop/uploads", data=form, headers=headers)


def test_files_go_with_the_request_and_open_for_its_writer(panel, other_panel, app):
    stored = upload(panel.start()).json
    other_panel.start()
    panel.ask(attachments=[stored["key"]])
    thread = panel.get("requests/1").text

    address = re.search(r'src="(/w/shop/files/[^"]+)"', thread).group(1)
    assert panel.client.get(address).data.startswith(b"\x89PNG")
    assert panel.client.get(address.split("?")[0]).status_code == 404
    assert panel.client.get(address + "x").status_code == 404


def test_files_of_others_are_not_taken_along(panel, other_panel, app):
    key = upload(other_panel.start()).json["key"]
    panel.start().ask(attachments=[key])

    with app.app_context():
        assert db.session.scalars(db.select(Attachment.message_id)).one() is None


def test_upload_needs_a_session_and_a_kind_we_take(panel):
    assert upload(panel).status_code == 401
    panel.start()
    assert upload(panel, "run.exe", b"MZ\x90\x00" + b"\0" * 100).status_code in (415, 422)


def vote(panel, articles, app, **changes):
    page = panel.get("articles/a-card-was-declined").text
    revision = int(re.search(r'data-revision="(\d+)"', page).group(1))
    body = {"revision_id": revision, "helped": False, "session": "s" * 32, **changes}
    return panel.post("feedback", body)


def test_vote_belongs_to_the_revision_and_changes_with_the_voter(panel, articles, app):
    vote(panel, articles, app)
    vote(panel, articles, app, reasons=["unclear", "made_up"], comment="Which card?")

    with app.app_context():
        (given,) = db.session.scalars(db.select(ArticleFeedback)).all()
    assert (given.helped, given.reasons, given.comment) == (False, ["unclear"], "Which card?")


@pytest.mark.parametrize("changes", [{"revision_id": "1"}, {"session": "short"}, {"session": None}])
def test_malformed_votes_are_refused(panel, articles, app, changes):
    assert vote(panel, articles, app, **changes).status_code == 422


def test_events_are_checked(panel):
    good = {"v": 1, "session": "s" * 32, "events": [{"id": "e" * 32, "kind": "open", "t": 1}]}
    assert panel.post("events", good).status_code == 204
    assert panel.post("events", {**good, "extra": 1}).status_code == 422
    forged = {**good, "events": [{"id": "f" * 32, "kind": "ticket_created", "t": 1}]}
    assert panel.post("events", forged).status_code == 422


def test_without_an_index_the_form_still_opens_and_sends(panel, articles, settings, app):
    shutil.rmtree(settings.index_dir)

    found = panel.get("search?q=wrong+time")
    assert found.status_code == 200
    assert panel.get("suggestions?path=/nowhere").status_code == 200
    assert panel.get("answers?q=wrong+time").status_code == 200
    assert panel.start().ask().status_code == 201


def test_article_shows_in_the_panel_and_old_addresses_lead_to_it(panel, articles):
    page = panel.get("articles/a-card-was-declined").text

    assert "All about it" in page
    assert panel.get("articles/never-was").status_code == 404


def test_suggestions_by_page_by_host_and_else_what_is_read_most(panel, articles):
    assert "wrong time" in panel.get("suggestions?path=/calendar/week").text
    named = panel.get("suggestions?slug=a-card-was-declined&slug=nothing").text
    assert "card was declined" in named
    assert "wrong time" not in named
    assert "Often read" in panel.get("suggestions?path=/nowhere").text
