"""What staff type is kept on the server: saved, shown again, sent, put back, with files."""

from __future__ import annotations

import io
import re

import pytest

from app.db import db
from app.events.actor import visitor_actor
from app.files.models import Attachment
from app.files.services import ORPHAN_AGE
from app.housekeeping import clear_files
from app.tickets.composing import Draft
from app.tickets.models import Message
from app.tickets.services.replies import add_customer_message
from tests.conftest import sign_in
from tests.factories.forms import post_form
from tests.factories.tickets import later, opened, unit

pytestmark = pytest.mark.usefixtures("ctx")

HTMX = {"HX-Request": "true"}
ADDRESS = "/portal/tickets/1/messages"
PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00\x90wS\xde"
    b"\x00\x00\x00\x0cIDATx\x9cc\xf8\xcf\xc0\x00\x00\x03\x01\x01\x00\xc9\xfe\x92\xef\x00\x00\x00\x00IEND\xaeB`\x82"
)


def save(client, body="", *, fragment=True, **more):
    data = {"kind": "reply", "other_kind": "note", "save": "1", "body": body} | more
    files = any(isinstance(value, tuple | list) for value in more.values())
    return post_form(
        client,
        ADDRESS,
        data,
        headers=HTMX if fragment else {},
        content_type="multipart/form-data" if files else None,
    )


def draft() -> Draft:
    db.session.rollback()
    return db.session.scalars(db.select(Draft)).one()


def attached_to() -> int | None:
    """Return the message of the only file."""
    return db.session.scalars(db.select(Attachment.message_id)).one()


def newest_message() -> int:
    return db.session.scalar(db.select(db.func.max(Message.id)))


def composer(client) -> str:
    text = client.get("/portal/tickets/1").text
    return text[text.index('<form class="composer"') :].partition("</form>")[0]


def written(form: str) -> tuple[str, str, str]:
    """Return the chosen mode, its text and the other mode's."""
    mode = re.search(r'name="kind" value="(\w+)" checked', form).group(1)
    body = re.search(r'name="body"[^>]*>(.*?)</textarea>', form, re.DOTALL).group(1)
    other = re.search(r'name="other"[^>]*>(.*?)</textarea>', form, re.DOTALL).group(1)
    return mode, body, other


def test_what_is_typed_comes_back_on_any_device(staff_client, staff, make_staff):
    opened()
    answer = save(staff_client, "Dear <you>", other="Ask Jon", writer="w", seq="1")
    assert answer.status_code == 200
    assert 'name="draft_version" value="1"' in answer.text
    assert "<form" not in answer.text
    other_device = staff_client.application.test_client()
    sign_in(other_device, staff)
    assert written(composer(other_device)) == ("reply", "Dear &lt;you&gt;", "Ask Jon")
    colleague = staff_client.application.test_client()
    sign_in(colleague, make_staff(name="Jon Ek"))
    assert written(composer(colleague)) == ("reply", "", "")


def test_the_mode_that_has_a_text_is_shown(staff_client):
    opened()
    save(staff_client, "Only a note", kind="note", other_kind="reply")
    assert written(composer(staff_client)) == ("note", "Only a note", "")
    save(staff_client, "", kind="reply", other="Only a note", draft_version="1")
    assert written(composer(staff_client)) == ("note", "Only a note", "")


def test_without_javascript_a_button_saves_the_draft(staff_client):
    opened()
    saved = save(staff_client, "Later", fragment=False)
    assert (saved.status_code, saved.location) == (303, "/portal/tickets/1")
    page = staff_client.get("/portal/tickets/1").text
    assert "Draft saved." in page
    assert "Later</textarea>" in page
    assert db.session.query(Message).count() == 1


def test_sending_takes_the_draft_away_and_leaves_the_other_kinds(staff_client):
    opened()
    save(staff_client, "Answer", other="Note", writer="w", seq="1")
    form = {"kind": "reply", "body": "Answer", "writer": "w", "seq": "3"}
    assert post_form(staff_client, ADDRESS, form, headers=HTMX).status_code == 200
    save(staff_client, "Answer", other="Note", writer="w", seq="2")  # overtaken on its way
    assert (draft().answer, draft().note) == ("", "Note")
    assert written(composer(staff_client)) == ("note", "Note", "")


