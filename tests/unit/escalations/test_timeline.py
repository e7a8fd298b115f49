"""The timeline collects itself: tickets, what was tried before, words of people, two levels."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.customers.models import Visitor
from app.db import db
from app.errors import Invalid, NotFound
from app.escalations.queries.timeline import timeline
from app.escalations.services.entries import choose_level, write_entry
from app.escalations.services.raising import raise_escalation
from app.events.actor import SYSTEM
from app.knowledge.services import create_article
from app.staff.models import Staff
from app.tickets.models import Ticket
from app.tickets.services.replies import add_reply
from tests.factories.help_sessions import act, play, search, source
from tests.factories.tickets import NOW, later, opened, unit


@pytest.fixture
def ida(ctx, make_staff) -> Staff:
    return make_staff(name="Ida Vos")


def raised(ida, tickets):
    with unit():
        return raise_escalation(
            tickets,
            title="Bookings are late",
            symptom="All of them.",
            severity="s2",
            raised_by=db.session.get(Staff, ida.id),
            now=later(60),
        )


def told(escalation, level) -> list[str]:
    return [line.text for line in timeline(escalation) if line.level == level]


def test_what_happens_on_tickets_and_what_was_tried_stands_in_it_in_order(ida):
    with unit():
        visitor, stranger = Visitor(seen_at=NOW), Visitor(seen_at=NOW)
        db.session.add_all([visitor, stranger])
        article = create_article(
            title="Zones", body="All of them.", actor=SYSTEM, now=NOW, publish=True
        )
    with unit():
        for person, days in ((visitor, 1), (visitor, 8), (stranger, 1)):
            play(
                search("an hour late" if days == 1 else "long ago"),
                act("click", article_id=article.id, rank=1),
                by=source(visitor_id=person.id, session_key=f"{person.id}-{days}".ljust(22, "x")),
                now=NOW - timedelta(days=days),
            )
    ticket, noise = opened(visitor_id=visitor.id), opened()
    escalation = raised(ida, [ticket])
    with unit():
        for each in (ticket, noise):
            add_reply(
                db.session.get(Ticket, each.id),
                author=db.session.get(Staff, ida.id),
                body="We look.",
                now=later(70),
            )
    assert told(escalation, "story") == [
        f"#{ticket.number}: Somebody asked (widget)", "Escalated, S2"
    ]  # fmt: skip
    log = told(escalation, "log")
    assert sorted(log[:2]) == [
        f"Before #{ticket.number}: opened “Zones”",
        f"Before #{ticket.number}: searched “an hour late”",
    ]
    assert f"#{ticket.number}: We answered" in log
    assert not any(f"#{noise.number}" in line or "long ago" in line for line in log)
    moments = [line.happened_at for line in timeline(escalation)]
    assert moments == sorted(moments)


def test_words_say_when_it_happened_and_when_they_were_written(ida):
    escalation = raised(ida, [])
    with unit():
        write_entry(
            db.session.merge(escalation),
            text="The bank changed its certificate.",
            happened_at=NOW - timedelta(days=3),
            by=db.session.get(Staff, ida.id),
            now=later(90),
        )
    first = timeline(escalation)[0]
    assert (first.happened_at, first.recorded_at) == (NOW - timedelta(days=3), later(90))
    assert (first.who, first.source, first.level) == ("Ida Vos", "written", "story")


def test_a_level_that_somebody_chose_stays(ida):
    ticket = opened()
    escalation = raised(ida, [ticket])
    key = next(line.key for line in timeline(escalation) if "Somebody asked" in line.text)
    for level in ("log", "story", "log"):
        with unit():
            mine = db.session.merge(escalation)
            choose_level(mine, key, level, by=db.session.get(Staff, ida.id), now=later(90))
        line = next(each for each in timeline(escalation) if each.key == key)
        assert (line.level, line.promoted) == (level, True)
    with pytest.raises(Invalid), unit():
        choose_level(db.session.merge(escalation), key, "front page", by=ida, now=later(91))
    with pytest.raises(NotFound), unit():
        choose_level(db.session.merge(escalation), "event:999999", "log", by=ida, now=later(91))
