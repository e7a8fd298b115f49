"""Earlier escalations that one may be again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.care.services import raise_flag
from app.db import db
from app.errors import Invalid
from app.escalations.models import Escalation
from app.escalations.queries.recurrences import recurrence_candidates
from app.escalations.queries.words import shared_words, telling_words
from app.escalations.services.exits import confirm_recurrence, set_duplicate
from app.escalations.services.raising import raise_escalation
from app.events.actor import SYSTEM, staff_actor
from app.knowledge.models import Category
from app.knowledge.services import create_article
from app.staff.models import Staff
from tests.factories.tickets import NOW, kinds, later, opened, unit


@pytest.fixture
def ida(ctx, make_staff) -> Staff:
    return make_staff(name="Ida Vos")


def raised(ida, title, tickets=(), *, days_ago=0, area_id=None) -> Escalation:
    with unit():
        return raise_escalation(
            tickets,
            title=title,
            symptom="Customers told us.",
            severity="s2",
            area_id=area_id,
            raised_by=db.session.get(Staff, ida.id),
            now=NOW - timedelta(days=days_ago),
        )


def candidates(escalation) -> list[int]:
    return [each.number for each in recurrence_candidates(db.session.merge(escalation))]


def test_words_areas_and_articles_speak_for_it(ida):
    with unit():
        area = Category(name="calendar", slug="calendar", position=1)
        db.session.add(area)
        article = create_article(
            title="Zones", body="All of them.", actor=SYSTEM, now=NOW, publish=True
        )
    one, two = opened(), opened()
    with unit():
        for ticket in (one, two):
            raise_flag(
                ticket.id, kind="docs_fix", gap="wrong", note="Wrong", article_id=article.id,
                actor=staff_actor(ida.id), now=NOW,
            )  # fmt: skip
    raised(ida, "Printer on fire", days_ago=30)
    old = raised(ida, "Bookings displayed an hour late", days_ago=400)
    raised(ida, "Nothing alike", days_ago=91, area_id=area.id)
    same_area = raised(ida, "Something else", days_ago=90, area_id=area.id)
    same_article = raised(ida, "Quite different", [one], days_ago=20)
    escalation = raised(ida, "Booking display late again", [two], area_id=area.id)
    assert candidates(escalation) == [same_article.number, old.number, same_area.number]
    (first, *_others) = recurrence_candidates(db.session.merge(escalation))
    assert (first.article, first.days) == ("Zones", 20)


def test_what_came_later_and_what_is_a_duplicate_is_none(ida):
    one = raised(ida, "Bookings displayed late", days_ago=9)
    two = raised(ida, "Bookings displayed late", days_ago=8)
    three = raised(ida, "Bookings displayed late", days_ago=7)
    with unit():
        set_duplicate(db.session.merge(two), of_number=one.number, by=ida, now=NOW)
    assert candidates(three) == [one.number]
    assert candidates(one) == []


def test_a_person_confirms_it_and_is_not_asked_again(ida):
    one, two = (raised(ida, "Bookings displayed late", days_ago=days) for days in (9, 1))
    with unit():
        confirm_recurrence(
            db.session.merge(two), of_number=one.number, kind="fix_did_not_hold", by=ida, now=NOW
        )
    assert candidates(two) == []
    assert kinds()[-1] == "escalation:recurred"
    with pytest.raises(Invalid) as refused, unit():
        confirm_recurrence(
            db.session.merge(one), of_number=two.number, kind=None, by=ida, now=later(1)
        )
    assert refused.value.fields["of"] == ["That one was raised later. Please say it there."]


@given(st.text(max_size=60), st.text(max_size=60))
def test_words_in_common_are_never_more_than_there_are(one, other):
    first, second = telling_words(one), telling_words(other)
    assert 0 <= shared_words(first, second) <= len(first)
    assert shared_words(first, first) == len(first)
