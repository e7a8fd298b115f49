"""From a question to a person: votes, the form, one's own request."""

from __future__ import annotations

import io
import re

import pytest
from sqlalchemy import select

from app.clock import utc_now
from app.db import db, unit_of_work
from app.deflection.models import HelpEvent, HelpSession
from app.events.actor import SYSTEM
from app.events.models import EventRecord
from app.files.models import Attachment
from app.knowledge.models import ArticleFeedback
from app.knowledge.services import create_article
from app.tickets.models import Message, Ticket
from app.tickets.services.replies import add_note, add_reply

FORM = {
    "subject": "Cannot move a class",
    "body": "I drag it and it jumps back.",
    "name": "Mara",
    "email": "mara@studio.example",
    "key": "k" * 22,
}


@pytest.fixture
def article(app):
    with app.app_context(), unit_of_work():
        return create_article(
            title="Move a class", body="Drag it.", publish=True, actor=SYSTEM, now=utc_now()
        )


def rows(app, model):
    with app.app_context():
        return db.session.scalars(select(model).order_by(model.id)).all()


def kinds(app):
    return [event.kind for event in rows(app, HelpEvent)]


def vote(client, article, **fields):
    data = {"revision_id": article.published_revision_id, "helped": "yes"} | fields
    return client.post(f"/help/articles/{article.slug}/feedback", data=data)


def test_a_vote_belongs_to_the_revision_and_can_be_changed(app, client, article):
    first = vote(client, article)
    assert first.location.endswith("feedback=thanks#feedback")
    assert "Thank you" in client.get(first.location).text
    second = vote(client, article, helped="no")
    assert "What was wrong?" in client.get(second.location).text
    vote(client, article, helped="no", reasons=["unclear"], comment="Where is it?")
    [kept] = rows(app, ArticleFeedback)
    assert kept.revision_id == article.published_revision_id
    assert (kept.helped, kept.reasons, kept.comment) == (False, ["unclear"], "Where is it?")
    assert kept.help_session_id == rows(app, HelpSession)[0].id
    given = [event for event in rows(app, EventRecord) if event.kind == "article:feedback_given"]
    assert [event.data["helped"] for event in given] == [True, False]


def test_no_without_a_reason_is_thanked_for_too(client, article):
    asked = client.get(vote(client, article, helped="no").location)
    assert 'name="asked"' in asked.text
    answer = vote(client, article, helped="no", asked="yes")
    assert "Thank you" in client.get(answer.location).text


def test_somebody_else_votes_apart(app, client, article):
    vote(client, article)
    vote(app.test_client(), article, helped="no")
    assert sorted(vote.helped for vote in rows(app, ArticleFeedback)) == [False, True]


def test_a_vote_from_another_site_is_refused(client, article):
    answer = client.post(
        f"/help/articles/{article.slug}/feedback",
        data={"revision_id": 1, "helped": "yes"},
        headers={"Sec-Fetch-Site": "cross-site"},
    )
    assert answer.status_code == 403


def test_looking_around_leaves_no_trace(app, client, article):
    answer = client.get("/help")
    assert "fw_hs" not in answer.headers.get("Set-Cookie", "")
    assert rows(app, HelpSession) == []


def test_the_way_to_a_ticket_is_recorded(app, client, article):
    client.get("/help/search?q=move+my+class")
    client.get(f"/help/articles/{article.slug}?r=2")
    client.get("/help/ask?subject=Cannot+move")
    client.post("/help/ask", data=FORM)
    [visit] = rows(app, HelpSession)
    seen = kinds(app)
    assert seen[0] == "search"
    assert "click" in seen
    assert "form_opened" in seen
    assert seen[-1] == "ticket_created"
    [ticket] = rows(app, Ticket)
    assert ticket.help_session_id == visit.id
    assert ticket.channel == "help"


def test_sending_twice_makes_one_ticket(app, client):
    first = client.post("/help/ask", data=FORM)
    again = client.post("/help/ask", data=FORM)
    assert first.status_code == again.status_code == 303
    assert len(rows(app, Ticket)) == 1
    assert "I drag it and it jumps back." in client.get(again.location).text


