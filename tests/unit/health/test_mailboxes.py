"""Mail that stays out, or stays unread, is seen by whoever runs the installation."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from app.clock import utc_now
from app.db import db
from app.health.mailboxes import check_received_mail
from app.health.metrics import metrics_text
from app.mailbox.models import ReceivedMail
from app.mailbox.services.looks import note_look
from tests.factories.incoming import composed, kept
from tests.factories.tickets import unit

pytestmark = pytest.mark.usefixtures("ctx")


def checked(settings, later=0):
    db.session.rollback()
    return check_received_mail(settings, now=utc_now() + timedelta(minutes=later))


def put(state: str) -> None:
    received_id = kept(composed(), now=utc_now())
    with unit():
        db.session.get(ReceivedMail, received_id).state = state


def test_without_mail_all_is_well(settings):
    assert checked(settings).state == "ok"


def test_a_mailbox_must_be_read_and_read_lately(settings):
    settings = replace(settings, imap_url="imaps://u:p@mail.example/INBOX")
    assert checked(settings).state == "degraded"
    with unit():
        note_look("u@mail.example", trouble="", now=utc_now())
    assert checked(settings).state == "ok"
    assert checked(settings, later=11).state == "degraded"
    with unit():
        note_look("u@mail.example", trouble="no connection", now=utc_now())
    found = checked(settings)
    assert found.state == "degraded"
    assert "no connection" in found.detail


def test_a_kept_mail_must_be_read_soon(settings):
    put("received")
    assert checked(settings).state == "ok"
    assert checked(settings, later=11).state == "degraded"


def test_what_cannot_be_read_degrades_and_what_waits_is_counted(settings):
    put("quarantined")
    found = checked(settings)
    assert (found.state, found.detail) == ("ok", "1 came, 1 wait")
    put("unprocessable")
    assert checked(settings).state == "degraded"
    text = metrics_text(now=utc_now()).decode()
    assert 'foreword_received_mail{state="unprocessable"} 1.0' in text
