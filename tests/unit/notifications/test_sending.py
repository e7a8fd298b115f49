"""Sending mail to a real SMTP server: once, with the same Message-ID, or not at all."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from app.clock import utc_now
from app.db import db, unit_of_work
from app.errors import Conflict, Invalid
from app.events.actor import SYSTEM
from app.events.models import EventRecord
from app.jobs.models import Job
from app.notifications import smtp as smtp_module
from app.notifications.jobs import sweep_outbox
from app.notifications.models import MailKind, MailState, OutgoingMail, SuppressionReason
from app.notifications.services.outbox import queue_mail, release_held, send_again
from app.notifications.services.outcomes import RETRY_AFTER
from app.notifications.services.suppressions import lift_suppression, suppress_address
from app.notifications.settings import mail_settings, use_mail_settings
from tests.factories.mail import closed_port, make_due, queued, run, stored, text
from tests.factories.tickets import NOW, opened, unit

pytestmark = pytest.mark.usefixtures("ctx")


def jobs() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Job))


def failures() -> list[tuple[int | None, str]]:
    rows = db.session.scalars(select(EventRecord).where(EventRecord.kind == "mail:failed"))
    return [(row.subject_id, row.data["state"]) for row in rows]


def test_a_mail_is_delivered_once(smtp):
    mail_id = queued(words=text(subject="Antwort für Zoë"))
    assert run() == 1
    assert run() == 0
    (message,) = smtp.taken
    assert message["To"] == "nora@studio.example"
    assert message["From"] == "Studio <help@s.example>"
    assert message["Subject"] == "Antwort für Zoë"
    assert message["Message-ID"].endswith("@s.example>")
    assert message.get_body(("plain",)).get_content().strip() == "Hi"
    assert "<p>Hi</p>" in message.get_body(("html",)).get_content()
    assert stored(mail_id).state == MailState.SENT


@pytest.mark.parametrize("goodbye", ["", "250 see you", "451 not now", "554 go away"])
def test_a_strange_goodbye_does_not_make_a_mail_unsent(smtp, goodbye):
    smtp.goodbye = goodbye
    mail_id = queued()
    run()
    make_due()
    run()
    assert len(smtp.taken) == 1
    assert stored(mail_id).state == MailState.SENT
    assert jobs() == 0


def test_temporary_trouble_is_tried_again_under_the_same_id(smtp):
    mail_id = queued()
    smtp.answers = ["451 later", "421 busy"]
    run()
    mail = stored(mail_id)
    assert (mail.state, mail.tries, mail.error) == ("waiting", 1, "put off with code 451")
    for _ in range(2):
        make_due()
        run()
    mail = stored(mail_id)
    assert (mail.state, mail.tries, mail.error) == ("sent", 3, "")
    (message,) = smtp.taken
    assert message["Message-ID"] == mail.message_id


def test_silence_after_the_message_is_tried_again_under_the_same_id(smtp, monkeypatch):
    smtp.silence = 3
    mail_id = queued()
    with monkeypatch.context() as hasty:
        hasty.setattr(smtp_module, "TIMEOUT_SECONDS", 1)
        run()
    mail = stored(mail_id)
    assert mail.state == MailState.WAITING
    assert mail.error.startswith("no connection")
    smtp.silence = 0
    make_due()
    run()
    assert stored(mail_id).state == MailState.SENT
    # The server had it already and did not say so: whoever gets both sees one mail.
    assert len({message["Message-ID"] for message in smtp.taken}) == 1


def test_tries_are_spread_over_a_day_and_then_end(smtp):
    smtp.answers = ["451 later"] * 99
    ticket = opened()
    mail_id = queued(ticket_id=ticket.id)
    with unit():
        db.session.execute(db.delete(OutgoingMail).where(OutgoingMail.id != mail_id))
    waits = []
    while stored(mail_id).state == MailState.WAITING:
        before = utc_now()
        make_due()
        run()
        if stored(mail_id).next_try_at:
            waits.append(stored(mail_id).next_try_at - before)
    rounded = [timedelta(minutes=round(wait / timedelta(minutes=1))) for wait in waits]
    assert rounded == [timedelta(minutes=each) for each in (1, 5, 30, 120, 480, 1440)]
    mail = stored(mail_id)
    assert (mail.state, mail.tries) == (MailState.DEAD, len(RETRY_AFTER) + 1)
    assert mail.error == "put off with code 451; given up"
    assert failures() == [(mail_id, "dead")]
    assert jobs() == 0


def test_a_crash_after_delivery_repeats_the_same_id(smtp):
    mail_id = queued()
    run()
    with unit():  # as if the process had died before its commit
        db.session.execute(update(OutgoingMail).values(state=MailState.WAITING, sent_at=None))
        db.session.add(Job(kind="mail.send", payload={"mail_id": mail_id}, run_at=NOW))
    run()
    first, second = smtp.taken
    assert first["Message-ID"] == second["Message-ID"]


def test_a_refused_recipient_is_dead_at_once(smtp):
    smtp.refused["gone@studio.example"] = "550 no such user gone@studio.example"
    dead, fine = queued("gone@studio.example"), queued()
    run()
    assert (stored(dead).state, stored(fine).state) == (MailState.DEAD, MailState.SENT)
    assert stored(dead).error == "refused with code 550"  # never the server's words
    assert failures() == [(dead, "dead")]
    assert jobs() == 0


def test_a_recipient_deferred_by_greylisting_is_tried_again(smtp):
    smtp.refused["nora@studio.example"] = "450 greylisted"
    mail_id = queued()
    run()
    assert stored(mail_id).state == MailState.WAITING
    smtp.refused.clear()
    make_due()
    run()
    assert stored(mail_id).state == MailState.SENT


def test_refused_content_is_dead(smtp):
    smtp.answers = ["554 spam"]
    mail_id = queued()
    run()
    assert stored(mail_id).state == MailState.DEAD


def test_no_server_to_be_reached_loses_nothing(smtp, settings):
    mail_id = queued()
    working = mail_settings()
    with closed_port() as closed:
        port = closed.getsockname()[1]
        use_mail_settings(replace(settings, mail_url=f"smtp://127.0.0.1:{port}"))
        run()
    assert (stored(mail_id).state, stored(mail_id).tries) == (MailState.WAITING, 1)
    use_mail_settings(replace(settings, mail_url=working.mail_url, mail_from=working.mail_from))
    make_due()
    run()
    assert stored(mail_id).state == MailState.SENT


def test_the_database_stays_free_during_the_conversation(smtp, app):
    def write():
        with app.app_context(), unit_of_work():
            db.session.add(
                OutgoingMail(
                    message_id="<other@s.example>",
                    to_address="o@s.example",
                    subject="",
                    text_body="",
                    html_body="",
                    state=MailState.HELD,
                )
            )

    smtp.during_data = write
    mail_id = queued()
    run()
    assert stored(mail_id).state == MailState.SENT
    assert db.session.scalar(select(func.count()).select_from(OutgoingMail)) == 2


def test_without_a_server_mail_is_held_until_there_is_one(smtp, settings):
    working = mail_settings()
    use_mail_settings(settings)
    fresh = queued(now=utc_now() - timedelta(days=2))
    old = queued(now=utc_now() - timedelta(days=30))
    sweep_outbox({})
    assert (stored(fresh).state, stored(old).state) == (MailState.HELD, MailState.HELD)
    assert jobs() == 0
    use_mail_settings(replace(settings, mail_url=working.mail_url))
    with unit():
        sweep_outbox({})
    run()
    assert (stored(fresh).state, stored(old).state) == (MailState.SENT, MailState.HELD)
    with unit():  # somebody wants the old ones sent as well
        assert release_held(now=utc_now(), held_for=None) == 1
    run()
    assert stored(old).state == MailState.SENT


def test_a_waiting_mail_that_lost_its_job_gets_another_and_others_do_not(smtp):
    lost = queued()
    with unit():
        db.session.execute(db.delete(Job))
    put_off = queued("later@studio.example")
    smtp.answers = ["451 later"]
    run()
    assert stored(put_off).next_try_at > utc_now()
    with unit():
        sweep_outbox({})
    assert jobs() == 2  # the retry, and the new one
    with unit():
        sweep_outbox({})
    assert jobs() == 2
    run()
    assert (stored(lost).state, stored(put_off).state) == (MailState.SENT, MailState.WAITING)


def test_a_failed_mail_can_be_sent_again_and_a_sent_one_cannot(smtp):
    smtp.answers = ["554 no"]
    mail_id = queued()
    run()
    with unit():
        send_again(stored_in_unit(mail_id), now=utc_now())
    run()
    assert (stored(mail_id).state, stored(mail_id).error) == (MailState.SENT, "")
    with pytest.raises(Conflict), unit():
        send_again(stored_in_unit(mail_id), now=utc_now())


def stored_in_unit(mail_id):
    return db.session.get(OutgoingMail, mail_id, populate_existing=True)


def suppress(address, reason):
    with unit():
        return suppress_address(address, reason=reason, mail_id=None, actor=SYSTEM, now=NOW)


@pytest.mark.parametrize(
    ("reason", "kind", "goes"),
    [
        (SuppressionReason.BOUNCE, MailKind.ANSWER, False),
        (SuppressionReason.COMPLAINT, MailKind.AUTOMATIC, False),
        (SuppressionReason.UNSUBSCRIBED, MailKind.AUTOMATIC, False),
        (SuppressionReason.UNSUBSCRIBED, MailKind.ANSWER, True),
    ],
)
def test_an_address_that_gets_no_mail_gets_none(smtp, reason, kind, goes):
    suppress("Nora@studio.example", reason)
    mail_id, other = queued(kind=kind), queued("o@studio.example", kind=kind)
    run()
    assert stored(other).state == MailState.SENT
    assert stored(mail_id).state == (MailState.SENT if goes else MailState.SUPPRESSED)
    if not goes:
        assert stored(mail_id).error == reason
        with pytest.raises(Conflict), unit():
            send_again(stored_in_unit(mail_id), now=utc_now())


def test_an_address_suppressed_while_a_mail_waits_stops_it_and_can_be_allowed_again(smtp):
    mail_id = queued()
    row = suppress("nora@studio.example", SuppressionReason.BOUNCE)
    assert suppress("nora@studio.example", SuppressionReason.BOUNCE).id == row.id
    run()
    assert (smtp.taken, stored(mail_id).state) == ([], MailState.SUPPRESSED)
    with unit():
        lift_suppression(db.session.merge(row), actor=SYSTEM, now=NOW)
        send_again(stored_in_unit(mail_id), now=utc_now())
    run()
    assert stored(mail_id).state == MailState.SENT
    kinds = set(db.session.scalars(select(EventRecord.kind)))
    assert {"suppression:added", "suppression:lifted"} <= kinds


@pytest.mark.parametrize(
    ("to", "subject", "sender"),
    [
        ("a@b.example\r\nBcc: c@d.example", "x", ""),
        ("a@b.example", "x\nBcc: c@d.example", ""),
        ("a@b.example", "x", "S\r\nBcc: c@d.example <s@b.example>"),
        ("a@b.example\x00", "x", ""),
        ("a@b.example", "x\u2028y", ""),
        ("nobody", "x", ""),
    ],
)
def test_what_could_open_another_header_is_refused(to, subject, sender):
    with pytest.raises(Invalid), unit():
        queue_mail(text(subject=subject), to=to, kind=MailKind.ANSWER, sender=sender, now=utc_now())
    assert db.session.scalar(select(OutgoingMail)) is None