def test_a_refused_answer_stays_in_the_draft(staff_client):
    ticket = opened()
    save(staff_client, "Answer", writer="w", seq="1")
    with unit():
        add_customer_message(ticket, body="Wait", actor=visitor_actor(), now=later(1))
    form = {
        "kind": "reply",
        "body": "Answer",
        "version": "1",
        "seen": "1",
        "writer": "w",
        "seq": "2",
    }
    assert post_form(staff_client, ADDRESS, form, headers=HTMX).status_code == 409
    assert draft().answer == "Answer"


def test_the_list_and_a_view_show_what_one_has_begun(staff_client, staff, make_staff):
    opened()
    opened(subject="Another")
    save(staff_client, "Begun")
    assert staff_client.get("/portal/inbox/rows").text.count(">Draft<") == 1
    begun = staff_client.get("/portal/inbox?draft=1&state=any&snoozed=any").text
    assert re.findall(r'id="ticket-row-(\d+)"', begun) == ["1"]
    counts = staff_client.get("/portal/inbox/counts").text
    assert re.search(r'My drafts</bdi><span class="count push-end">1<', counts)
    colleague = staff_client.application.test_client()
    sign_in(colleague, make_staff(name="Jon Ek"))
    assert ">Draft<" not in colleague.get("/portal/inbox/rows").text
    save(staff_client, " ", draft_version="1")
    assert ">Draft<" not in staff_client.get("/portal/inbox/rows").text


def test_two_windows_lose_nothing(staff_client):
    opened()
    save(staff_client, "Office", writer="a", seq="1")
    answer = save(staff_client, "Phone", writer="b", seq="1")
    older = re.search(r'name="put_back" value="(\d+)"', answer.text).group(1)
    assert "Office" in answer.text
    form = {"kind": "reply", "body": "Phone", "writer": "b", "seq": "2", "put_back": older}
    assert "Office</textarea>" in post_form(staff_client, ADDRESS, form, headers=HTMX).text
    assert draft().answer == "Office"
    assert [each["text"] for each in draft().older] == ["Phone"]


def test_files_are_taken_in_with_the_draft_and_sent_with_the_answer(staff_client, settings, staff):
    opened()
    files = [(io.BytesIO(PNG), "shot.png"), (io.BytesIO(b"MZ"), "bad.exe")]
    answer = save(staff_client, "See", files=files)
    assert "shot.png" in answer.text
    assert "bad.exe</bdi>: Files ending in" in answer.text
    key = db.session.scalars(db.select(Attachment.key)).one()
    # Waiting uploads are cleared away after a day, but not while a draft holds them.
    with unit():
        attachment = db.session.scalars(db.select(Attachment)).one()
        attachment.created_at -= 2 * ORPHAN_AGE
        clear_files({})
    assert f'name="uploads" value="{key}"' in composer(staff_client)
    form = {"kind": "reply", "body": "See", "uploads": key}
    assert post_form(staff_client, ADDRESS, form).status_code == 303
    assert attached_to() == newest_message()
    assert draft().is_empty


def test_a_file_can_be_left_out_again(staff_client):
    opened()
    save(staff_client, "See", files=(io.BytesIO(PNG), "shot.png"))
    key = db.session.scalars(db.select(Attachment.key)).one()
    form = {"kind": "reply", "body": "See this", "uploads": key, "drop": key}
    assert post_form(staff_client, ADDRESS, form).status_code == 303
    assert (draft().answer, draft().fields) == ("See this", {})


def test_files_survive_a_refused_answer_without_javascript(staff_client):
    opened()
    form = {"kind": "reply", "body": "", "files": (io.BytesIO(PNG), "shot.png")}
    refused = post_form(staff_client, ADDRESS, form, content_type="multipart/form-data")
    assert refused.status_code == 422
    key = re.search(r'name="uploads" value="([^"]+)"', refused.text).group(1)
    assert "shot.png" in refused.text
    form = {"kind": "reply", "body": "Now with words", "uploads": key}
    assert post_form(staff_client, ADDRESS, form).status_code == 303
    assert attached_to() == newest_message()


def test_nobody_elses_uploads_are_sent(staff_client, staff, make_staff):
    opened()
    colleague = staff_client.application.test_client()
    sign_in(colleague, make_staff(name="Jon Ek"))
    save(staff_client, "See", files=(io.BytesIO(PNG), "shot.png"))
    key = db.session.scalars(db.select(Attachment.key)).one()
    form = {"kind": "reply", "body": "Mine", "uploads": key}
    assert post_form(colleague, ADDRESS, form).status_code == 303
    assert attached_to() is None