def test_going_back_to_send_other_words_asks_once_and_then_opens_a_second_ticket(app, client):
    client.post("/help/ask", data=FORM)
    changed = FORM | {"body": "It jumps to Tuesday."}
    answer = client.post("/help/ask", data=changed)
    assert answer.status_code == 422
    assert "This was sent before with other words" in answer.text
    assert len(rows(app, Ticket)) == 1
    key = re.search(r'name="key"[^>]*value="([^"]+)"', answer.text)[1]
    assert client.post("/help/ask", data=changed | {"key": key}).status_code == 303
    assert len(rows(app, Ticket)) == 2


@pytest.mark.parametrize(
    ("field", "value"),
    [("email", "not-an-address"), ("body", "  "), ("subject", ""), ("website", "http://spam")],
)
def test_refused_forms_keep_what_was_typed(app, client, field, value):
    answer = client.post("/help/ask", data=FORM | {field: value})
    assert answer.status_code == 422
    assert "Mara" in answer.text
    assert 'role="alert"' in answer.text
    assert rows(app, Ticket) == []


def test_one_address_cannot_be_flooded(app, client):
    codes = [
        client.post("/help/ask", data=FORM | {"key": f"{number:022}"}).status_code
        for number in range(5)
    ]
    assert codes == [303, 303, 303, 429, 429]
    assert len(rows(app, Ticket)) == 3


def test_a_screenshot_goes_along_and_only_its_link_opens_it(app, client):
    file = (io.BytesIO(b"line one\nline two"), "..\\..\\<log>\u202e.txt")
    answer = client.post("/help/ask", data=FORM | {"files": [file]})
    page = client.get(answer.location).text
    address = re.search(r'href="(/help/requests/[^"]+/files/[^"]+)"', page)[1]
    download = client.get(address)
    assert download.text == "line one\nline two"
    assert download.headers["Content-Disposition"] == "attachment; filename=log.txt"
    [kept] = rows(app, Attachment)
    assert client.get(f"/files/{kept.key}").status_code == 404
    assert client.get(f"/help/requests/{'x' * 22}/files/{kept.key}").status_code == 404


def test_own_request_shows_answers_but_no_notes(app, client, make_staff):
    staff = make_staff()
    location = client.post("/help/ask", data=FORM).location
    with app.app_context(), unit_of_work():
        ticket = db.session.scalars(select(Ticket)).one()
        add_reply(ticket, author=staff, body="Try **again** <b>now</b>", now=utc_now())
        add_note(ticket, author=staff, body="She is on the old version", now=utc_now())
    answer = client.get(location)
    assert "<strong>again</strong> &lt;b&gt;" in answer.text
    assert "old version" not in answer.text
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert rows(app, Ticket)[0].customer_seen_at is not None


def test_answering_reopens_and_a_wrong_link_opens_nothing(app, client, make_staff):
    staff = make_staff()
    location = client.post("/help/ask", data=FORM).location
    with app.app_context(), unit_of_work():
        ticket = db.session.scalars(select(Ticket)).one()
        add_reply(
            ticket,
            author=staff,
            body="Solved?",
            next_state="solved",
            resolution="answer",
            now=utc_now(),
        )
    assert client.post(location, data={"body": ""}).status_code == 422
    answer = client.post(location, data={"body": "Not <i>yet</i>"})
    assert answer.status_code == 303
    assert "Not &lt;i&gt;yet&lt;/i&gt;" in client.get(location).text
    assert rows(app, Ticket)[0].state == "open"
    assert [message.author_kind for message in rows(app, Message)] == [
        "visitor",
        "staff",
        "visitor",
    ]
    assert client.get("/help/requests/aaaaaaaaaaaaaaaaaaaaaa").status_code == 404


def test_languages(client, article):
    german = client.get("/help?lang=de")
    assert '<html lang="de" dir="ltr">' in german.text
    assert '<html lang="de"' in client.get("/help").text
    assert 'dir="rtl"' in client.get("/help?lang=ar").text
