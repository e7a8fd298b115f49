"""Drafts: the newer wins, the older stays, and nothing that was sent comes back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.db import db
from app.errors import Invalid, NotFound
from app.tickets.composing import Draft
from app.tickets.models import MessageKind
from app.tickets.services.drafts import (
    KEEP_EMPTY,
    MOST_OLDER,
    Writing,
    empty_draft,
    forget_empty_drafts,
    put_back,
    return_to_draft,
    save_draft,
)
from app.tickets.services.texts import BODY_MAX
from tests.factories.tickets import NOW, later, opened, unit

pytestmark = pytest.mark.usefixtures("ctx")


@pytest.fixture
def ticket() -> int:
    opened(subject="Noise")
    return opened().id


@pytest.fixture
def ida(make_staff) -> int:
    return make_staff(name="Ida Berg").id


def write(ticket_id, staff_id, answer="", *, now=NOW, **more) -> Draft:
    with unit():
        writing = Writing(answer=answer, **more)
        return save_draft(ticket_id, staff_id=staff_id, writing=writing, now=now)


def draft() -> Draft:
    db.session.rollback()
    return db.session.scalars(db.select(Draft)).one()


def older() -> list[tuple[str, str]]:
    return [(each["kind"], each["text"]) for each in draft().older]


def test_a_person_has_one_draft_a_ticket_with_a_text_of_each_kind(ticket, ida, make_staff):
    jon = make_staff(name="Jon Ek").id
    fields = {"next": ["solved"]}
    write(ticket, ida, "To you\r\n", note="To us", kind=MessageKind.NOTE, fields=fields)
    found = draft()
    assert (found.answer, found.note, found.kind) == ("To you\n", "To us", "note")
    assert found.fields == {"next": ["solved"]}
    assert (found.version, found.is_empty, found.saved_at) == (1, False, NOW)
    write(ticket, jon, "Mine")
    assert db.session.scalar(db.select(db.func.count(Draft.id))) == 2


def test_saves_of_one_window_replace_each_other_in_their_own_order(ticket, ida):
    for seq, text in ((1, "H"), (3, "Hello"), (2, "He")):
        write(ticket, ida, text, writer="a", seq=seq)
    assert (draft().answer, draft().seq) == ("Hello", 3)
    write(ticket, ida, "Completely different", writer="a", seq=4)
    assert (draft().answer, older()) == ("Completely different", [])


def test_the_newer_of_two_windows_wins_and_the_older_text_stays(ticket, ida):
    write(ticket, ida, "From the office", writer="a", seq=1)
    write(ticket, ida, "From the phone", writer="b", seq=1)
    assert draft().answer == "From the phone"
    assert older() == [("message", "From the office")]
    write(ticket, ida, "From the office, on and on", writer="a", seq=2)
    write(ticket, ida, "From the phone, on and on", writer="b", seq=2)
    # Each text that grew takes the place of its shorter self.
    assert older() == [("message", "From the office, on and on")]
    assert draft().answer == "From the phone, on and on"


def test_a_window_that_goes_on_from_what_it_saw_replaces_nothing(ticket, ida):
    seen = write(ticket, ida, "From the office", writer="a", seq=1).version
    write(ticket, ida, "Rewritten at home", writer="b", seq=1, version=seen)
    assert (draft().answer, older()) == ("Rewritten at home", [])


def test_a_save_without_javascript_always_counts(ticket, ida):
    write(ticket, ida, "One")
    write(ticket, ida, "Two")
    assert (draft().answer, older()) == ("Two", [("message", "One")])


def test_only_the_newest_older_texts_are_kept(ticket, ida):
    for number in range(MOST_OLDER + 3):
        write(ticket, ida, f"{number} text", writer=str(number), seq=1)
    assert [text for _, text in older()] == ["4 text", "3 text", "2 text"]


def test_an_older_text_can_be_put_back_and_takes_the_present_ones_place(ticket, ida):
    write(ticket, ida, note="Old note", writer="a", seq=1)
    write(ticket, ida, "New answer", note="New note", writer="b", seq=1)
    (entry,) = draft().older
    with unit():
        put_back(db.session.get(Draft, draft().id), older_id=entry["id"], now=later(5))
    found = draft()
    assert (found.answer, found.note, found.kind) == ("New answer", "Old note", "note")
    assert older() == [("note", "New note")]
    with pytest.raises(NotFound):
        put_back(found, older_id=entry["id"], now=later(6))


def test_sending_empties_one_text_and_late_saves_do_not_bring_it_back(ticket, ida):
    write(ticket, ida, "Sent", note="Not sent", fields={"uploads": ["k"]}, writer="a", seq=4)
    with unit():
        empty_draft(ticket, staff_id=ida, kind="message", writer="a", seq=6, now=later(1))
    write(ticket, ida, "Sent", writer="a", seq=5)
    found = draft()
    assert (found.answer, found.note, found.fields) == ("", "Not sent", {})
    assert not found.is_empty
    write(ticket, ida, "Next one", writer="a2", seq=1, version=found.version)
    assert (draft().answer, draft().note, older()) == ("Next one", "", [])


def test_emptied_drafts_are_forgotten_after_a_week(ticket, ida, make_staff):
    write(ticket, make_staff(name="Jon Ek").id, "Still here")
    write(ticket, ida, "Gone", writer="a", seq=1)
    with unit():
        empty_draft(ticket, staff_id=ida, kind="message", now=NOW)
        forget_empty_drafts(now=NOW + KEEP_EMPTY)
    assert db.session.scalar(db.select(db.func.count(Draft.id))) == 2
    with unit():
        forget_empty_drafts(now=NOW + KEEP_EMPTY + timedelta(seconds=1))
    assert draft().answer == "Still here"


def test_an_answer_that_comes_back_keeps_what_was_begun_since(ticket, ida):
    fields = {"uploads": ["new"]}
    write(ticket, ida, "Begun since", note="A note", fields=fields, writer="a", seq=1)
    with unit():
        return_to_draft(
            ticket,
            staff_id=ida,
            text="Was on its way",
            fields={"uploads": ["old"], "chosen": ["solved"]},
            now=later(1),
        )
    found = draft()
    assert (found.answer, found.note, found.kind) == ("Was on its way", "A note", "message")
    assert found.fields == {"uploads": ["old", "new"], "chosen": ["solved"]}
    assert older() == [("message", "Begun since")]


def test_a_text_too_long_to_be_sent_is_refused(ticket, ida):
    with pytest.raises(Invalid) as refused:
        write(ticket, ida, "x" * (BODY_MAX + 1))
    assert "body" in refused.value.fields
    with unit():
        assert db.session.scalar(db.select(db.func.count(Draft.id))) == 0
