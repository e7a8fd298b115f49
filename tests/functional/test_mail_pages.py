"""The outbox in the portal, and the page where people stop automatic mail."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from sqlalchemy import select

from app.db import db
from app.events.actor import SYSTEM
from app.notifications.models import MailKind, MailState, OutgoingMail, Suppression
from app.notifications.models import SuppressionReason as Reason
from app.notifications.services.outcomes import note_refused
from app.notifications.services.suppressions import suppress_address
from app.notifications.settings import mail_settings, use_mail_settings
from app.notifications.tokens import Purpose, code_for
from app.sites.services import create_site
from app.staff.models import Role
from app.tickets.models import Ticket
from app.tickets.services.replies import add_reply
from tests.conftest import sign_in
from tests.factories.forms import post_form
from tests.factories.mail import queued, stored, text
from tests.factories.tickets import NOW, later, opened, unit

pytestmark = pytest.mark.usefixtures("ctx")


@pytest.fixture
def with_server(settings):
    """Settings with a mail server that nobody connects to."""
    use_mail_settings(replace(settings, mail_url="smtp://127.0.0.1:9"))
    yield
    use_mail_settings(settings)


def dead_mail(**changes) -> int:
    mail_id = queued(**changes)
    with unit():
        db.session.get(OutgoingMail, mail_id).state = MailState.WAITING
        db.session.flush()
        note_refused(mail_id, state=MailState.DEAD, error="refused with code 550", now=NOW)
    return mail_id


def test_the_outbox_shows_a_mail_as_its_receiver_sees_it(staff_client):
    mail_id = queued(words=text(subject="Look", plain="Plain words", html="<p>Rich words</p>"))
    listed = staff_client.get("/portal/mail")
    assert "nora@studio.example" in listed.text
    assert "Mail is not sent" in listed.text
    shown = staff_client.get(f"/portal/mail/{mail_id}")
    assert "Plain words" in shown.text
    assert f'src="/portal/mail/{mail_id}/html"' in shown.text
    framed = staff_client.get(f"/portal/mail/{mail_id}/html")
    assert framed.text == "<p>Rich words</p>"
    policy = framed.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; sandbox")
    assert "allow-scripts" not in policy
    assert "allow-same-origin" not in policy


def test_the_list_is_narrowed_by_state(staff_client):
    dead_mail(to="gone@studio.example")
    queued("held@studio.example")
    page = staff_client.get("/portal/mail?state=dead").text
    assert "gone@studio.example" in page
    assert "held@studio.example" not in page


def test_a_refused_mail_shows_in_the_conversation_and_is_sent_again(staff_client, with_server):
    ticket = opened(requester_verified=True)
    before = re.search(r'name="seen" value="([^"]+)"', thread(staff_client, ticket)).group(1)
    mail_id = dead_mail(kind=MailKind.ANSWER, ticket_id=ticket.id)
    poll = staff_client.get(f"/portal/tickets/{ticket.number}/thread?seen={before}")
    assert poll.status_code == 200  # the poll sees it although nobody wrote or changed anything
    assert "A mail to nora@studio.example did not arrive" in poll.text
    assert "refused with code 550" in poll.text
    assert post_form(staff_client, f"/portal/mail/{mail_id}/send").status_code == 303
    assert stored(mail_id).state == MailState.WAITING
    assert "did not arrive" not in thread(staff_client, ticket)
    post_form(staff_client, f"/portal/mail/{mail_id}/send")
    assert "about to be" in staff_client.get("/portal/mail").text


def thread(client, ticket) -> str:
    return client.get(f"/portal/tickets/{ticket.number}").text


def test_held_mail_is_released_by_hand_however_old(staff_client, settings):
    mail_id = queued()
    use_mail_settings(replace(settings, mail_url="smtp://127.0.0.1:9"))
    assert "Send them all" in staff_client.get("/portal/mail").text
    post_form(staff_client, "/portal/mail/held")
    assert stored(mail_id).state == MailState.WAITING
    use_mail_settings(settings)


def test_an_address_without_mail_is_listed_and_allowed_again(staff_client, staff):
    mail_id = dead_mail()
    for address in ("nora@studio.example", "other@studio.example"):
        with unit():
            suppress_address(address, reason=Reason.BOUNCE, mail_id=mail_id, actor=SYSTEM, now=NOW)
    page = staff_client.get("/portal/mail/addresses").text
    assert "Mail to this address came back" in page
    ticket = opened(requester_verified=True)
    with unit():
        add_reply(
            db.session.get(Ticket, ticket.id),
            author=db.session.merge(staff),
            body="Hi",
            now=later(3),
        )
    assert "mail to this address came back" in thread(staff_client, ticket)
    row = db.session.scalar(select(Suppression).where(Suppression.address == "nora@studio.example"))
    key = row.id
    answer = post_form(staff_client, f"/portal/mail/addresses/{key}/allow", follow_redirects=True)
    assert "nora@studio.example gets mail again" in answer.text
    db.session.rollback()
    assert db.session.scalars(select(Suppression.address)).all() == ["other@studio.example"]


def unsubscribe_path(mail_id: int) -> str:
    return f"/help/mail/{mail_id}-{code_for(Purpose.UNSUBSCRIBE, mail_id)}"


def test_automatic_mail_is_stopped_by_a_button_and_by_one_click(client):
    mail_id = queued()
    path = unsubscribe_path(mail_id)
    page = client.get(path)
    assert "nora@studio.example" in page.text
    assert db.session.scalar(select(Suppression)) is None  # looking changes nothing
    # RFC 8058: a mail program posts without cookies, page or origin.
    assert client.post(path, data={"List-Unsubscribe": "One-Click"}).status_code == 303
    assert "You get no more automatic mail" in client.get(path).text
    assert stored(queued()).state == MailState.SUPPRESSED
    assert stored(queued(kind=MailKind.ANSWER)).state == MailState.HELD
    client.post(path, data={"choice": "resume"})
    assert stored(queued()).state == MailState.HELD


def test_only_the_mails_own_link_stops_anything(client):
    mail_id, other = queued(), queued("other@studio.example")
    wrong = f"/help/mail/{other}-{code_for(Purpose.UNSUBSCRIBE, mail_id)}"
    reply = f"/help/mail/{mail_id}-{code_for(Purpose.REPLY, mail_id)}"
    for path in (wrong, reply, f"/help/mail/{mail_id}-x"):
        assert client.get(path).status_code == 404
        assert client.post(path).status_code == 404
    assert mail_settings().mail_url == ""
    assert db.session.scalar(select(Suppression)) is None


def test_the_settings_page_refuses_an_address_that_is_none(app, client, make_staff):
    with unit():
        site = create_site(key="shop", name="Shop", allowed_origins=[], actor=SYSTEM, now=NOW)
    sign_in(client, make_staff(role=Role.ADMINISTRATOR))
    values = {"name": "Shop", "mode": "neutral", "color": "#2f5d50", "position": "end",
              "theme": "auto", "locale": "en", "mail_name": "Shop help"}  # fmt: skip
    refused = post_form(client, f"/portal/sites/{site.id}", values | {"mail_address": "help@shop"})
    assert refused.status_code == 422
    assert "Give an address such as help@example.com." in refused.text
    assert 'value="help@shop"' in refused.text
    accepted = post_form(
        client, f"/portal/sites/{site.id}", values | {"mail_address": "help@shop.example"}
    )
    assert accepted.status_code == 303
