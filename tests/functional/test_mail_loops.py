"""Machines that answer machines: over a real mail server they fall silent after a few mails."""

from __future__ import annotations

import email
import email.policy
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from app import create_app
from app.clock import utc_now
from app.db import db, unit_of_work
from app.events.actor import staff_actor
from app.jobs.services import run_due_jobs
from app.mailbox.services.receiving import keep_mail
from app.notifications.settings import mail_settings, use_mail_settings
from app.search.services import use_search
from app.staff.models import Staff
from app.subscriptions import SEARCH_SOURCES
from app.tickets.models import Channel, Ticket
from app.tickets.services.opening import open_ticket
from app.tickets.services.replies import add_reply
from tests.factories.incoming import composed
from tests.factories.mail import MailServer, mail_server

pytestmark = pytest.mark.usefixtures("app")


class Installation:
    """A second or third installation of its own, whose mail goes out through a real server."""

    def __init__(self, settings) -> None:
        settings.data_dir.mkdir()
        self.app, self.settings = create_app(settings), settings
        with self.at():
            db.create_all()

    @contextmanager
    def at(self):
        use_mail_settings(self.settings)
        use_search(self.settings.index_dir, SEARCH_SOURCES)
        with self.app.app_context():
            yield
            db.session.remove()

    def take(self, envelope) -> None:
        head = f"Return-Path: <{envelope.mail_from}>\r\nDelivered-To: {envelope.rcpt_tos[0]}\r\n"
        with self.at(), unit_of_work():
            keep_mail(head.encode() + envelope.content, now=utc_now())

    def work(self) -> None:
        with self.at():
            for _round in range(3):
                run_due_jobs(owner="test")

    def count(self, table) -> int:
        with self.at():
            return db.session.scalar(select(func.count()).select_from(table))


def passed_on(post: MailServer, people) -> int:
    """Carry mail between everybody until nobody says anything any more."""
    carried = 0
    for _round in range(10):
        for each in people.values():
            each.work()
        fresh = post.envelopes[carried:]
        if not fresh:
            break
        for envelope in fresh:
            people[envelope.rcpt_tos[0].rpartition("@")[2]].take(envelope)
        carried += len(fresh)
    return carried


@pytest.fixture
def two(settings, tmp_path) -> Iterator[tuple[MailServer, Installation, Installation]]:
    """Two installations and the mail server between them."""
    with mail_server(settings) as server:
        url = mail_settings().mail_url
        yield server, *(
            Installation(
                replace(settings, data_dir=tmp_path / name, database_url="", mail_url=url,
                        mail_from=f"Help <help@{name}.example>",
                        reply_address=f"reply@{name}.example")
            )
            for name in ("one", "two")
        )  # fmt: skip


def test_two_installations_that_write_to_each_other_fall_silent(two, staff):
    post, one, other = two
    with one.at(), unit_of_work():
        member = Staff(name="Ida", email="ida@one.example", role="support", password_hash="!")
        db.session.add(member)
        db.session.flush()
        ticket = open_ticket(
            subject="Your invoice", body="It is empty.", channel=Channel.STAFF,
            actor=staff_actor(member.id), now=utc_now(), requester_email="help@two.example",
            requester_verified=True,
        )  # fmt: skip
        add_reply(ticket, author=member, body="Please look into it.", now=utc_now())
    carried = passed_on(post, {"one.example": one, "two.example": other})
    by_sender = [str(mail["From"]) for mail in post.taken]
    assert carried == len(by_sender) <= 4
    assert all(sum(name in each for each in by_sender) <= 2 for name in ("one.ex", "two.ex"))
    assert one.count(Ticket) == 1
    assert other.count(Ticket) <= 2


def test_a_machine_that_answers_everything_and_says_so_nowhere_stops_too(two):
    post, one, _other = two

    class Machine:
        def __init__(self):
            self.answers = 0

        def take(self, envelope):
            self.answers += 1
            mail = email.message_from_bytes(envelope.content, policy=email.policy.SMTP)
            raw = composed(sender="robot@m.example", to=str(mail["Reply-To"]), text="I am away.")
            with one.at(), unit_of_work():
                keep_mail(raw, now=utc_now())

        def work(self):
            pass

    robot = Machine()
    with one.at(), unit_of_work():
        keep_mail(composed(sender="robot@m.example", to="help@one.example"), now=utc_now())
    passed_on(post, {"one.example": one, "m.example": robot})
    assert robot.answers == 1
    assert one.count(Ticket) == 1
