"""Where nothing is sent, staff play the customer and see what a real answer does."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import select

from app.db import db
from app.mailbox.models import ReceivedMail
from app.notifications.models import OutgoingMail
from app.notifications.settings import use_mail_settings
from app.sites.models import DEMO_KEY, Site
from app.tickets.models import Message
from tests.factories.forms import post_form
from tests.factories.mail import queued
from tests.factories.tickets import opened, unit

pytestmark = pytest.mark.usefixtures("ctx")


@pytest.fixture
def mail_id(app) -> int:
    """The confirmation of a ticket, in an installation with the demo."""
    with unit():
        db.session.add(Site(key=DEMO_KEY, name="Marlow"))
    opened()
    return db.session.scalar(select(OutgoingMail.id))


def play(client, mail_id, **values):
    data = {"sender": "nora@studio.example", "body": "The second one."} | values
    return post_form(client, f"/portal/mail/received/play/{mail_id}", data)


def received() -> list[ReceivedMail]:
    db.session.rollback()
    return list(db.session.scalars(select(ReceivedMail).order_by(ReceivedMail.id)))


def test_a_mail_is_answered_as_its_receiver(staff_client, mail_id):
    assert "Answer as the customer" in staff_client.get(f"/portal/mail/{mail_id}").text
    form = staff_client.get(f"/portal/mail/received/play/{mail_id}").text
    assert 'value="nora@studio.example"' in form
    answer = play(staff_client, mail_id)
    assert answer.location.endswith("/portal/mail/received/1")
    (row,) = received()
    assert (row.state, row.mailbox) == ("processed", "try-out")
    message = db.session.get(Message, row.ticket_message_id)
    assert (message.body, message.staff_id) == ("The second one.", None)
    assert "On " in staff_client.get("/portal/mail/received/1").text


def test_what_a_played_mail_claims_is_checked_as_ever(staff_client, mail_id, staff):
    play(staff_client, mail_id, sender="tom@w.example")
    play(staff_client, mail_id, sender=staff.email)
    assert [row.reason for row in received()] == ["other_sender", "staff_sender"]


@pytest.mark.parametrize("values", [{"body": " "}, {"sender": ""}, {"sender": "nobody"}])
def test_what_cannot_be_a_mail_is_refused(staff_client, mail_id, values):
    assert play(staff_client, mail_id, **values).status_code == 422
    assert received() == []


def test_nobody_is_played_where_mail_is_sent_or_without_the_demo(
    staff_client, mail_id, settings, client
):
    path = f"/portal/mail/received/play/{mail_id}"
    use_mail_settings(replace(settings, mail_url="smtp://127.0.0.1:9"))
    assert staff_client.get(path).status_code == 404
    assert "Answer as the customer" not in staff_client.get(f"/portal/mail/{mail_id}").text
    use_mail_settings(settings)
    assert staff_client.get(path).status_code == 200
    with unit():
        db.session.execute(Site.__table__.update().values(key="other"))
    assert staff_client.get(path).status_code == 404
    assert play(staff_client, mail_id).status_code == 404


def test_a_mail_of_no_ticket_has_nobody_to_play(staff_client, mail_id):
    other = queued()
    assert staff_client.get(f"/portal/mail/received/play/{other}").status_code == 404


def test_strangers_play_nobody(client, mail_id):
    assert client.get(f"/portal/mail/received/play/{mail_id}").status_code in (302, 303)
