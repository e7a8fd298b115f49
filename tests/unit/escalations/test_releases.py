"""Releases, and what the timeline takes from them and from merged tickets."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.db import db
from app.errors import Invalid
from app.escalations.models import EscalatedTicket, Release
from app.escalations.queries.releases import release_list
from app.escalations.queries.timeline import timeline
from app.escalations.services.raising import raise_escalation
from app.escalations.services.releases import note_release, take_release_off
from app.events.actor import staff_actor
from app.events.catalogue.tickets import TicketDispositionChanged
from app.events.services import record
from app.knowledge.models import Category
from app.staff.models import Staff
from tests.factories.tickets import NOW, kinds, later, opened, unit


@pytest.fixture
def ida(ctx, make_staff) -> Staff:
    return make_staff(name="Ida Vos")


def noted(ida, version="4.2", **changes):
    values = {"released_at": NOW, "flags": "", "note": "", "area_id": None}
    with unit():
        by = db.session.get(Staff, ida.id)
        return note_release(version=version, by=by, now=later(9), **(values | changes))


def raised(ida, tickets=(), *, area_id=None):
    with unit():
        return raise_escalation(
            tickets,
            title="Bookings are late",
            symptom="All of them.",
            severity="s2",
            area_id=area_id,
            raised_by=db.session.get(Staff, ida.id),
            now=later(60),
        )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"version": " "}, "version"),
        ({"version": "4" * 81}, "version"),
        ({"flags": "x" * 2_001}, "flags"),
        ({"note": "x" * 2_001}, "note"),
        ({"released_at": later(10)}, "released_at"),
    ],
)
def test_what_is_wrong_is_named(ida, changes, field):
    with pytest.raises(Invalid) as refused:
        noted(ida, **changes)
    assert list(refused.value.fields) == [field]


def test_what_is_taken_off_stays_on_record(ida):
    release = noted(ida)
    assert [each.version for each in release_list()] == ["4.2"]
    with unit():
        row = db.session.get(Release, release.id)
        take_release_off(row, by=db.session.get(Staff, ida.id), now=later(20))
    assert release_list() == []
    assert kinds()[-2:] == ["release:noted", "release:taken_off"]


def test_the_two_weeks_before_stand_in_the_timeline_and_the_same_area_in_the_story(ida):
    with unit():
        area, other = (Category(name=name, slug=name, position=1) for name in ("calendar", "money"))
        db.session.add_all([area, other])
    noted(ida, "4.1", released_at=NOW - timedelta(days=13), area_id=area.id, note="New zones")
    noted(ida, "4.2", released_at=NOW, area_id=other.id, flags="dark mode on")
    noted(ida, "3.9", released_at=NOW - timedelta(days=15), area_id=area.id)
    escalation = raised(ida, area_id=area.id)
    lines = [line for line in timeline(escalation) if line.source == "release"]
    assert [(line.text, line.level) for line in lines] == [
        ("Release 4.1. New zones", "story"),
        ("Release 4.2. dark mode on", "log"),
    ]


def test_the_ticket_that_goes_on_is_part_of_it_too(ida):
    gone, goes_on, noise = opened(), opened(), opened()
    raised(ida, [gone])
    with unit():
        event = TicketDispositionChanged(gone.id, None, "merged", goes_on.id, "open")
        record(event, actor=staff_actor(ida.id), at=later(90))
    linked = db.session.scalars(db.select(EscalatedTicket.ticket_id)).all()
    assert sorted(linked) == [gone.id, goes_on.id]
    assert noise.id not in linked
